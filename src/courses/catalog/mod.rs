//! The catalogue: courses, who may see them, and their way from draft to archive.
//!
//! A draft is seen by the course's staff. A published or archived course is seen by everybody
//! enrolled; a published one also by those whom its visibility names. They look at its
//! description, its instructors, its published modules, pages, files and assignments, and at
//! nothing of its people and their work. Administrators see everything. What somebody may not see
//! does not exist for them.

mod commands;
mod events;
mod listing;
mod model;
mod problems;
mod queries;
mod search;
mod tables;

use app::{EventType, Feature, Pairing};

pub use self::commands::{
    ArchiveCourse, CreateCourse, DeleteCourse, PublishCourse, RestoreCourse, UnpublishCourse,
    UpdateCourse,
};
pub(crate) use self::commands::{create, enroll_maker};
pub use self::events::{
    CourseArchived, CourseCreated, CourseDeleted, CoursePublished, CourseRestored,
    CourseUnpublished, CourseUpdated,
};
pub use self::listing::{CourseFilter, courses};
pub use self::model::{Course, CourseChange, CourseState, NewCourse, Visibility, title_of};
pub use self::problems::*;
pub(crate) use self::queries::is_term_used;
pub use self::queries::{
    Viewed, course, hidden, require_author, require_grader, require_instructor, require_staff,
    require_visible, view, with_code, with_external_id,
};
pub use self::search::document_in;

kernel::id_kind!(pub CourseKind, CourseId, "course");

static CREATED: Pairing<CourseCreated, CourseId, Course> =
    Pairing::new(&tables::COURSES, |event| event.course);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::COURSES],
    events: &[
        EventType::of::<CourseCreated>(),
        EventType::of::<CourseUpdated>(),
        EventType::of::<CoursePublished>(),
        EventType::of::<CourseUnpublished>(),
        EventType::of::<CourseArchived>(),
        EventType::of::<CourseRestored>(),
        EventType::of::<CourseDeleted>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED],
    searchables: &[&search::SEARCHED],
    ..Feature::named("catalog")
};

#[cfg(test)]
mod tests;
