//! Which words stand in documents that may be found.

use std::sync::Arc;

use tantivy::{DocAddress, DocId, DocSet, TERMINATED, Term, schema::IndexRecordOption};

use crate::{
    Entry, Filter,
    columns::{Columns, Edition},
    filter::Allowed,
    likeness::Like,
};

/// Whether somebody may see a document that a filter lets through; it is asked of some.
pub type MaySee<'a> = &'a mut dyn FnMut(&Entry) -> bool;

/// What may be found, to be asked of terms and of documents.
pub(crate) struct Seen<'a> {
    edition: &'a Arc<Edition>,
    /// Nothing, if everything may be.
    allowed: Option<Allowed>,
    may_see: MaySee<'a>,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(edition: &'a Arc<Edition>, filter: &Filter, may_see: MaySee<'a>) -> Self {
        Self {
            edition,
            allowed: filter.allowed(),
            may_see,
        }
    }

    /// How many of these documents may be seen, as far as it is more than enough.
    pub(crate) fn of(&mut self, documents: &[DocAddress], enough: usize) -> usize {
        let seen = documents.iter().filter(|document| {
            let columns = self.edition.columns(**document);
            columns.is_some_and(|columns| (self.may_see)(&columns.entry(document.doc_id)))
        });
        seen.take(enough).count()
    }

    /// In how many documents these terms are, as far as it is more than enough: one that has two of
    /// them counts twice.
    pub(crate) fn with(&mut self, terms: &[Term], enough: usize) -> tantivy::Result<usize> {
        let mut count = 0;
        for term in terms {
            for segment in self.edition.searcher.segment_readers() {
                let index = segment.inverted_index(term.field())?;
                let postings = index.read_postings(term, IndexRecordOption::Basic)?;
                let Some(mut postings) = postings else {
                    continue;
                };
                let columns = self.edition.columns_of(segment)?;
                let mut document = postings.doc();
                while document != TERMINATED {
                    if !segment.is_deleted(document) && self.is(&columns, document) {
                        count += 1;
                        if count == enough {
                            return Ok(count);
                        }
                    }
                    document = postings.advance();
                }
            }
        }
        Ok(count)
    }

    fn is(&mut self, columns: &Columns, document: DocId) -> bool {
        let allowed = self.allowed.as_ref();
        allowed.is_none_or(|allowed| allowed.is(columns, document))
            && (self.may_see)(&columns.entry(document))
    }

    /// The first few of some words that stand in a document.
    pub(crate) fn first<'w>(
        &mut self,
        words: impl Iterator<Item = &'w Like>,
        many: usize,
    ) -> tantivy::Result<Vec<Like>> {
        let mut first = Vec::new();
        for like in words {
            if self.with(&like.terms(), 1)? > 0 {
                first.push(like.clone());
                if first.len() == many {
                    break;
                }
            }
        }
        Ok(first)
    }
}
