//! Why a grade is refused.

use kernel::{Problem, ProblemKind};

/// Not a score.
pub const SCORE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "SCORE_INVALID",
    "A score is a number from 0 to 1,000,000.",
);
/// The feedback is too long.
pub const FEEDBACK_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "FEEDBACK_TOO_LONG",
    "Feedback has at most 64 KiB.",
);

pub(super) const ALL: &[Problem] = &[SCORE_INVALID, FEEDBACK_TOO_LONG];
