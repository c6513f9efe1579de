//! Why somebody has to wait.

use kernel::{Problem, ProblemKind};

/// Too many tries for one name, or from one address.
pub const SIGN_IN_LOCKED: Problem = Problem::new(
    ProblemKind::TooMany,
    "SIGN_IN_LOCKED",
    "There were too many tries to sign in; wait a while, or ask an administrator for a code.",
);

pub(super) const ALL: &[Problem] = &[SIGN_IN_LOCKED];
