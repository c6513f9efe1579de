//! The full-text index: tantivy behind a small interface. It knows documents and words, and nothing
//! of schools.
//!
//! Whoever owns the index puts and removes documents, and says with [`Index::commit`] up to which
//! position of its source the index has come. The position is in the commit itself, so after a
//! crash the index tells where to go on. Nothing here is the only copy of anything: an index that
//! cannot be read is moved aside and filled again.
//!
//! Each word is indexed twice, as it is written (without case and accents) and as its stem in the
//! language of its document. A query is looked for both ways, so it finds other forms of a word in
//! the reader's language and the word itself in every other.

mod count;
mod document;
mod fields;
mod index;
mod likeness;
mod open;
mod query;
mod ready;
mod search;
mod snippet;
mod suggest;
mod words;

pub use count::Facets;
pub use document::{BODY_WORDS_MAX, Document};
pub use index::{Error, Index};
pub use open::{OpenError, Opened, SetAside};
pub use query::{QUERY_BYTES_MAX, QUERY_WORDS_MAX};
pub use search::{Courses, Filter, Found, HITS_MAX, Hit, OFFSET_MAX, Query};
pub use suggest::{SUGGESTIONS_MAX, Suggestion};
pub use words::Language;

#[cfg(test)]
mod tests;
