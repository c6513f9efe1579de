//! Submissions: what learners hand in.
//!
//! Nothing that was handed in is ever changed; another attempt is another submission. A learner
//! sees their own, those who grade see all; for everybody else a submission does not exist.

mod events;
mod model;
mod problems;
mod queries;
mod standing;
mod submit_assignment;
mod tables;

use app::{EventType, Feature, Pairing};

pub use self::events::AssignmentSubmitted;
pub use self::model::{Submission, SubmissionState, Work};
pub use self::problems::*;
pub use self::queries::{
    SubmissionFilter, Viewed, any_in, has_handed_in, own_submissions, submissions_of, view,
};
pub use self::standing::{Standing, standing};
pub use self::submit_assignment::SubmitAssignment;

kernel::id_kind!(pub SubmissionKind, SubmissionId, "submission");

pub(crate) use self::model::{require_body, require_files};
pub(crate) use self::queries::{any_of, submission};
pub(crate) use self::submit_assignment::require_learner;

static SUBMITTED: Pairing<AssignmentSubmitted, SubmissionId, Submission> =
    Pairing::new(&tables::SUBMISSIONS, |event| event.submission);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::SUBMISSIONS],
    events: &[EventType::of::<AssignmentSubmitted>()],
    problems: ALL,
    witnesses: &[&SUBMITTED],
    ..Feature::named("submissions")
};

#[cfg(test)]
mod tests;
