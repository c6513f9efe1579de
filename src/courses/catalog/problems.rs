//! Why something about a course is refused.

use kernel::{Problem, ProblemKind};

/// Not a code.
pub const CODE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "CODE_INVALID",
    "A course code has 1 to 40 letters, digits, spaces or one of - _ . /",
);
/// Another course has the code.
pub const CODE_TAKEN: Problem = Problem::new(
    ProblemKind::Conflict,
    "CODE_TAKEN",
    "Another course has this code already; choose another.",
);
/// Not a title.
pub const TITLE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "TITLE_INVALID",
    "A title has 1 to 300 characters in one line.",
);
/// The description is too long.
pub const DESCRIPTION_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "DESCRIPTION_TOO_LONG",
    "A description has at most 64 KiB; put the rest on a page.",
);
/// Not a language tag.
pub const LANGUAGE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "LANGUAGE_INVALID",
    "A language is a BCP 47 tag such as en or pt-BR.",
);
/// It would end before it begins.
pub const DATES_REVERSED: Problem = Problem::new(
    ProblemKind::Invalid,
    "DATES_REVERSED",
    "The course would end before it begins.",
);
/// No such course, or not to be seen.
pub const COURSE_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such course here, or you may not see it.",
);
/// A draft or an archived course takes no work.
pub const COURSE_NOT_OPEN: Problem = Problem::new(
    ProblemKind::Conflict,
    "COURSE_NOT_OPEN",
    "The course takes no work now: it is not published yet, or is archived.",
);
/// An archived course is not published again.
pub const COURSE_ARCHIVED: Problem = Problem::new(
    ProblemKind::Conflict,
    "COURSE_ARCHIVED",
    "The course is archived and cannot be changed.",
);

/// A draft that is not taught yet cannot be over.
pub const COURSE_NOT_PUBLISHED: Problem = Problem::new(
    ProblemKind::Conflict,
    "COURSE_NOT_PUBLISHED",
    "A draft cannot be archived: publish it first, or delete it.",
);

/// Learners handed something in.
pub const COURSE_HAS_WORK: Problem = Problem::new(
    ProblemKind::Conflict,
    "COURSE_HAS_WORK",
    "Somebody handed something in in this course, so it stays published; archive it when it is over.",
);

/// It was taught, or something was said or handed in.
pub const COURSE_IN_USE: Problem = Problem::new(
    ProblemKind::Conflict,
    "COURSE_IN_USE",
    "Only a draft in which nobody posted or handed in anything can be deleted; archive a course that was published.",
);

/// More than one copy takes over.
pub const COPY_TOO_LARGE: Problem = Problem::new(
    ProblemKind::TooLarge,
    "COPY_TOO_LARGE",
    "A copy takes over at most 20,000 things and 64 MiB of text; this course has more.",
);

/// Not a number of seats.
pub const SEATS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "SEATS_INVALID",
    "A course has 1 to 100,000 seats, or any number when none is given.",
);

/// Not a code to come into a course with.
pub const JOIN_CODE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "JOIN_CODE_INVALID",
    "A code to join with has 8 to 64 letters, digits or hyphens; choose one that nobody guesses.",
);

pub(super) const ALL: &[Problem] = &[
    CODE_INVALID,
    CODE_TAKEN,
    TITLE_INVALID,
    DESCRIPTION_TOO_LONG,
    LANGUAGE_INVALID,
    DATES_REVERSED,
    COURSE_NOT_OPEN,
    COURSE_ARCHIVED,
    COURSE_NOT_PUBLISHED,
    COURSE_HAS_WORK,
    COURSE_IN_USE,
    COPY_TOO_LARGE,
    SEATS_INVALID,
    JOIN_CODE_INVALID,
];
