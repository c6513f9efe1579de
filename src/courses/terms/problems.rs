//! Why something about a term is refused.

use kernel::{Problem, ProblemKind};

/// It would end before it begins.
pub const TERM_DATES_REVERSED: Problem = Problem::new(
    ProblemKind::Invalid,
    "TERM_DATES_REVERSED",
    "The term would end before it begins.",
);
/// It would be a part of itself, or too deep.
pub const TERM_PARENT_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "TERM_PARENT_INVALID",
    "A term cannot be a part of itself or of its own parts, and has at most 4 terms above it.",
);
/// A course or another term names it.
pub const TERM_IN_USE: Problem = Problem::new(
    ProblemKind::Conflict,
    "TERM_IN_USE",
    "Courses or other terms are in this term; move them to another one first.",
);
/// No such term.
pub const TERM_NOT_FOUND: Problem =
    Problem::new(ProblemKind::NotFound, "NOT_FOUND", "There is no such term.");

pub(super) const ALL: &[Problem] = &[TERM_DATES_REVERSED, TERM_PARENT_INVALID, TERM_IN_USE];
