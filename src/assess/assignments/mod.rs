//! Assignments: what is to be done, until when, how often, for how many points.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Feature, Pairing};

pub use self::commands::{CreateAssignment, PostGrades, import, left_out};
pub use self::events::{AssignmentCreated, GradesPosted};
pub use self::model::{Assignment, NewAssignment};
pub use self::problems::*;
pub use self::queries::{Viewed, assignment, view};
pub use courses::modules::{AssignmentId, AssignmentKind};

static CREATED: Pairing<AssignmentCreated, AssignmentId, Assignment> =
    Pairing::new(&tables::ASSIGNMENTS, |event| event.assignment);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::ASSIGNMENTS],
    events: &[
        EventType::of::<AssignmentCreated>(),
        EventType::of::<GradesPosted>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED],
    ..Feature::named("assignments")
};

#[cfg(test)]
mod tests;
