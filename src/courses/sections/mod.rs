//! Sections: the classes of a course, each with its own people and perhaps dates.
//!
//! A course is taught to all its sections at once: content, assignments and topics are the
//! course's. An enrolment may name a section. Rosters call a section a class of the course.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Feature, Pairing, Removal};

pub(crate) use self::commands::delete_all;
pub use self::commands::{CreateSection, DeleteSection, UpdateSection};
pub use self::events::{SectionCreated, SectionDeleted, SectionUpdated};
pub use self::model::{NewSection, Section, SectionChange};
pub use self::problems::*;
pub(crate) use self::queries::require_section;
pub use self::queries::{section, sections_of, with_external_id};

kernel::id_kind!(pub SectionKind, SectionId, "section");

static CREATED: Pairing<SectionCreated, SectionId, Section> =
    Pairing::new(&tables::SECTIONS, |event: &SectionCreated| event.section).until(&DELETED);
static DELETED: Removal<SectionDeleted, SectionId> = Removal::new(|event| event.section);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::SECTIONS],
    events: &[
        EventType::of::<SectionCreated>(),
        EventType::of::<SectionUpdated>(),
        EventType::of::<SectionDeleted>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED],
    ..Feature::named("sections")
};

#[cfg(test)]
mod tests;
