//! Why something about a section is refused.

use kernel::{Problem, ProblemKind};

/// It would end before it begins.
pub const SECTION_DATES_REVERSED: Problem = Problem::new(
    ProblemKind::Invalid,
    "SECTION_DATES_REVERSED",
    "The section would end before it begins.",
);
/// Somebody's enrolment names it.
pub const SECTION_IN_USE: Problem = Problem::new(
    ProblemKind::Conflict,
    "SECTION_IN_USE",
    "People are enrolled in this section; move them to another one, or out of it, first.",
);
/// The course has as many as it may.
pub const TOO_MANY_SECTIONS: Problem = Problem::new(
    ProblemKind::Conflict,
    "TOO_MANY_SECTIONS",
    "A course has at most 1,000 sections.",
);
/// No such section, or not to be seen.
pub const SECTION_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such section in this course, or you may not see it.",
);

pub(super) const ALL: &[Problem] = &[SECTION_DATES_REVERSED, SECTION_IN_USE, TOO_MANY_SECTIONS];
