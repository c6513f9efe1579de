//! The fields of the index, by the names that stand on the disk.

use tantivy::{
    Term,
    schema::{
        FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
    },
};

use crate::ready::READY;

/// The form of the index: raised whenever the same document would be indexed in another way. An
/// index of another form is filled again.
pub(crate) const FORM: u32 = 3;

pub(crate) const KEY_HIGH: &str = "key_high";
pub(crate) const KEY_LOW: &str = "key_low";
pub(crate) const COURSE_HIGH: &str = "course_high";
pub(crate) const COURSE_LOW: &str = "course_low";
pub(crate) const MARKS: &str = "marks";
pub(crate) const DIGEST: &str = "digest";
pub(crate) const PASSAGES: &str = "passages";
pub(crate) const TIME: &str = "time";

/// Where somebody may ask for a word by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Title,
    Names,
    Code,
    Body,
}

impl Part {
    /// How much words that stand together there tell about what the document is.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Self::Title => 4.0,
            Self::Names => 3.0,
            Self::Code => 2.0,
            Self::Body => 1.0,
        }
    }

    /// As people write it before a colon.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "body" => Some(Self::Body),
            "code" => Some(Self::Code),
            "name" | "names" => Some(Self::Names),
            _ => None,
        }
    }
}

/// The handles of the fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The whole key as bytes, to look a document up by.
    pub(crate) key: Field,
    // Keys and courses in halves, as the engine keeps numbers.
    pub(crate) key_high: Field,
    pub(crate) key_low: Field,
    pub(crate) course_high: Field,
    pub(crate) course_low: Field,
    /// What filters ask: `Marks`.
    pub(crate) marks: Field,
    pub(crate) digest: Field,
    pub(crate) passages: Field,
    pub(crate) time: Field,
    pub(crate) language: Field,
    /// The words of title and names together: most questions look here and in the body, and
    /// nowhere else.
    pub(crate) heading: Field,
    /// The words of the body, and those of code after a gap.
    pub(crate) body: Field,
    // What is looked at only where it is asked for by name, and for phrases.
    pub(crate) title: Field,
    pub(crate) names: Field,
    pub(crate) code: Field,
    /// The texts themselves, for titles and snippets of what is found.
    pub(crate) title_text: Field,
    pub(crate) body_text: Field,
    /// Where its passages are.
    pub(crate) parts: Field,
}

impl Fields {
    pub(crate) fn new() -> (Self, Schema) {
        let words = |record| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(READY)
                .set_index_option(record);
            TextOptions::default().set_indexing_options(indexing)
        };
        let placed = || words(IndexRecordOption::WithFreqsAndPositions);
        let mut schema = Schema::builder();
        let fields = Self {
            key: schema.add_bytes_field("key", INDEXED),
            key_high: schema.add_u64_field(KEY_HIGH, FAST),
            key_low: schema.add_u64_field(KEY_LOW, FAST),
            course_high: schema.add_u64_field(COURSE_HIGH, FAST),
            course_low: schema.add_u64_field(COURSE_LOW, FAST),
            marks: schema.add_u64_field(MARKS, FAST),
            digest: schema.add_u64_field(DIGEST, FAST),
            passages: schema.add_u64_field(PASSAGES, FAST),
            time: schema.add_i64_field(TIME, FAST),
            language: schema.add_u64_field("language", STORED),
            heading: schema.add_text_field("heading", words(IndexRecordOption::WithFreqs)),
            body: schema.add_text_field("body", placed()),
            title: schema.add_text_field("title", placed()),
            names: schema.add_text_field("names", placed()),
            code: schema.add_text_field("code", placed()),
            title_text: schema.add_text_field("title_text", STORED),
            body_text: schema.add_text_field("body_text", STORED),
            parts: schema.add_bytes_field("parts", STORED),
        };
        (fields, schema.build())
    }

    /// The field with the words of a part, one after another.
    pub(crate) fn of(&self, part: Part) -> Field {
        match part {
            Part::Title => self.title,
            Part::Names => self.names,
            Part::Code => self.code,
            Part::Body => self.body,
        }
    }

    /// The document with this key, as the engine looks for it.
    pub(crate) fn by_key(&self, key: u128) -> Term {
        Term::from_field_bytes(self.key, &key.to_be_bytes())
    }

    /// How much a word there tells about what the document is.
    pub(crate) fn weight(&self, field: Field) -> f32 {
        if field == self.heading { HEADING } else { 1.0 }
    }
}

/// What a word in the title or among the names weighs beside one in the body.
const HEADING: f32 = 4.0;
