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

/// Nobody is in the course under this name.
pub const ENROLLMENT_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "This person is not in the course.",
);

/// Not a state that an enrolment can be given.
pub const ENROLLMENT_STATE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "ENROLLMENT_STATE_INVALID",
    "An enrolment becomes active, completed or inactive; nobody is invited anew.",
);

/// Nobody comes into the course by themselves.
pub const SELF_ENROLLMENT_CLOSED: Problem = Problem::new(
    ProblemKind::Conflict,
    "SELF_ENROLLMENT_CLOSED",
    "Nobody can enrol themselves in this course now; ask its instructor.",
);

/// Not the code of the course.
pub const JOIN_CODE_WRONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "JOIN_CODE_WRONG",
    "This is not the code of the course; ask its instructor for it.",
);

/// As many students as there may be.
pub const COURSE_FULL: Problem = Problem::new(
    ProblemKind::Conflict,
    "COURSE_FULL",
    "All seats of the course are taken; ask its instructor.",
);

/// The course's staff took the person out.
pub const ENROLLMENT_ENDED: Problem = Problem::new(
    ProblemKind::Conflict,
    "ENROLLMENT_ENDED",
    "Your enrolment in this course was ended; ask its instructor to take you in again.",
);

/// The course's staff brought the person in.
pub const NOT_SELF_ENROLLED: Problem = Problem::new(
    ProblemKind::Conflict,
    "NOT_SELF_ENROLLED",
    "You did not enrol yourself, so you cannot leave by yourself; ask the course's instructor.",
);

pub(super) const ALL: &[Problem] = &[
    ALREADY_ENROLLED,
    ENROLLMENT_STATE_INVALID,
    SELF_ENROLLMENT_CLOSED,
    JOIN_CODE_WRONG,
    COURSE_FULL,
    ENROLLMENT_ENDED,
    NOT_SELF_ENROLLED,
];
