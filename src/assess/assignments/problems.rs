//! Why something about an assignment is refused.

use kernel::{Problem, ProblemKind};

/// No such assignment, or not to be seen.
pub const ASSIGNMENT_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such assignment here, or you may not see it.",
);
/// It takes nothing yet.
pub const ASSIGNMENT_NOT_OPEN: Problem = Problem::new(
    ProblemKind::Conflict,
    "ASSIGNMENT_NOT_OPEN",
    "The assignment does not take work yet; see when it opens.",
);
/// It takes nothing any more.
pub const ASSIGNMENT_CLOSED: Problem = Problem::new(
    ProblemKind::Conflict,
    "ASSIGNMENT_CLOSED",
    "The assignment no longer takes work; ask your instructor.",
);
/// The learner has handed in as often as is allowed.
pub const ATTEMPTS_EXHAUSTED: Problem = Problem::new(
    ProblemKind::Conflict,
    "ATTEMPTS_EXHAUSTED",
    "You have used all attempts that this assignment allows; ask your instructor for another.",
);
/// Not a number of points.
pub const POINTS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "POINTS_INVALID",
    "Points are a number from 0 to 1,000,000.",
);
/// Not a number of attempts.
pub const ATTEMPTS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "ATTEMPTS_INVALID",
    "An assignment allows 1 to 1,000 attempts, or any number when none is given.",
);
/// The dates make no sense together.
pub const DATES_UNORDERED: Problem = Problem::new(
    ProblemKind::Invalid,
    "DATES_UNORDERED",
    "An assignment opens first, is due then, and closes last.",
);
/// Nothing could be handed in.
pub const KINDS_EMPTY: Problem = Problem::new(
    ProblemKind::Invalid,
    "KINDS_EMPTY",
    "An assignment takes at least one of a text, an address and files.",
);
/// Not a penalty.
pub const LATE_PENALTY_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "LATE_PENALTY_INVALID",
    "Lateness costs more than 0 and at most 100 percent of the points each hour or day, and leaves 0 to 100 percent.",
);
/// Something was handed in for it.
pub const ASSIGNMENT_IN_USE: Problem = Problem::new(
    ProblemKind::Conflict,
    "ASSIGNMENT_IN_USE",
    "Something was handed in for it, so it cannot be deleted; unpublish it to hide it.",
);

pub(super) const ALL: &[Problem] = &[
    ASSIGNMENT_NOT_OPEN,
    ASSIGNMENT_CLOSED,
    ATTEMPTS_EXHAUSTED,
    POINTS_INVALID,
    ATTEMPTS_INVALID,
    DATES_UNORDERED,
    KINDS_EMPTY,
    LATE_PENALTY_INVALID,
    ASSIGNMENT_IN_USE,
];
