//! Who may import whom, and who may name which foreign crate.
//!
//! The tables below are the whole of it. An arrow that is not in them is refused in the manifest
//! and in the source; a new one goes in together with a decision record in `docs/adr/`.

use super::{Violation, imports::heads, is_code, lexer::Lexed, manifests::Manifest};

/// Each crate of ours with those of ours that it may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("store", &["kernel"]),
    ("eventlog", &["kernel", "store"]),
    ("fulltext", &["kernel"]),
    ("vector", &["kernel"]),
    ("cache", &["kernel"]),
    ("llm", &["kernel"]),
    (
        "app",
        &[
            "kernel", "store", "eventlog", "fulltext", "vector", "cache", "llm",
        ],
    ),
    ("people", &["kernel", "store", "eventlog", "app"]),
    ("courses", &["kernel", "store", "eventlog", "app", "people"]),
    (
        "assess",
        &["kernel", "store", "eventlog", "app", "people", "courses"],
    ),
    (
        "community",
        &["kernel", "store", "eventlog", "app", "people", "courses"],
    ),
    (
        "insight",
        &[
            "kernel",
            "store",
            "eventlog",
            "fulltext",
            "vector",
            "llm",
            "app",
            "people",
            "courses",
            "assess",
            "community",
        ],
    ),
    (
        "tutor",
        &[
            "kernel",
            "store",
            "eventlog",
            "app",
            "people",
            "courses",
            "assess",
            "community",
            "insight",
        ],
    ),
    (
        "live",
        &[
            "kernel",
            "store",
            "eventlog",
            "app",
            "people",
            "courses",
            "assess",
            "community",
        ],
    ),
    (
        "operations",
        &["kernel", "store", "eventlog", "app", "people"],
    ),
    ("graphql", FACE),
    ("rest", FACE),
    ("web", FACE),
    ("server", SERVER),
    ("testkit", &["kernel", "store", "eventlog", "app"]),
    ("xtask", &[]),
];

/// A face sees the domain, and no other face.
const FACE: &[&str] = &[
    "kernel",
    "store",
    "eventlog",
    "app",
    "people",
    "courses",
    "assess",
    "community",
    "insight",
    "live",
    "operations",
    "tutor",
];

/// The server wires everything that the program consists of.
const SERVER: &[&str] = &[
    "kernel",
    "store",
    "eventlog",
    "fulltext",
    "vector",
    "cache",
    "llm",
    "app",
    "people",
    "courses",
    "assess",
    "community",
    "insight",
    "live",
    "operations",
    "tutor",
    "graphql",
    "rest",
    "web",
];

/// The root package: `src/main.rs` hands over to the server; its tests and benches see everything.
const ROOT: &str = "edusphere";
const MAIN: &[&str] = &["server"];

/// Tests of any crate may use it, and nothing else may.
const TESTKIT: &str = "testkit";

/// A foreign crate that only some places may name.
struct Foreign {
    names: &'static [&'static str],
    /// Folders, or files without their `.rs`.
    homes: &'static [&'static str],
}

const FOREIGN: &[Foreign] = &[
    Foreign {
        names: &["fjall", "lsm_tree"],
        homes: &["src/store/engines"],
    },
    Foreign {
        names: &["tantivy"],
        homes: &["src/fulltext"],
    },
    Foreign {
        names: &["simsimd"],
        homes: &["src/vector"],
    },
    Foreign {
        names: &["pdfboss_core", "pdfboss_output", "pdfboss_text"],
        homes: &["src/server/extract"],
    },
    Foreign {
        names: &["sled"],
        homes: &["src/cache"],
    },
    Foreign {
        names: &["axum"],
        homes: &["src/rest", "src/graphql", "src/web", "src/server"],
    },
    Foreign {
        names: &["async_graphql"],
        homes: &["src/graphql", "src/server"],
    },
    Foreign {
        names: &["askama"],
        homes: &["src/web"],
    },
];

/// The arrows and foreign names of a manifest.
pub(super) fn check_manifest(manifest: &Manifest) -> Vec<Violation> {
    let path = manifest.path.as_str();
    let Some(from) = crate_of(path) else {
        return Vec::new();
    };
    let Some(allowed) = allowed(from) else {
        return vec![Violation::new(path, 1, unknown(from))];
    };
    let mut violations = Vec::new();
    for dependency in &manifest.dependencies {
        let to = dependency.name.as_str();
        let fine = !is_ours(to)
            || allowed.contains(&to)
            || dependency.only_for_tests && (to == TESTKIT || from == ROOT && to != "xtask");
        if !fine {
            violations.push(Violation::new(
                path,
                dependency.line,
                refused(from, to, allowed),
            ));
        } else if let Some(homes) = homes_of(to)
            && !homes.iter().any(|home| crate_of(home) == Some(from))
        {
            violations.push(Violation::new(path, dependency.line, abroad(to, homes)));
        }
    }
    violations
}

/// The arrows and foreign names of a file of code.
pub(super) fn check_source(path: &str, lexed: &Lexed<'_>) -> Vec<Violation> {
    let Some(from) = crate_of(path) else {
        return Vec::new();
    };
    let Some(allowed) = allowed(from) else {
        return vec![Violation::new(path, 1, unknown(from))];
    };
    // Which tests use the test kit is for the manifests to say.
    let sees_all = from == ROOT && !path.starts_with("src/");
    let mut violations = Vec::new();
    for head in heads(&lexed.tokens) {
        let to = head.name.strip_prefix("edusphere_").unwrap_or(head.name);
        let fine = !is_ours(to) || to == from || to == TESTKIT || sees_all || allowed.contains(&to);
        if !fine {
            violations.push(Violation::new(path, head.line, refused(from, to, allowed)));
        } else if let Some(homes) = homes_of(to)
            && !homes.iter().any(|home| lies_in(path, home))
        {
            violations.push(Violation::new(path, head.line, abroad(to, homes)));
        }
    }
    violations
}

/// Every crate of ours is imported by another one; what nobody imports is dead.
pub(super) fn check_used(manifests: &[Manifest]) -> Vec<Violation> {
    let used = |name: &str| {
        manifests
            .iter()
            .any(|manifest| manifest.dependencies.iter().any(|d| d.name == name))
    };
    manifests
        .iter()
        .filter_map(|manifest| Some((manifest, crate_of(&manifest.path)?)))
        .filter(|(_, name)| ![ROOT, "xtask"].contains(name) && !used(name))
        .map(|(manifest, name)| {
            let what = format!("import `{name}` somewhere, or delete it: nothing depends on it");
            Violation::new(&manifest.path, 1, what)
        })
        .collect()
}

/// The folder below `src/`, or the root package with its tests and benches.
fn crate_of(path: &str) -> Option<&str> {
    let Some(below) = path.strip_prefix("src/") else {
        let root = path == "Cargo.toml"
            || ["tests/", "benches/", "examples/"]
                .iter()
                .any(|folder| path.starts_with(folder));
        return root.then_some(ROOT);
    };
    match below.split_once('/') {
        Some((name, _)) => Some(name),
        None if is_code(below) => Some(ROOT),
        None => Some(below),
    }
}

fn allowed(from: &str) -> Option<&'static [&'static str]> {
    if from == ROOT {
        return Some(MAIN);
    }
    ARROWS
        .iter()
        .find(|(name, _)| *name == from)
        .map(|(_, allowed)| *allowed)
}

fn is_ours(name: &str) -> bool {
    ARROWS.iter().any(|(ours, _)| *ours == name)
}

fn homes_of(name: &str) -> Option<&'static [&'static str]> {
    FOREIGN
        .iter()
        .find(|foreign| foreign.names.contains(&name))
        .map(|foreign| foreign.homes)
}

fn lies_in(path: &str, home: &str) -> bool {
    path.strip_prefix(home)
        .is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

fn unknown(name: &str) -> String {
    format!(
        "the crate `{name}` is not in the table of arrows; \
         add it to the table, with a decision record"
    )
}

fn refused(from: &str, to: &str, allowed: &[&str]) -> String {
    let may = if allowed.is_empty() {
        "none of ours".to_owned()
    } else {
        allowed.join(", ")
    };
    if to == TESTKIT {
        return format!("move `{TESTKIT}` to [dev-dependencies]: only tests use it");
    }
    format!(
        "`{from}` may not import `{to}`, only: {may}; \
         move the code, or add the arrow with a decision record"
    )
}

fn abroad(name: &str, homes: &[&str]) -> String {
    format!(
        "only {} may name `{name}`; go through its interface",
        homes.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::{super::lexer::lex, *};

    fn source(path: &str, text: &str) -> usize {
        check_source(path, &lex(text)).len()
    }

    fn manifest(path: &str, text: &str) -> usize {
        check_manifest(&Manifest::parse(path, text).expect("it is valid")).len()
    }

    #[test]
    fn the_table_has_no_circles_and_no_strangers() {
        for (at, (name, allowed)) in ARROWS.iter().enumerate() {
            for to in *allowed {
                assert!(is_ours(to), "{name} -> {to}: not a row of the table");
                let earlier = ARROWS.iter().take(at).any(|(row, _)| row == to);
                assert!(
                    earlier,
                    "{name} -> {to}: rows stand below those they import"
                );
                assert!(![TESTKIT, "xtask", ROOT].contains(to), "{name} -> {to}");
            }
        }
    }

    #[test]
    fn faces_do_not_see_each_other() {
        for face in ["graphql", "rest", "web"] {
            assert!(!FACE.contains(&face));
            assert!(SERVER.contains(&face));
        }
    }

    #[test]
    fn source_keeps_to_the_arrows() {
        let cases = [
            ("src/kernel/id.rs", "use store::Tx;", 1),
            ("src/community/lib.rs", "fn f() { assess::grade() }", 1),
            ("src/rest/courses.rs", "use graphql::Schema;", 1),
            ("src/store/lib.rs", "use edusphere_app::Command;", 1),
            ("src/main.rs", "fn main() { app::run() }", 1),
            ("src/main.rs", "fn main() { server::run() }", 0),
            (
                "src/assess/grading/mod.rs",
                "use {courses::Course, people::users};",
                0,
            ),
            ("src/people/tests.rs", "use testkit::Scenario;", 0),
            (
                "src/kernel/lib.rs",
                "use edusphere_kernel::Id; // store::Tx",
                0,
            ),
            (
                "tests/http/main.rs",
                "use testkit::Client; use kernel::Id;",
                0,
            ),
            ("benches/commit.rs", "use store::Store;", 0),
            ("src/novel/lib.rs", "", 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(source(path, text), expected, "{path}: {text}");
        }
    }

    #[test]
    fn manifests_keep_to_the_arrows() {
        let cases = [
            (
                "src/kernel/Cargo.toml",
                "[dependencies]\nstore.workspace = true",
                1,
            ),
            (
                "src/kernel/Cargo.toml",
                "[dev-dependencies]\nstore.workspace = true",
                1,
            ),
            (
                "src/kernel/Cargo.toml",
                "[dev-dependencies]\ntestkit.workspace = true",
                0,
            ),
            (
                "src/people/Cargo.toml",
                "[dependencies]\ntestkit.workspace = true",
                1,
            ),
            (
                "src/assess/Cargo.toml",
                "[build-dependencies]\ncommunity.workspace = true",
                1,
            ),
            (
                "src/assess/Cargo.toml",
                "[dependencies]\ncourses.workspace = true\nserde = \"1\"",
                0,
            ),
            ("Cargo.toml", "[dependencies]\napp.workspace = true", 1),
            ("Cargo.toml", "[dependencies]\nserver.workspace = true", 0),
            (
                "Cargo.toml",
                "[dev-dependencies]\nstore.workspace = true",
                0,
            ),
            ("src/novel/Cargo.toml", "", 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(manifest(path, text), expected, "{path}: {text}");
        }
    }

    #[test]
    fn foreign_crates_stay_at_home() {
        let cases = [
            ("src/store/lib.rs", "use fjall::Config;", 1),
            ("src/store/engines/fjall.rs", "use fjall::Config;", 0),
            ("src/store/engines.rs", "use fjall::Config;", 0),
            ("src/store/engines_old.rs", "use fjall::Config;", 1),
            ("src/app/lib.rs", "use axum::Router;", 1),
            ("src/rest/lib.rs", "use axum::Router;", 0),
            ("src/rest/lib.rs", "use async_graphql::Object;", 1),
            (
                "src/graphql/lib.rs",
                "#[async_graphql::Object] impl Q {}",
                0,
            ),
            ("tests/http/main.rs", "use tantivy::Index;", 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(source(path, text), expected, "{path}: {text}");
        }
        assert_eq!(
            manifest(
                "src/app/Cargo.toml",
                "[dependencies]\nasync-graphql = \"7\""
            ),
            1
        );
        assert_eq!(
            manifest("src/store/Cargo.toml", "[dependencies]\nfjall = \"3\""),
            0
        );
        assert_eq!(
            manifest("Cargo.toml", "[dev-dependencies]\nfjall = \"3\""),
            1
        );
    }

    #[test]
    fn a_crate_that_nobody_imports_is_reported() {
        let parse = |path, text| Manifest::parse(path, text).expect("it is valid");
        let root = parse("Cargo.toml", "[dependencies]\nserver.workspace = true");
        let server = parse("src/server/Cargo.toml", "");
        let lonely = parse("src/people/Cargo.toml", "");
        let violations = check_used(&[root, server, lonely]);
        let paths: Vec<&str> = violations.iter().map(|v| v.path.as_str()).collect();
        assert_eq!(paths, ["src/people/Cargo.toml"]);
    }
}
