//! Words that may not stay: unfinished work, silenced lints, tests ignored in silence, and paths
//! of somebody's machine.

use super::{
    Violation,
    lexer::{Kind, Lexed, Token},
};

/// Marks of unfinished work in a comment.
const LEFTOVERS: &[&str] = &["FIXME", "XXX", "HACK"];

/// Macros of unfinished work.
const LEFTOVER_MACROS: &[&str] = &["todo", "unimplemented", "dbg"];

/// Folders that exist on one machine only; put together so that this file passes its own rule.
const MACHINE_PATHS: &[&str] = &[
    concat!("/", "work/"),
    concat!("/", "home/"),
    concat!("shared", "/design"),
    concat!("shared", "/contract"),
    concat!("shared", "/requirements"),
];

/// Work that was left for later is done, or becomes an issue; it does not stay in the code.
pub(super) fn check_leftovers(path: &str, lexed: &Lexed<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for comment in &lexed.comments {
        for (at, line) in comment.text.lines().enumerate() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if let Some(word) = words.find(|word| LEFTOVERS.contains(word)) {
                let what = format!("do it now or open an issue: {word} does not stay");
                violations.push(Violation::new(path, comment.line + at, what));
            }
        }
    }
    for found in lexed.tokens.windows(3) {
        if let [name, sign, next] = found
            && let Kind::Word(word) = name.kind
            && LEFTOVER_MACROS.contains(&word)
            && sign.kind == Kind::Mark('!')
            && matches!(next.kind, Kind::Mark('(' | '[' | '{'))
        {
            violations.push(Violation::new(
                path,
                name.line,
                format!("finish it: `{word}!`"),
            ));
        }
    }
    violations
}

/// A lint is expected with a reason, never allowed; a test is ignored with a reason.
pub(super) fn check_attributes(path: &str, lexed: &Lexed<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (at, token) in lexed.tokens.iter().enumerate() {
        let Some((name, after)) = attribute(lexed.tokens.get(at..).unwrap_or_default()) else {
            continue;
        };
        let what = match name {
            "allow" => "write `#[expect(lint, reason = \"..\")]`: it tells when it is needless",
            "ignore" if after != Some(Kind::Mark('=')) => {
                "say why the test is ignored: `#[ignore = \"..\"]`"
            }
            _ => continue,
        };
        violations.push(Violation::new(path, token.line, what));
    }
    violations
}

/// The name of the attribute that starts here, and what follows the name.
fn attribute<'a>(tokens: &[Token<'a>]) -> Option<(&'a str, Option<Kind<'a>>)> {
    let mut kinds = tokens.iter().map(|token| token.kind);
    if kinds.next() != Some(Kind::Mark('#')) {
        return None;
    }
    let mut open = kinds.next();
    if open == Some(Kind::Mark('!')) {
        open = kinds.next();
    }
    match (open, kinds.next()) {
        (Some(Kind::Mark('[')), Some(Kind::Word(name))) => Some((name, kinds.next())),
        _ => None,
    }
}

/// The tree works on any machine, so it names none.
pub(super) fn check_machine_paths(path: &str, text: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(found) = MACHINE_PATHS
            .iter()
            .find(|folder| names_folder(line, folder))
        {
            let what = format!("leave out `{found}`: it exists on one machine only");
            violations.push(Violation::new(path, at + 1, what));
        }
    }
    violations
}

/// Whether the folder starts a path here: `site/home/` in a link does not.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "_-.}".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::lexer::lex, *};

    const FILE: &str = "src/a/lib.rs";

    fn lines(violations: &[Violation]) -> Vec<usize> {
        violations.iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn unfinished_work_is_reported() {
        let text = format!(
            "//! A.\n// {}: later\nfn f() {{ {}!() }}\n/* a\n{} */\nlet x = {}!(y);",
            "FIXME", "todo", "XXX", "dbg"
        );
        assert_eq!(lines(&check_leftovers(FILE, &lex(&text))), [2, 5, 3, 6]);
        let fine = "// hacks, XXXL, FIXMES\nlet t = \"FIXME\"; todo != 1; unimplemented()";
        assert!(check_leftovers(FILE, &lex(fine)).is_empty());
    }

    #[test]
    fn silenced_lints_and_tests_are_reported() {
        let bad = "#![allow(dead_code)]\n#[allow(unused)]\nfn f() {}\n#[ignore]\nfn g() {}";
        assert_eq!(lines(&check_attributes(FILE, &lex(bad))), [1, 2, 4]);
        let fine =
            "#[expect(unused, reason = \"x\")]\n#[ignore = \"slow\"]\n// #[allow(x)]\nallow(x)";
        assert!(check_attributes(FILE, &lex(fine)).is_empty());
    }

    #[test]
    fn paths_of_a_machine_are_reported() {
        for folder in MACHINE_PATHS {
            for text in [
                format!("fine\nsee {folder}x"),
                format!("\n\"../{folder}/x\""),
            ] {
                let violations = check_machine_paths("README.md", &text);
                assert_eq!(lines(&violations), [2], "{text}");
            }
        }
        for fine in [
            "shared/corpus",
            "https://x.example/home/",
            "homework/",
            "$HOME/work/x",
        ] {
            assert!(check_machine_paths("README.md", fine).is_empty(), "{fine}");
        }
    }
}
