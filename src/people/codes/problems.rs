//! Why no code is made.

use kernel::{Problem, ProblemKind};

/// A disabled person has no use for a code.
pub const USER_DISABLED: Problem = Problem::new(
    ProblemKind::Conflict,
    "USER_DISABLED",
    "This person is disabled and cannot sign in; enable them first.",
);

pub(super) const ALL: &[Problem] = &[USER_DISABLED];
