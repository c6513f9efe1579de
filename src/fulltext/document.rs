//! What is indexed, and how it is taken apart.

use kernel::Timestamp;
use tantivy::TantivyDocument;

use crate::{
    Language,
    fields::Fields,
    ready::ready,
    words::{fold, places},
};

/// Words of a part of a document that are indexed; what comes after them is not found.
pub const BODY_WORDS_MAX: usize = 200_000;

/// Something that can be found.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What tells it from all others; putting it again replaces it.
    pub key: String,
    /// What it is: a page, a course, a topic.
    pub kind: String,
    /// The course that it belongs to.
    pub course: Option<String>,
    /// Whether it is found by those whose courses do not include its own.
    pub public: bool,
    /// The language of title and body.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its text, without markup.
    pub body: String,
    /// Codes of courses and pieces of programs: found by their parts too (`parseHtml`, `CS-101`).
    pub code: String,
    /// Names of people: whole words, never stems.
    pub names: String,
    /// When it came to be, or last changed.
    pub time: Timestamp,
}

impl Document {
    /// As the engine takes it.
    pub(crate) fn prepared(self, fields: &Fields) -> TantivyDocument {
        let mut prepared = TantivyDocument::new();
        for (text, exact, stems) in [
            (&self.title, fields.title, fields.title_stems),
            (&self.body, fields.body, fields.body_stems),
        ] {
            prepared.add_text(exact, ready(words_of(text).map(fold)));
            let stemmed = words_of(text).map(|word| self.language.stem(word));
            prepared.add_text(stems, ready(stemmed));
        }
        prepared.add_text(fields.names, ready(words_of(&self.names).map(fold)));
        prepared.add_text(fields.code, ready(code_words(&self.code)));
        prepared.add_text(fields.key, self.key);
        prepared.add_text(fields.kind, self.kind);
        if let Some(course) = self.course {
            prepared.add_text(fields.course, course);
        }
        prepared.add_bool(fields.public, self.public);
        prepared.add_i64(fields.time, self.time.as_millis());
        prepared.add_u64(fields.language, self.language.code());
        prepared.add_text(fields.title_text, self.title);
        prepared.add_text(fields.body_text, self.body);
        prepared
    }
}

/// The words of a text that are indexed, as they are written.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    places(text)
        .filter_map(|place| text.get(place.bytes))
        .take(BODY_WORDS_MAX)
}

/// The words of code: the parts of each identifier, and the whole of it.
fn code_words(text: &str) -> impl Iterator<Item = String> {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.split(move |c| !joins(c))
        .flat_map(|run| {
            let mut words = parts(run);
            if words.len() > 1 {
                words.push(words.concat());
            }
            words
        })
        .take(BODY_WORDS_MAX)
}

/// The parts of an identifier, folded: `parse_html`, `parseHtml` and `CS101` have two each.
fn parts(run: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut last = None;
    for c in run.chars() {
        let turns = last.is_some_and(|last: char| {
            last.is_lowercase() && c.is_uppercase() || last.is_numeric() != c.is_numeric()
        });
        if !c.is_alphanumeric() || turns {
            parts.push(fold(&part));
            part.clear();
        }
        if c.is_alphanumeric() {
            part.push(c);
        }
        last = c.is_alphanumeric().then_some(c);
    }
    parts.push(fold(&part));
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_parts_and_a_whole() {
        let cases: [(&str, &[&str]); 5] = [
            ("parseHtml(x)", &["parse", "html", "parsehtml", "x"]),
            ("snake_case", &["snake", "case", "snakecase"]),
            ("CS-101", &["cs", "101", "cs101"]),
            ("MATH2", &["math", "2", "math2"]),
            ("-- _ .", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<String> = code_words(text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
