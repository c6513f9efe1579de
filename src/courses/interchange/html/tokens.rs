//! HTML as a run of tags and text, as lenient as browsers are about it.
//!
//! This reader is not what keeps pages safe, the sanitiser behind it is; it only has to see the
//! same tags as a browser in what people really write.

/// Most attributes of a tag that are looked at.
const ATTRIBUTES_MAX: usize = 256;
/// Elements whose content is text and nothing else up to their end tag.
const RAW_TEXT: [&str; 9] = [
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
];

/// A piece of HTML. Text and attribute values still have their character references.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Text(&'a str),
    Start(Tag<'a>),
    End(String),
    /// The content of an element that holds only text, between its start and its end.
    Raw(&'a str),
}

/// A start tag. Names are in small letters.
#[derive(Debug, PartialEq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, &'a str)>,
    /// Written as `<name/>`, which means something only in formulas.
    pub(crate) closed: bool,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, with its character references.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| *value)
    }
}

/// Reads tokens one after another. Comments and declarations are left out.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    /// The element whose raw text comes next.
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            raw: None,
        }
    }

    fn cut(&mut self, at: usize) -> &'a str {
        let (head, tail) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        self.rest = tail;
        head
    }

    fn raw_text(&mut self, name: &str) -> &'a str {
        let end = if name == "plaintext" {
            None
        } else {
            end_of_raw(self.rest, name)
        };
        self.cut(end.unwrap_or(self.rest.len()))
    }

    fn skip_comment(&mut self) {
        let comment = self.rest.strip_prefix("<!--");
        let end = match comment {
            // `<!-->` and `<!--->` are whole comments.
            Some(inner) if inner.starts_with('>') => Some(5),
            Some(inner) if inner.starts_with("->") => Some(6),
            Some(inner) => {
                let usual = inner.find("-->").map(|at| at + 7);
                let odd = inner.find("--!>").map(|at| at + 8);
                usual.into_iter().chain(odd).min()
            }
            None => self.rest.find('>').map(|at| at + 1),
        };
        self.cut(end.unwrap_or(self.rest.len()));
    }

    fn tag(&mut self) -> Option<Token<'a>> {
        let end = self.rest.starts_with("</");
        self.cut(if end { 2 } else { 1 });
        let name_end = self
            .rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        let name = self
            .cut(name_end.unwrap_or(self.rest.len()))
            .to_ascii_lowercase();
        let mut tag = Tag {
            name,
            attributes: Vec::new(),
            closed: false,
        };
        loop {
            let separators = self
                .rest
                .find(|c: char| !(c.is_ascii_whitespace() || c == '/'))?;
            let between = self.cut(separators);
            if self.rest.starts_with('>') {
                self.cut(1);
                tag.closed = between.ends_with('/');
                break;
            }
            let attribute = self.attribute();
            if tag.attributes.len() < ATTRIBUTES_MAX {
                tag.attributes.push(attribute);
            }
        }
        if end {
            return Some(Token::End(tag.name));
        }
        if RAW_TEXT.contains(&tag.name.as_str()) {
            self.raw = Some(tag.name.clone());
        }
        Some(Token::Start(tag))
    }

    fn attribute(&mut self) -> (String, &'a str) {
        // A name may start with `=`, and only there.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let tail = self.rest.get(first..).unwrap_or("");
        let length = tail.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='));
        let name = self
            .cut(first + length.unwrap_or(tail.len()))
            .to_ascii_lowercase();
        let after = self.rest.trim_ascii_start();
        let Some(value) = after.strip_prefix('=') else {
            return (name, "");
        };
        self.rest = value.trim_ascii_start();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = if let Some(quote) = quote {
            self.cut(1);
            let value = self.cut(self.rest.find(quote).unwrap_or(self.rest.len()));
            self.cut(1);
            value
        } else {
            let end = self
                .rest
                .find(|c: char| c.is_ascii_whitespace() || c == '>');
            self.cut(end.unwrap_or(self.rest.len()))
        };
        (name, value)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            return Some(Token::Raw(self.raw_text(&name)));
        }
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if !self.rest.starts_with('<') {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(self.cut(end)));
            }
            let mut after = self.rest.chars().skip(1);
            match (after.next(), after.next()) {
                (Some('!' | '?'), _) => self.skip_comment(),
                (Some('/'), Some(c)) if c.is_ascii_alphabetic() => return self.tag(),
                (Some('/'), _) => self.skip_comment(),
                (Some(c), _) if c.is_ascii_alphabetic() => return self.tag(),
                // A lone `<` is text.
                (Some(_) | None, _) => return Some(Token::Text(self.cut(1))),
            }
        }
    }
}

/// Where the end tag of a raw text element begins.
fn end_of_raw(text: &str, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("</") {
        let start = from + at;
        let after = bytes.get(start + 2..).unwrap_or_default();
        if let Some((word, tail)) = after.split_at_checked(name.len())
            && word.eq_ignore_ascii_case(name.as_bytes())
            && tail
                .first()
                .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
        {
            return Some(start);
        }
        from = start + 2;
    }
    None
}
