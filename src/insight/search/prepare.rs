//! From a document to what the indexes keep of it.

use app::search::{Body, Document, FoundKind, Place, Searchable};
use fulltext::Language;
use kernel::Result;
use store::Snapshot;

use super::Search;
use super::digest::digest;
use super::known::Known;
use super::passages::{Passage, embedded, passages};
use super::scope::code;

/// A document, its text taken apart.
pub(super) struct Prepared {
    pub(super) known: Known,
    title: String,
    body: String,
    passages: Vec<Passage>,
    document: Document,
}

impl Search {
    /// The document of a record as it is now; `None` where there is none.
    pub(super) fn prepared(
        &self,
        snapshot: &Snapshot,
        (source, place): (&dyn Searchable, Place),
    ) -> Result<Option<Prepared>> {
        let document = source.document(snapshot, place)?;
        document
            .map(|document| self.prepare(source.kind(), document))
            .transpose()
    }

    /// Takes the text of a document apart. Reading that of a file may take seconds.
    pub(super) fn prepare(&self, kind: FoundKind, mut document: Document) -> Result<Prepared> {
        let digest = digest(&document);
        let blocks = match std::mem::replace(&mut document.body, Body::Blocks(Vec::new())) {
            Body::Blocks(blocks) => blocks,
            Body::Stored { hash, media_type } => {
                self.texts.text(&hash, &media_type)?.unwrap_or_default()
            }
        };
        let title = std::mem::take(&mut document.title);
        let (body, mut passages) = passages(&title, &blocks);
        // A name means nothing.
        if kind == FoundKind::User {
            passages.clear();
        }
        let known = Known {
            kind,
            course: document.course,
            open: document.open,
            digest,
            passages: u32::try_from(passages.len()).unwrap_or(u32::MAX),
        };
        Ok(Prepared {
            known,
            title,
            body,
            passages,
            document,
        })
    }
}

impl Prepared {
    /// What is given vectors: one text a passage.
    pub(super) fn texts(&self) -> Vec<String> {
        let texts = self.passages.iter();
        texts
            .map(|passage| embedded(&self.title, &self.body, passage))
            .collect()
    }

    /// The document, for the full-text index.
    pub(super) fn indexed(self, key: u128) -> fulltext::Document {
        let passages = self.passages.into_iter().map(|passage| passage.bytes);
        fulltext::Document {
            key,
            kind: code(self.known.kind),
            course: Some(self.known.course.unwrap_or(super::known::SCHOOL)),
            public: self.known.open,
            digest: self.known.digest,
            passages: passages.collect(),
            language: Language::of_tag(&self.document.language),
            title: self.title,
            body: self.body,
            code: self.document.code,
            names: self.document.names,
            time: self.document.time,
        }
    }
}
