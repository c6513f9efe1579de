//! Why a change to modules is refused.

use kernel::{Problem, ProblemKind};

/// Not an address on the web.
pub const URL_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "URL_INVALID",
    "An address begins with https:// or http:// and has at most 2,048 characters.",
);
/// No such module in the course.
pub const MODULE_NOT_FOUND: Problem = Problem::new(
    ProblemKind::Invalid,
    "MODULE_NOT_FOUND",
    "There is no such module in this course.",
);
/// The course has as many modules as it can have.
pub const TOO_MANY_MODULES: Problem = Problem::new(
    ProblemKind::Conflict,
    "TOO_MANY_MODULES",
    "A course has at most 500 modules.",
);
/// The course has as many items as it can have.
pub const TOO_MANY_ITEMS: Problem = Problem::new(
    ProblemKind::Conflict,
    "TOO_MANY_ITEMS",
    "A course has at most 5,000 items.",
);
/// A teacher's estimate that is none.
pub const MINUTES_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "MINUTES_INVALID",
    "An estimate is 1 to 10,000 minutes.",
);

/// No such page, assignment or topic in the course.
pub const CONTENT_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is nothing of this kind with this id in the course.",
);

/// An order that leaves something out, names it twice, or names what is not there.
pub const ORDER_INCOMPLETE: Problem = Problem::new(
    ProblemKind::Conflict,
    "ORDER_INCOMPLETE",
    "An order names each of them once; read them again, for somebody may have changed them.",
);

/// Only links and videos have an address of their own.
pub const ITEM_WITHOUT_ADDRESS: Problem = Problem::new(
    ProblemKind::Invalid,
    "ITEM_WITHOUT_ADDRESS",
    "Only a link or a video has an address that can be changed.",
);

pub(super) const ALL: &[Problem] = &[
    URL_INVALID,
    MODULE_NOT_FOUND,
    TOO_MANY_MODULES,
    TOO_MANY_ITEMS,
    MINUTES_INVALID,
    ORDER_INCOMPLETE,
    ITEM_WITHOUT_ADDRESS,
];
