//! What the manifests say: the dependencies of each crate, and whether it takes the house's lints.

use toml::{Table, Value};

use super::Violation;

/// A `Cargo.toml`, as far as the rules look at it.
#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) path: String,
    pub(super) takes_lints: bool,
    pub(super) dependencies: Vec<Dependency>,
}

/// One line of a table of dependencies.
#[derive(Debug, PartialEq)]
pub(super) struct Dependency {
    pub(super) line: usize,
    /// The name it is imported with.
    pub(super) name: String,
    pub(super) only_for_tests: bool,
}

impl Manifest {
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Violation> {
        let table: Table = text
            .parse()
            .map_err(|e| Violation::new(path, 1, format!("make it valid TOML: {e}")))?;
        let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
        let mut dependencies = dependencies(&table, text);
        for (_, target) in table
            .get("target")
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
        {
            dependencies.extend(
                target
                    .as_table()
                    .map_or_else(Vec::new, |t| self::dependencies(t, text)),
            );
        }
        Ok(Self {
            path: path.to_owned(),
            takes_lints: lints.and_then(Value::as_bool) == Some(true),
            dependencies,
        })
    }
}

fn dependencies(table: &Table, text: &str) -> Vec<Dependency> {
    let sections = [
        ("dependencies", false),
        ("build-dependencies", false),
        ("dev-dependencies", true),
    ];
    let mut found = Vec::new();
    for (section, only_for_tests) in sections {
        for (key, value) in table
            .get(section)
            .and_then(Value::as_table)
            .into_iter()
            .flatten()
        {
            let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
            let name = package
                .strip_prefix("edusphere-")
                .unwrap_or(package)
                .replace('-', "_");
            found.push(Dependency {
                line: line_of(text, section, key),
                name,
                only_for_tests,
            });
        }
    }
    found
}

/// The parser keeps no lines, so look for the first line of the section that starts with the key.
fn line_of(text: &str, section: &str, key: &str) -> usize {
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            inside = header.contains(section);
            let own_table = format!("{section}.{key}]");
            if header.ends_with(&own_table) {
                return at + 1;
            }
        } else if inside
            && line
                .trim_start_matches('"')
                .strip_prefix(key)
                .is_some_and(|rest| rest.starts_with(['.', ' ', '=', '"']))
        {
            return at + 1;
        }
    }
    1
}

/// Every crate takes the lints of the workspace.
pub(super) fn check_lints(manifest: &Manifest) -> Vec<Violation> {
    if manifest.takes_lints {
        return Vec::new();
    }
    vec![Violation::new(
        &manifest.path,
        1,
        "take the lints of the workspace: add `[lints]` with `workspace = true`",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "
[package]
name = \"edusphere-people\"

[dependencies]
kernel.workspace = true
async-graphql = { workspace = true }
records = { package = \"edusphere-store\", path = \"../store\" }

[dev-dependencies]
testkit.workspace = true
insta = \"1\"

[target.'cfg(unix)'.dependencies]
rustix = \"1\"

[dependencies.app]
workspace = true

[lints]
workspace = true
";

    fn parsed(text: &str) -> Manifest {
        Manifest::parse("src/people/Cargo.toml", text).expect("it is valid")
    }

    #[test]
    fn dependencies_of_all_kinds_with_their_lines() {
        let manifest = parsed(GOOD);
        let mut seen: Vec<(usize, &str, bool)> = manifest
            .dependencies
            .iter()
            .map(|d| (d.line, d.name.as_str(), d.only_for_tests))
            .collect();
        seen.sort_unstable();
        assert_eq!(
            seen,
            [
                (6, "kernel", false),
                (7, "async_graphql", false),
                (8, "store", false),
                (11, "testkit", true),
                (12, "insta", true),
                (15, "rustix", false),
                (17, "app", false),
            ]
        );
    }

    #[test]
    fn a_manifest_without_the_lints_is_reported() {
        assert!(check_lints(&parsed(GOOD)).is_empty());
        for bad in [
            "[package]\nname = \"x\"",
            "[lints]\nworkspace = false",
            "[lints.clippy]\nall = \"warn\"",
        ] {
            assert_eq!(check_lints(&parsed(bad)).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_manifest_that_is_no_toml_is_reported() {
        let violation = Manifest::parse("src/x/Cargo.toml", "[package").expect_err("not closed");
        assert_eq!(violation.path, "src/x/Cargo.toml");
    }
}
