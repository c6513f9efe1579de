//! Why an extension is refused.

use kernel::{Problem, ProblemKind};

/// No such extension, or not to be seen.
pub const EXTENSION_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such extension here, or you may not see it.",
);
/// There is one already.
pub const EXTENSION_GRANTED: Problem = Problem::new(
    ProblemKind::Conflict,
    "EXTENSION_GRANTED",
    "They have an extension for this assignment already; change that one.",
);
/// Not somebody who can have one.
pub const NOT_A_LEARNER: Problem = Problem::new(
    ProblemKind::Invalid,
    "NOT_A_LEARNER",
    "This is nobody who learns in the course; choose one of its students.",
);
/// It gives nothing.
pub const EXTENSION_EMPTY: Problem = Problem::new(
    ProblemKind::Invalid,
    "EXTENSION_EMPTY",
    "An extension gives another date or more attempts; to take it away, revoke it.",
);
/// Not a number of attempts.
pub const EXTRA_ATTEMPTS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "EXTRA_ATTEMPTS_INVALID",
    "An extension adds 0 to 1,000 attempts.",
);

pub(super) const ALL: &[Problem] = &[
    EXTENSION_GRANTED,
    NOT_A_LEARNER,
    EXTENSION_EMPTY,
    EXTRA_ATTEMPTS_INVALID,
];
