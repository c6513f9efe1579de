//! The full-text index: tantivy behind a small interface. It knows documents and words, and nothing
//! of schools.
//!
//! Whoever owns the index puts and removes documents, and says with [`Index::commit`] up to which
//! position of its source the index has come. The position is in the commit itself, so after a
//! crash the index tells where to go on. Nothing here is the only copy of anything: an index that
//! cannot be read is moved aside and filled again.
//!
//! Finding has two steps. [`Index::rank`] reads nothing but lists and columns, so that whoever owns
//! the index can compare every hit with what it knows, and [`Ranked::tell`] unpacks the texts of the
//! few that are shown.
//!
//! Each word is indexed as it is written (without case and accents), and as its stem in the language
//! of its document where that is another. A query is looked for both ways, so it finds other forms of
//! a word in the reader's language and the word itself in every other.

mod best;
mod columns;
mod document;
mod each;
mod fields;
mod filter;
mod index;
mod like;
mod likeness;
mod looking;
mod open;
mod query;
mod rank;
mod ready;
mod seen;
mod snippet;
mod stops;
mod suggest;
mod tell;
mod words;

pub use best::Ranking;
pub use columns::Entry;
pub use document::{BODY_BYTES_MAX, BODY_WORDS_MAX, Document, TITLE_BYTES_MAX};
pub use filter::{Courses, Filter};
pub use index::{Error, Index};
pub use open::{OpenError, Opened, SetAside};
pub use query::{QUERY_BYTES_MAX, QUERY_WORDS_MAX};
pub use rank::{Query, RANKED_MAX};
pub use seen::MaySee;
pub use tell::{Ranked, Told};
pub use words::Language;

#[cfg(test)]
mod tests;
