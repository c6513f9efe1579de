//! Terms: the stretches of time in which a school teaches, such as a year and its halves.
//!
//! Administrators keep them; everybody who is signed in may read them. A course may be in one. A
//! term that a course or another term names cannot be deleted.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Feature, Pairing, Removal};

pub use self::commands::{CreateTerm, DeleteTerm, UpdateTerm};
pub use self::events::{TermCreated, TermDeleted, TermUpdated};
pub(crate) use self::model::name_of;
pub use self::model::{NewTerm, Term, TermChange};
pub use self::problems::*;
pub(crate) use self::queries::require_term;
pub use self::queries::{term, terms, with_external_id};

kernel::id_kind!(pub TermKind, TermId, "term");

static CREATED: Pairing<TermCreated, TermId, Term> =
    Pairing::new(&tables::TERMS, |event: &TermCreated| event.term).until(&DELETED);
static DELETED: Removal<TermDeleted, TermId> = Removal::new(|event| event.term);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::TERMS],
    events: &[
        EventType::of::<TermCreated>(),
        EventType::of::<TermUpdated>(),
        EventType::of::<TermDeleted>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED],
    ..Feature::named("terms")
};

#[cfg(test)]
mod tests;
