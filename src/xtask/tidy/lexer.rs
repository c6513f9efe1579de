//! Just enough of Rust's grammar to tell code from comments and text.
//!
//! A rule about code must not fire on a sentence that mentions it, and a rule about comments not
//! on a string. What the compiler would refuse comes out as some list of tokens, never as an error.

/// A piece of code that is neither a comment nor white space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind<'a> {
    /// A name or keyword, without the `r#` of a raw one.
    Word(&'a str),
    /// `::`
    PathSep,
    /// Any other sign.
    Mark(char),
    /// Text, character or number.
    Literal,
    /// `'a`
    Lifetime,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) line: usize,
    pub(super) kind: Kind<'a>,
}

/// A comment of one or more lines, doc comments included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comment<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// A file taken apart; comments are kept aside.
#[derive(Debug, Default)]
pub(super) struct Lexed<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) comments: Vec<Comment<'a>>,
}

pub(super) fn lex(text: &str) -> Lexed<'_> {
    let mut cursor = Cursor {
        rest: text,
        line: 1,
    };
    let mut lexed = Lexed::default();
    while let Some(first) = cursor.rest.chars().next() {
        let (line, rest) = (cursor.line, cursor.rest);
        if first.is_whitespace() {
            cursor.take(first.len_utf8());
        } else if rest.starts_with("//") || rest.starts_with("/*") {
            let text = cursor.take(comment_len(rest));
            lexed.comments.push(Comment { line, text });
        } else {
            let (kind, len) = token(rest, first);
            cursor.take(len);
            lexed.tokens.push(Token { line, kind });
        }
    }
    lexed
}

struct Cursor<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }
}

/// The token at the start of `rest` and its length in bytes.
fn token(rest: &str, first: char) -> (Kind<'_>, usize) {
    if let Some(len) = text_len(rest) {
        return (Kind::Literal, len);
    }
    if first == '\'' {
        return quote(rest);
    }
    if let Some(raw) = rest.strip_prefix("r#") {
        let word = word_of(raw);
        return (Kind::Word(word), "r#".len() + word.len());
    }
    if first.is_ascii_digit() {
        return (Kind::Literal, number_len(rest));
    }
    if is_word(first) {
        let word = word_of(rest);
        return (Kind::Word(word), word.len());
    }
    if rest.starts_with("::") {
        (Kind::PathSep, 2)
    } else {
        (Kind::Mark(first), first.len_utf8())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_of(rest: &str) -> &str {
    let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    rest.get(..len).unwrap_or_default()
}

fn number_len(rest: &str) -> usize {
    let whole = word_of(rest).len();
    let fraction = rest.get(whole..).and_then(|after| after.strip_prefix('.'));
    match fraction {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            whole + 1 + word_of(digits).len()
        }
        _ => whole,
    }
}

/// Block comments nest.
fn comment_len(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    let (mut depth, mut len) = (0_usize, 0);
    while let Some(after) = rest.get(len..).filter(|after| !after.is_empty()) {
        if after.starts_with("/*") {
            (depth, len) = (depth + 1, len + 2);
        } else if after.starts_with("*/") {
            (depth, len) = (depth - 1, len + 2);
        } else {
            len += after.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    len
}

/// The length of the text literal that starts here, with its prefix (`b`, `c`, `r##`) and quotes.
fn text_len(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let prefix = rest.len() - body.len();
    if let Some(open) = body.strip_prefix('"') {
        return Some(prefix + 1 + escaped_len(open, '"'));
    }
    if prefix == 1
        && rest.starts_with('b')
        && let Some(open) = body.strip_prefix('\'')
    {
        return Some(prefix + 1 + escaped_len(open, '\''));
    }
    let hashes_and_quote = body.strip_prefix('r')?;
    let open = hashes_and_quote.trim_start_matches('#');
    let hashes = hashes_and_quote.len() - open.len();
    let inside = open.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let inside_len = inside
        .find(&close)
        .map_or(inside.len(), |at| at + close.len());
    Some(rest.len() - inside.len() + inside_len)
}

/// How far it is to just behind the closing sign, stepping over escaped ones.
fn escaped_len(open: &str, close: char) -> usize {
    let mut escaped = false;
    for (at, c) in open.char_indices() {
        if !escaped && c == close {
            return at + c.len_utf8();
        }
        escaped = !escaped && c == '\\';
    }
    open.len()
}

/// A single quote starts a character or a lifetime.
fn quote(rest: &str) -> (Kind<'_>, usize) {
    let open = rest.get(1..).unwrap_or_default();
    let mut chars = open.chars();
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => (Kind::Literal, 1 + escaped_len(open, '\'')),
        _ => (Kind::Lifetime, 1 + word_of(open).len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let word = |token: &Token<'_>| match token.kind {
            Kind::Word(word) => word.to_owned(),
            Kind::PathSep => "::".to_owned(),
            Kind::Mark(sign) => sign.to_string(),
            Kind::Literal => "LIT".to_owned(),
            Kind::Lifetime => "'life".to_owned(),
        };
        lex(text)
            .tokens
            .iter()
            .map(word)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn code_is_told_from_text_and_comments() {
        let cases = [
            (
                r#"a::b("x \" y", 'c', '\'', b'\'')"#,
                "a :: b ( LIT , LIT , LIT , LIT )",
            ),
            (r###"r#"raw " text"# + br##"x"# y"##"###, "LIT + LIT"),
            (
                "fn f<'a>(x: &'a str) // store::X",
                "fn f < 'life > ( x : & 'life str )",
            ),
            ("a /* b /* c */ d */ e", "a e"),
            ("0..10 1.5e3 x.0.y", "LIT . . LIT LIT x . LIT . y"),
            ("r#type bread cr b", "type bread cr b"),
            ("ü::x '", "ü :: x 'life"),
            ("\"never closed", "LIT"),
        ];
        for (text, tokens) in cases {
            assert_eq!(shown(text), tokens, "{text}");
        }
    }

    #[test]
    fn lines_are_counted_through_text_and_comments() {
        let lexed = lex("one\n\"two\nthree\"\n/* four\nfive */ six // end\nseven");
        let lines: Vec<usize> = lexed.tokens.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 5, 6]);
        let comments: Vec<usize> = lexed.comments.iter().map(|comment| comment.line).collect();
        assert_eq!(comments, [4, 5]);
    }
}
