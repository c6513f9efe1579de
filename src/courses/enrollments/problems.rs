//! Why an enrolment, or what it would allow, is refused.

use kernel::{Problem, ProblemKind};

/// The person is in the course already.
pub const ALREADY_ENROLLED: Problem = Problem::new(
    ProblemKind::Conflict,
    "ALREADY_ENROLLED",
    "This person is in the course already.",
);
/// Only students do this.
pub const NOT_A_PARTICIPANT: Problem = Problem::new(
    ProblemKind::Forbidden,
    "FORBIDDEN",
    "Your role in the course does not include this: students hand in and complete items, observers only look on.",
);

pub(super) const ALL: &[Problem] = &[ALREADY_ENROLLED];
