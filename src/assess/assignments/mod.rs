//! Assignments: what is to be done, until when, how often, for how many points.

mod commands;
mod events;
mod late_penalty;
mod model;
mod problems;
mod queries;
mod search;
mod tables;
mod work_kinds;

use app::{EventType, Feature, Pairing};

pub use self::commands::{
    CreateAssignment, DeleteAssignment, HideGrades, PostGrades, PublishAssignment,
    UnpublishAssignment, UpdateAssignment, copy, import, left_out, publish,
};
pub use self::events::{
    AssignmentCreated, AssignmentDeleted, AssignmentPublished, AssignmentUnpublished,
    AssignmentUpdated, GradesHidden, GradesPosted,
};
pub use self::late_penalty::{LatePenalty, LateUnit};
pub use self::model::{Assignment, AssignmentChange, NewAssignment, Terms};
pub use self::problems::*;
pub use self::queries::{Viewed, assignment, assignments_of, list, shown_in, view};
pub use self::work_kinds::{WorkKind, WorkKinds};
pub use courses::modules::{AssignmentId, AssignmentKind};
pub use kernel::Change;

pub(crate) use self::commands::{existing, require_changing_grader};
pub(crate) use self::late_penalty::millionths;
pub(crate) use self::model::require_order;

static CREATED: Pairing<AssignmentCreated, AssignmentId, Assignment> =
    Pairing::new(&tables::ASSIGNMENTS, |event: &AssignmentCreated| {
        event.assignment
    })
    .removable();

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::ASSIGNMENTS],
    events: &[
        EventType::of::<AssignmentCreated>(),
        EventType::of::<AssignmentUpdated>(),
        EventType::of::<AssignmentDeleted>(),
        EventType::of::<AssignmentPublished>(),
        EventType::of::<AssignmentUnpublished>(),
        EventType::of::<GradesPosted>(),
        EventType::of::<GradesHidden>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED],
    searchables: &[&search::SEARCHED],
    ..Feature::named("assignments")
};

#[cfg(test)]
mod tests;
