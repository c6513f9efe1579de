//! Where terms stand in the store.

use kernel::Timestamp;
use store::{Count, Index, Newest, Record, Table, Unique};

use super::TermId;
use super::model::Term;

impl Record for Term {
    const VERSION: u8 = 1;
}

pub(super) static TERMS: Table<TermId, Term> = Table::new(0x0278, "terms").derives(&[
    &TERMS_BY_START,
    &TERM_OF_EXTERNAL_ID,
    &PARTS_OF_TERM,
    &TERMS_IN_SCHOOL,
]);

/// All terms, the one that begins last first; those without a beginning come at the end.
pub(super) static TERMS_BY_START: Index<TermId, Term, Newest> =
    Index::new(0x0279, "terms_by_start", |_, term| {
        Some(Newest(
            term.starts_at.unwrap_or(Timestamp::from_micros(i64::MIN)),
        ))
    });

/// The term that another program calls so.
pub(super) static TERM_OF_EXTERNAL_ID: Unique<TermId, Term, String> =
    Unique::new(0x027a, "term_of_external_id", |_, term| {
        term.external_id.clone().map(Into::into)
    });

/// How many terms are parts of a term.
pub(super) static PARTS_OF_TERM: Count<TermId, Term, TermId> =
    Count::new(0x027b, "parts_of_term", |_, term| term.parent);

/// How many there are.
pub(super) static TERMS_IN_SCHOOL: Count<TermId, Term, u8> =
    Count::new(0x027c, "terms_in_school", |_, _| Some(0));
