//! The fields of the index, by the names that stand on the disk.

use tantivy::schema::{
    Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use crate::ready::READY;

/// The form of the index: raised whenever the same document would be indexed in another way. An
/// index of another form is filled again.
pub(crate) const FORM: u32 = 1;

pub(crate) const COURSE: &str = "course";
pub(crate) const KIND: &str = "kind";
pub(crate) const TIME: &str = "time";

/// What a word can stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Title,
    Names,
    Code,
    Body,
}

impl Part {
    pub(crate) const ALL: [Self; 4] = [Self::Title, Self::Names, Self::Code, Self::Body];

    /// How much a word there tells about what the document is.
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
    pub(crate) key: Field,
    pub(crate) kind: Field,
    pub(crate) course: Field,
    pub(crate) public: Field,
    pub(crate) time: Field,
    pub(crate) language: Field,
    pub(crate) title: Field,
    pub(crate) names: Field,
    pub(crate) code: Field,
    pub(crate) body: Field,
    pub(crate) title_stems: Field,
    pub(crate) body_stems: Field,
    /// The texts themselves, for titles and snippets of what is found.
    pub(crate) title_text: Field,
    pub(crate) body_text: Field,
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
        let counted = || words(IndexRecordOption::WithFreqs);
        let named = || STRING.set_fast("raw");
        let mut schema = Schema::builder();
        let fields = Self {
            key: schema.add_text_field("key", STRING | STORED),
            kind: schema.add_text_field(KIND, named()),
            course: schema.add_text_field(COURSE, named()),
            public: schema.add_bool_field("public", INDEXED),
            time: schema.add_i64_field(TIME, tantivy::schema::FAST),
            language: schema.add_u64_field("language", STORED),
            title: schema.add_text_field("title", placed()),
            names: schema.add_text_field("names", placed()),
            code: schema.add_text_field("code", placed()),
            body: schema.add_text_field("body", placed()),
            title_stems: schema.add_text_field("title_stems", counted()),
            body_stems: schema.add_text_field("body_stems", counted()),
            title_text: schema.add_text_field("title_text", STORED),
            body_text: schema.add_text_field("body_text", STORED),
        };
        (fields, schema.build())
    }

    /// The field with the words of a part as they are written.
    pub(crate) fn of(&self, part: Part) -> Field {
        match part {
            Part::Title => self.title,
            Part::Names => self.names,
            Part::Code => self.code,
            Part::Body => self.body,
        }
    }

    /// The field with the stems of a part. Names and code have none.
    pub(crate) fn stems_of(&self, part: Part) -> Option<Field> {
        match part {
            Part::Title => Some(self.title_stems),
            Part::Body => Some(self.body_stems),
            Part::Names | Part::Code => None,
        }
    }
}
