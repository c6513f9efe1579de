//! Telling of documents: their titles, and the place that shows best why they were found.

use std::{borrow::Cow, ops::Range, sync::Arc};

use tantivy::{
    DocAddress, DocSet, TERMINATED, TantivyDocument,
    schema::{Field, IndexRecordOption, Value},
};

use crate::{
    Error, Language, Ranking,
    best::Bests,
    columns::Edition,
    document::part_in,
    fields::Fields,
    index::guarded,
    looking::Looked,
    snippet::{part, snippet},
    words::{fold, places},
};

/// An answer, and the index as of when it was asked: what is told later agrees with it.
pub struct Ranked {
    /// The documents, best first: by score, and those of the same score by key.
    pub hits: Vec<Ranking>,
    /// How many the index has under the filter.
    pub total: u64,
    /// Whether words were left out of the question, as there were too many.
    pub shortened: bool,
    /// Whether the question says more than words: what stands together or where, or what to leave
    /// out.
    pub exact: bool,
    /// Whether documents with some of the words only were looked for as well.
    pub partly: bool,
    pub(crate) edition: Arc<Edition>,
    fields: Fields,
    places: Vec<(u128, DocAddress)>,
    pub(crate) looked: Looked,
}

/// What is told of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its title, as it was put.
    pub title: String,
    /// A place in its body as HTML: escaped, with `<mark>` around what fits.
    pub snippet: String,
}

impl Ranked {
    pub(crate) fn none(fields: Fields, edition: Arc<Edition>) -> Self {
        Self {
            hits: Vec::new(),
            total: 0,
            shortened: false,
            exact: false,
            partly: false,
            edition,
            fields,
            places: Vec::new(),
            looked: Looked::default(),
        }
    }

    pub(crate) fn found(&mut self, bests: Bests, looked: Looked) {
        let keys = bests.hits.iter().map(|hit| hit.key);
        self.places = keys.zip(bests.addresses).collect();
        self.hits = bests.hits;
        self.total = bests.total;
        self.looked = looked;
    }

    /// Whether words like those that were typed were looked for as well, and something was found.
    pub fn likened(&self) -> bool {
        self.looked.has_likenesses
    }

    /// A text with each word that no document has as the word most like it, where there is one and
    /// the word is not known elsewhere.
    pub fn respelled<'a>(&self, text: &'a str, is_known: impl Fn(&str) -> bool) -> Cow<'a, str> {
        let wrong: Vec<_> = self
            .looked
            .respelled
            .iter()
            .filter(|(typed, _)| !is_known(typed))
            .collect();
        if wrong.is_empty() {
            return Cow::Borrowed(text);
        }
        let (mut respelled, mut copied) = (String::with_capacity(text.len()), 0);
        for place in places(text).map(|place| place.bytes) {
            let word = text.get(place.clone()).map(fold);
            let meant = wrong.iter().find(|(typed, _)| Some(typed) == word.as_ref());
            if let Some((_, meant)) = meant {
                respelled.push_str(text.get(copied..place.start).unwrap_or_default());
                respelled.push_str(meant);
                copied = place.end;
            }
        }
        respelled.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(respelled)
    }

    /// Tells of one of the hits, with the place in its body that fits best; of no other.
    pub fn tell(&self, key: u128) -> Result<Option<Told>, Error> {
        let Some((_, address)) = self.places.iter().find(|(hit, _)| *hit == key) else {
            return Ok(None);
        };
        guarded(|| {
            let stored = Stored::of(&self.edition, self.fields, *address)?;
            Ok(Some(Told {
                title: stored.title().to_owned(),
                snippet: snippet(stored.body(), stored.language(), &self.looked.matched),
            }))
        })
    }

    /// Tells of any document, with the beginning of one of its passages, counted from 0; of one
    /// that it does not have, with the beginning of the whole.
    pub fn tell_part(&self, key: u128, passage: u32) -> Result<Option<Told>, Error> {
        guarded(|| {
            let Some(address) = self.edition.address(self.fields, key)? else {
                return Ok(None);
            };
            let stored = Stored::of(&self.edition, self.fields, address)?;
            let bytes = stored.passage(passage).unwrap_or(0..usize::MAX);
            Ok(Some(Told {
                title: stored.title().to_owned(),
                snippet: part(
                    stored.body(),
                    bytes,
                    stored.language(),
                    &self.looked.matched,
                ),
            }))
        })
    }
}

/// What the index keeps of a document to tell of it.
pub(crate) struct Stored {
    fields: Fields,
    document: TantivyDocument,
}

impl Stored {
    pub(crate) fn of(
        edition: &Edition,
        fields: Fields,
        address: DocAddress,
    ) -> tantivy::Result<Self> {
        let document = edition.searcher.doc(address)?;
        Ok(Self { fields, document })
    }

    pub(crate) fn title(&self) -> &str {
        self.text(self.fields.title_text)
    }

    pub(crate) fn body(&self) -> &str {
        self.text(self.fields.body_text)
    }

    pub(crate) fn language(&self) -> Language {
        let language = self.document.get_first(self.fields.language);
        let code = language.and_then(|value| value.as_u64());
        Language::of_code(code.unwrap_or_default())
    }

    fn passage(&self, number: u32) -> Option<Range<usize>> {
        let parts = self.document.get_first(self.fields.parts);
        let number = usize::try_from(number).ok()?;
        part_in(parts.as_ref()?.as_bytes()?, number)
    }

    fn text(&self, field: Field) -> &str {
        let value = self.document.get_first(field);
        value.and_then(|value| value.as_str()).unwrap_or_default()
    }
}

impl Edition {
    /// Where the document with a key is.
    pub(crate) fn address(&self, fields: Fields, key: u128) -> tantivy::Result<Option<DocAddress>> {
        let term = fields.by_key(key);
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(fields.key)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if !segment.is_deleted(doc) {
                    return Ok(Some(DocAddress::new(ordinal, doc)));
                }
                doc = postings.advance();
            }
        }
        Ok(None)
    }
}
