//! `cargo xtask tidy`: the rules of the house that the compiler does not know.
//!
//! Each check is a function from a path and a text to violations, so that tests show it failing on
//! a few words. What clippy can check (length of functions, banned calls) is left to clippy.

mod arrows;
mod files;
mod imports;
mod lexer;
mod manifests;
mod tree;
mod words;

use std::fmt;

use self::{files::Ratchet, manifests::Manifest, tree::File};
use crate::run::{self, Stop};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    if let Some(arg) = args.first() {
        return Err(Stop::usage(format!(
            "`tidy` takes no arguments, not even {arg:?}"
        )));
    }
    let files = tree::read(&run::root()?)?;
    let violations = check(&files);
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => Ok(()),
        1 => Err(Stop::new("the tree is not tidy: 1 violation")),
        many => Err(Stop::new(format!(
            "the tree is not tidy: {many} violations"
        ))),
    }
}

/// A place where a rule is broken, with what to do about it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    path: String,
    line: usize,
    what: String,
}

impl Violation {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

fn check(files: &[File]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let list = files.iter().find(|file| file.path == files::RATCHET_PATH);
    let list = list
        .and_then(|file| file.text.as_deref())
        .unwrap_or_default();
    let ratchet = Ratchet::parse(list).unwrap_or_else(|violation| {
        violations.push(violation);
        Ratchet::default()
    });
    violations.extend(ratchet.check_paths(|path| files.iter().any(|file| file.path == path)));

    let mut manifests = Vec::new();
    for file in files {
        violations.extend(files::check_bytes(&file.path, file.bytes));
        violations.extend(files::check_name(&file.path));
        let Some(text) = file.text.as_deref() else {
            continue;
        };
        violations.extend(words::check_machine_paths(&file.path, text));
        if is_code(&file.path) {
            violations.extend(check_code(&file.path, text, &ratchet));
        } else if is_manifest(&file.path) {
            match Manifest::parse(&file.path, text) {
                Ok(manifest) => manifests.push(manifest),
                Err(violation) => violations.push(violation),
            }
        }
    }
    violations.extend(manifests.iter().flat_map(manifests::check_lints));
    violations.extend(manifests.iter().flat_map(arrows::check_manifest));
    violations.extend(arrows::check_used(&manifests));
    violations.sort();
    violations.dedup();
    violations
}

fn check_code(path: &str, text: &str, ratchet: &Ratchet) -> Vec<Violation> {
    let lexed = lexer::lex(text);
    let mut violations = files::check_lines(path, text, ratchet);
    violations.extend(files::check_module_doc(path, text));
    violations.extend(arrows::check_source(path, &lexed));
    violations.extend(words::check_leftovers(path, &lexed));
    violations.extend(words::check_attributes(path, &lexed));
    violations
}

fn is_code(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension == "rs")
}

/// The root's, and those of the crates in `src/`.
fn is_manifest(path: &str) -> bool {
    let below = path
        .strip_prefix("src/")
        .and_then(|below| below.split_once('/'));
    path == "Cargo.toml" || below.is_some_and(|(_, file)| file == "Cargo.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        let bytes = u64::try_from(text.len()).expect("it is short");
        File {
            path: path.to_owned(),
            bytes,
            text: Some(text.to_owned()),
        }
    }

    const LINTS: &str = "[lints]\nworkspace = true\n";

    #[test]
    fn a_tidy_tree_passes() {
        let root = format!("[dependencies]\nserver.workspace = true\n{LINTS}");
        let tree = [
            file("Cargo.toml", &root),
            file(
                "src/main.rs",
                "//! The program.\nfn main() { server::main() }\n",
            ),
            file("src/server/Cargo.toml", LINTS),
            file("src/server/lib.rs", "//! The whole.\n"),
            file("README.md", "# EduSphere\n"),
        ];
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn every_kind_of_check_is_wired() {
        let tree = [
            file("Cargo.toml", "[dependencies]\nserver.workspace = true\n"),
            file(
                "src/server/Cargo.toml",
                &format!("[dev-dependencies]\nxtask = \"1\"\n{LINTS}"),
            ),
            file(
                "src/server/lib.rs",
                "#[allow(x)]\nfn f() { todo!(); fjall::open() }\n",
            ),
            file(
                "src/server/utils.rs",
                &format!("//! Long.\n{}", "\n".repeat(500)),
            ),
            file("src/people/Cargo.toml", LINTS),
            file("README.md", concat!("see /", "home/x\n")),
            file(files::RATCHET_PATH, "src/gone.rs 600\n"),
            File {
                path: "map.png".to_owned(),
                bytes: 300 * 1024,
                text: None,
            },
        ];
        let seen: Vec<String> = check(&tree)
            .iter()
            .map(|v| format!("{}:{}", v.path, v.line))
            .collect();
        assert_eq!(
            seen,
            [
                "Cargo.toml:1",
                "README.md:1",
                "map.png:1",
                "src/people/Cargo.toml:1",
                "src/server/Cargo.toml:2",
                "src/server/lib.rs:1",
                "src/server/lib.rs:1",
                "src/server/lib.rs:2",
                "src/server/lib.rs:2",
                "src/server/utils.rs:1",
                "src/server/utils.rs:501",
                "src/xtask/ratchet.txt:1",
            ]
        );
    }

    #[test]
    fn a_broken_list_is_reported_once() {
        let violations = check(&[file(files::RATCHET_PATH, "# long\nsrc/a.rs\n")]);
        assert_eq!(violations.len(), 1);
    }

    #[test]
    fn a_violation_reads_as_a_place_and_a_sentence() {
        let violation = Violation::new("src/a.rs", 7, "split it");
        assert_eq!(violation.to_string(), "src/a.rs:7: split it");
    }
}
