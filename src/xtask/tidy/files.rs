//! Rules about a file as a whole: its size, its name, its first line.

use std::collections::BTreeMap;

use super::Violation;

/// Lines of a file of code, and of a file of tests.
const LINES_MAX: usize = 500;
const TEST_LINES_MAX: usize = 900;

/// Bytes of any file outside `data/` that is written by hand.
const BYTES_MAX: u64 = 256 * 1024;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "utils", "helpers", "common", "misc", "manager", "service", "handler", "data", "info",
];

/// The same as the last part of a name: `course_service`.
const EMPTY_ENDINGS: &[&str] = &["_utils", "_helpers", "_manager", "_service", "_handler"];

/// Where files longer than the limit are listed, each with the lines it had when it was listed.
pub(super) const RATCHET_PATH: &str = "src/xtask/ratchet.txt";

/// The list of files that are longer than they should be, and may only shrink.
#[derive(Debug, Default)]
pub(super) struct Ratchet {
    /// By path: the line of the entry, and the lines that the file may have.
    entries: BTreeMap<String, (usize, usize)>,
}

impl Ratchet {
    pub(super) fn parse(text: &str) -> Result<Self, Violation> {
        let mut entries = BTreeMap::new();
        for (at, entry) in text.lines().enumerate() {
            let entry = entry.trim();
            if entry.is_empty() || entry.starts_with('#') {
                continue;
            }
            let parsed = entry
                .rsplit_once(' ')
                .and_then(|(path, lines)| Some((path.trim().to_owned(), lines.parse().ok()?)));
            let Some((path, lines)) = parsed else {
                return Err(Violation::new(RATCHET_PATH, at + 1, "write `path lines`"));
            };
            entries.insert(path, (at + 1, lines));
        }
        Ok(Self { entries })
    }

    /// Entries whose file is gone.
    pub(super) fn check_paths(&self, exists: impl Fn(&str) -> bool) -> Vec<Violation> {
        self.entries
            .iter()
            .filter(|(path, _)| !exists(path))
            .map(|(path, (line, _))| {
                Violation::new(RATCHET_PATH, *line, format!("remove `{path}`: it is gone"))
            })
            .collect()
    }
}

/// Files of code have a limit of lines; those on the list may not grow.
pub(super) fn check_lines(path: &str, text: &str, ratchet: &Ratchet) -> Vec<Violation> {
    if text.lines().take(3).any(|line| line.contains("@generated")) {
        return Vec::new();
    }
    let lines = text.lines().count();
    let limit = if is_of_tests(path) {
        TEST_LINES_MAX
    } else {
        LINES_MAX
    };
    let violation = match ratchet.entries.get(path) {
        Some((line, _)) if lines <= limit => Violation::new(
            RATCHET_PATH,
            *line,
            format!("remove `{path}`: with {lines} lines it is within the limit of {limit}"),
        ),
        Some((_, before)) if lines > *before => Violation::new(
            path,
            before + 1,
            format!("split it: {lines} lines, and as a listed file it may not outgrow {before}"),
        ),
        None if lines > limit => Violation::new(
            path,
            limit + 1,
            format!("split it: {lines} lines, at most {limit}"),
        ),
        Some(_) | None => return Vec::new(),
    };
    vec![violation]
}

fn is_of_tests(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    file == "tests.rs" || file.ends_with("_tests.rs") || parts.any(|folder| folder == "tests")
}

/// Nothing big lies in the tree but what the program ships, and the contracts that it writes, which
/// grow with what it offers.
pub(super) fn check_bytes(path: &str, bytes: u64) -> Vec<Violation> {
    let is_written = path == "Cargo.lock" || path.starts_with("schema/");
    if bytes <= BYTES_MAX || path.starts_with("data/") || is_written {
        return Vec::new();
    }
    let kib = bytes.div_ceil(1024);
    let most = BYTES_MAX / 1024;
    vec![Violation::new(
        path,
        1,
        format!("take it out: {kib} KiB, at most {most} outside data/"),
    )]
}

/// A name below `src/` says what is inside.
pub(super) fn check_name(path: &str) -> Vec<Violation> {
    let Some(below) = path.strip_prefix("src/") else {
        return Vec::new();
    };
    below
        .split('/')
        .map(|part| part.split_once('.').map_or(part, |(stem, _)| stem))
        .filter(|name| {
            EMPTY_NAMES.contains(name) || EMPTY_ENDINGS.iter().any(|end| name.ends_with(end))
        })
        .map(|name| {
            Violation::new(
                path,
                1,
                format!("name it after what is inside: `{name}` says nothing"),
            )
        })
        .collect()
}

/// The first thing in a file of code is what it is for.
pub(super) fn check_module_doc(path: &str, text: &str) -> Vec<Violation> {
    let documented = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .and_then(|line| line.strip_prefix("//!"))
        .is_some_and(|doc| !doc.trim().is_empty());
    if documented {
        return Vec::new();
    }
    vec![Violation::new(
        path,
        1,
        "begin with a `//!` doc: what it is, why, what it does not do",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "src/store/committer.rs";

    fn lines(count: usize) -> String {
        "x\n".repeat(count)
    }

    fn ratchet(text: &str) -> Ratchet {
        Ratchet::parse(text).expect("it is valid")
    }

    fn where_it_is(violations: &[Violation]) -> Vec<(&str, usize)> {
        violations
            .iter()
            .map(|v| (v.path.as_str(), v.line))
            .collect()
    }

    #[test]
    fn long_files_are_reported() {
        let none = Ratchet::default();
        assert!(check_lines(LONG, &lines(500), &none).is_empty());
        assert_eq!(
            where_it_is(&check_lines(LONG, &lines(501), &none)),
            [(LONG, 501)]
        );
        for tests in [
            "src/store/tests.rs",
            "src/store/model_tests.rs",
            "tests/http/quiz.rs",
        ] {
            assert!(check_lines(tests, &lines(900), &none).is_empty(), "{tests}");
            assert_eq!(check_lines(tests, &lines(901), &none).len(), 1, "{tests}");
        }
        let generated = format!("//! Tables.\n// @generated by x\n{}", lines(2000));
        assert!(check_lines(LONG, &generated, &none).is_empty());
    }

    #[test]
    fn listed_files_may_shrink_but_not_grow() {
        let listed = ratchet("# long files\n\nsrc/store/committer.rs 620\n");
        assert!(check_lines(LONG, &lines(620), &listed).is_empty());
        assert!(check_lines(LONG, &lines(510), &listed).is_empty());
        assert_eq!(
            where_it_is(&check_lines(LONG, &lines(621), &listed)),
            [(LONG, 621)]
        );
        let within = check_lines(LONG, &lines(500), &listed);
        assert_eq!(where_it_is(&within), [(RATCHET_PATH, 3)]);
    }

    #[test]
    fn entries_of_the_list_are_whole_and_their_files_exist() {
        let listed = ratchet("src/a.rs 620\nsrc/b.rs 700");
        let gone = listed.check_paths(|path| path == "src/a.rs");
        assert_eq!(where_it_is(&gone), [(RATCHET_PATH, 2)]);
        for bad in ["src/a.rs", "src/a.rs many"] {
            assert!(Ratchet::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn big_files_are_reported_outside_data() {
        assert_eq!(check_bytes("docs/map.png", BYTES_MAX + 1).len(), 1);
        assert!(check_bytes("docs/map.png", BYTES_MAX).is_empty());
        assert!(check_bytes("data/demo/school.zip", BYTES_MAX + 1).is_empty());
        assert!(check_bytes("Cargo.lock", BYTES_MAX + 1).is_empty());
        assert!(check_bytes("schema/openapi.json", BYTES_MAX + 1).is_empty());
    }

    #[test]
    fn names_that_say_nothing_are_reported() {
        for bad in [
            "src/app/utils.rs",
            "src/app/common/mod.rs",
            "src/courses/course_service.rs",
            "src/web/data/x.html",
            "src/info/Cargo.toml",
        ] {
            assert_eq!(check_name(bad).len(), 1, "{bad}");
        }
        for good in [
            "src/app/database.rs",
            "src/web/service_worker.js",
            "data/info/x.json",
        ] {
            assert!(check_name(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn a_file_without_a_module_doc_is_reported() {
        for bad in [
            "",
            "use std::fmt;",
            "// A remark.\n//! Late.",
            "//!\n",
            "/// An item.\nfn f() {}",
        ] {
            assert_eq!(check_module_doc("src/a/lib.rs", bad).len(), 1, "{bad:?}");
        }
        assert!(check_module_doc("src/a/lib.rs", "\n//! What it is.\n").is_empty());
    }
}
