//! What is indexed, and how it is taken apart.

use std::ops::Range;

use kernel::Timestamp;
use tantivy::TantivyDocument;

use crate::{
    Language,
    columns::Marks,
    fields::Fields,
    ready::Words,
    words::{fold, places, start_of},
};

/// Words of a part of a document that are indexed; what comes after them is not found.
pub const BODY_WORDS_MAX: usize = 200_000;

/// Bytes of a title, and of names; what comes after them is left out.
pub const TITLE_BYTES_MAX: usize = 1 << 10;

/// Bytes of a body, and of code; what comes after them is left out.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// Something that can be found.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What tells it from all others; putting it again replaces it.
    pub key: u128,
    /// What it is: a page, a course, a topic, as its owner counts them.
    pub kind: u8,
    /// The course that it belongs to.
    pub course: Option<u128>,
    /// Whether it is found by those whose courses do not include its own.
    pub public: bool,
    /// Given back by [`crate::Index::entries`]; the index does not look at it.
    pub digest: u64,
    /// Parts of the body, in bytes, that [`crate::Ranked::tell_part`] can tell of.
    pub passages: Vec<Range<usize>>,
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
    pub(crate) fn prepared(&self, fields: &Fields) -> TantivyDocument {
        let title = start_of(&self.title, TITLE_BYTES_MAX);
        let names = start_of(&self.names, TITLE_BYTES_MAX);
        let body = start_of(&self.body, BODY_BYTES_MAX);
        let mut prepared = TantivyDocument::new();
        prepared.add_bytes(fields.key, &self.key.to_be_bytes());
        let (high, low) = halves(self.key);
        prepared.add_u64(fields.key_high, high);
        prepared.add_u64(fields.key_low, low);
        let (high, low) = halves(self.course.unwrap_or_default());
        prepared.add_u64(fields.course_high, high);
        prepared.add_u64(fields.course_low, low);
        prepared.add_u64(fields.marks, Marks::of(self).0);
        prepared.add_u64(fields.digest, self.digest);
        prepared.add_u64(fields.passages, self.passages.len() as u64);
        prepared.add_bytes(fields.parts, &parts_of(&self.passages));
        prepared.add_i64(fields.time, self.time.as_millis());
        prepared.add_u64(fields.language, self.language.code());

        let (mut in_heading, mut in_title) = (Words::default(), Words::default());
        for word in words_of(title) {
            in_title.stemmed(word, self.language);
            in_heading.stemmed(word, self.language);
            in_heading.beginnings(word);
        }
        let mut in_names = Words::default();
        for word in words_of(names) {
            in_names.word(&fold(word));
            in_heading.word(&fold(word));
            in_heading.beginnings(word);
        }
        let mut in_body = Words::default();
        for word in words_of(body) {
            in_body.stemmed(word, self.language);
        }
        prepared.add_text(fields.heading, in_heading.ready());
        prepared.add_text(fields.title, in_title.ready());
        prepared.add_text(fields.names, in_names.ready());
        prepared.add_text(fields.body, in_body.ready());
        if !self.code.is_empty() {
            let mut in_code = Words::default();
            for word in code_words(start_of(&self.code, BODY_BYTES_MAX)) {
                in_code.word(&word);
            }
            let in_code = in_code.ready();
            // The engine leaves a gap before it: no phrase reaches from one into the other.
            prepared.add_text(fields.body, &in_code);
            prepared.add_text(fields.code, in_code);
        }
        prepared.add_text(fields.title_text, title);
        prepared.add_text(fields.body_text, body);
        prepared
    }
}

/// Bytes of a part as it is kept: where it begins and ends.
const PART_BYTES: usize = 8;

/// Parts of a body as they are kept.
fn parts_of(parts: &[Range<usize>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.len() * PART_BYTES);
    for place in parts.iter().flat_map(|part| [part.start, part.end]) {
        // A body has no more than BODY_BYTES_MAX.
        bytes.extend(u32::try_from(place).unwrap_or(u32::MAX).to_le_bytes());
    }
    bytes
}

/// One of the parts that are kept so.
pub(crate) fn part_in(bytes: &[u8], number: usize) -> Option<Range<usize>> {
    let at = number.checked_mul(PART_BYTES)?;
    let (start, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let (end, _) = rest.split_first_chunk::<4>()?;
    let place = |bytes: &[u8; 4]| usize::try_from(u32::from_le_bytes(*bytes)).ok();
    Some(place(start)?..place(end)?)
}

/// A number in two, as the engine keeps them.
pub(crate) fn halves(number: u128) -> (u64, u64) {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    let low = number as u64;
    let high = u64::try_from(number >> 64).expect("half of the bits are left");
    (high, low)
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
                // As long as words are, at most.
                words.push(fold(&words.concat()));
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
