//! Which names from outside a file its code starts its paths with.
//!
//! `use store::{Tx, Table}` and `store::Tx::new()` both start with `store`. A path that starts
//! with a module of the file, or with something it has imported from one, is not from outside,
//! even if it has the name of a crate. Calls of methods and fields are not paths.

use std::collections::BTreeSet;

use super::lexer::{Kind, Token};

/// The first name of a path, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head<'a> {
    pub(super) line: usize,
    pub(super) name: &'a str,
}

/// The heads of all paths in the file that do not start with a name declared in it.
pub(super) fn heads<'a>(tokens: &[Token<'a>]) -> Vec<Head<'a>> {
    let mut found = Found::default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += match token.kind {
            Kind::Word("use") => found.use_item(tokens.get(at + 1..).unwrap_or_default()),
            Kind::Word("mod") => found.module(tokens.get(at + 1)),
            Kind::Word("crate") => found.extern_crate(tokens, at),
            Kind::Word(name) => found.word(tokens, at, name),
            Kind::PathSep | Kind::Mark(_) | Kind::Literal | Kind::Lifetime => 0,
        };
        at += 1;
    }
    found
        .heads
        .retain(|head| !found.declared.contains(head.name));
    found.heads
}

#[derive(Default)]
struct Found<'a> {
    heads: Vec<Head<'a>>,
    declared: BTreeSet<&'a str>,
}

/// What stands around a `{` in a use item.
struct Group<'a> {
    prefix: Option<&'a str>,
    nested: bool,
}

/// Each of these says how many tokens after the first one it has read.
impl<'a> Found<'a> {
    fn use_item(&mut self, tokens: &[Token<'a>]) -> usize {
        let mut groups: Vec<Group<'a>> = Vec::new();
        // The last name of the path so far, and how many names it has.
        let (mut last, mut length) = (None, 0_usize);
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Word("as") => length += 1,
                Kind::Word(name) => {
                    let nested = groups.last().is_some_and(|group| group.nested);
                    if length == 0 && !nested {
                        self.heads.push(Head {
                            line: token.line,
                            name,
                        });
                    }
                    length += 1;
                    last = if name == "self" && nested && length == 1 {
                        groups.last().and_then(|group| group.prefix)
                    } else {
                        Some(name)
                    };
                    if nested {
                        length += 1;
                    }
                }
                Kind::Mark('{') => {
                    let nested = length > 0 || groups.last().is_some_and(|group| group.nested);
                    groups.push(Group {
                        prefix: last,
                        nested,
                    });
                    (last, length) = (None, 0);
                }
                Kind::Mark(sign @ (',' | '}' | ';')) => {
                    // A path of one name declares nothing new: `use store;`.
                    self.declared.extend(last.filter(|_| length > 1));
                    (last, length) = (None, 0);
                    match sign {
                        '}' => drop(groups.pop()),
                        ';' => return at + 1,
                        _ => {}
                    }
                }
                Kind::PathSep | Kind::Mark(_) | Kind::Literal | Kind::Lifetime => {}
            }
        }
        tokens.len()
    }

    fn module(&mut self, name: Option<&Token<'a>>) -> usize {
        if let Some(Token {
            kind: Kind::Word(name),
            ..
        }) = name
        {
            self.declared.insert(name);
            return 1;
        }
        0
    }

    fn extern_crate(&mut self, tokens: &[Token<'a>], at: usize) -> usize {
        let before = at
            .checked_sub(1)
            .and_then(|at| tokens.get(at))
            .map(|token| token.kind);
        if before == Some(Kind::Word("extern"))
            && let Some(&Token {
                line,
                kind: Kind::Word(name),
            }) = tokens.get(at + 1)
        {
            self.heads.push(Head { line, name });
            return 1;
        }
        0
    }

    /// A word in an expression or type is a head if a path goes on behind it and none before it.
    fn word(&mut self, tokens: &[Token<'a>], at: usize, name: &'a str) -> usize {
        let kind = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.kind);
        let goes_on = kind(Some(at + 1)) == Some(Kind::PathSep)
            && kind(Some(at + 2)) != Some(Kind::Mark('<'));
        let goes_before = match kind(at.checked_sub(1)) {
            Some(Kind::Mark('.')) => kind(at.checked_sub(2)) != Some(Kind::Mark('.')),
            Some(Kind::PathSep) => {
                matches!(
                    kind(at.checked_sub(2)),
                    Some(Kind::Word(_) | Kind::Mark('>'))
                )
            }
            _ => false,
        };
        if goes_on
            && !goes_before
            && let Some(token) = tokens.get(at)
        {
            self.heads.push(Head {
                line: token.line,
                name,
            });
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::{super::lexer::lex, *};

    fn names(text: &str) -> Vec<String> {
        heads(&lex(text).tokens)
            .iter()
            .map(|head| head.name.to_owned())
            .collect()
    }

    #[test]
    fn heads_of_use_items() {
        let cases: [(&str, &[&str]); 8] = [
            ("use store::{Tx, table::{Table, Key}};", &["store"]),
            (
                "use {store::Tx, ::kernel::{Id, Page}, app};",
                &["store", "kernel", "app"],
            ),
            ("pub(crate) use crate::{store::Tx, app};", &["crate"]),
            ("use super::{super::lexer, *};", &["super"]),
            ("use store as records;", &["store"]),
            ("use store;", &["store"]),
            ("extern crate axum;", &["axum"]),
            ("use a::b; use c::d;", &["a", "c"]),
        ];
        for (text, expected) in cases {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn heads_in_code() {
        let cases: [(&str, &[&str]); 8] = [
            ("let x: store::Tx = fjall::open();", &["store", "fjall"]),
            (
                "#[derive(async_graphql::Object)] struct X;",
                &["async_graphql"],
            ),
            (
                "f(&::store::X, 0..app::MAX, ..sled::X)",
                &["store", "app", "sled"],
            ),
            ("crate::store::X", &[]),
            ("$crate::store::X", &[]),
            ("self.store::<X>() + app::<Y>()", &[]),
            ("<T as Face>::axum::X", &[]),
            ("// store::X\n\"fjall::Y\"", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn names_declared_in_the_file_are_not_from_outside() {
        let cases = [
            "mod cache; fn f() { cache::open() }",
            "use crate::cache; fn f() { cache::open() }",
            "use crate::{cache::{self, Cache}}; fn f() { cache::open() }",
            "use crate::{tier as cache, other}; fn f() { cache::open() }",
            "use crate::tier as cache; fn f() { cache::open() }",
        ];
        for text in cases {
            assert!(!names(text).contains(&"cache".to_owned()), "{text}");
        }
        assert!(names("use cache; fn f() { cache::open() }").contains(&"cache".to_owned()));
        assert!(names("use {cache, x::y}; fn f() { cache::open() }").contains(&"cache".to_owned()));
    }

    #[test]
    fn a_head_knows_its_line() {
        let lexed = lex("use a::b;\n\nuse {\n    store::Tx,\n};\n");
        let lines: Vec<usize> = heads(&lexed.tokens).iter().map(|head| head.line).collect();
        assert_eq!(lines, [1, 4]);
    }
}
