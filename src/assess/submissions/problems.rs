//! Why a submission is refused.

use kernel::{Problem, ProblemKind};

pub use courses::markup::BODY_TOO_LONG;

/// No such submission, or not to be seen.
pub const SUBMISSION_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such submission here, or you may not see it.",
);
/// Nothing was handed in.
pub const SUBMISSION_EMPTY: Problem = Problem::new(
    ProblemKind::Invalid,
    "SUBMISSION_EMPTY",
    "There is nothing in it: write a text, give an address, or add a file.",
);
/// More files than one submission takes.
pub const TOO_MANY_FILES: Problem = Problem::new(
    ProblemKind::Invalid,
    "TOO_MANY_FILES",
    "A submission has at most 20 files.",
);
/// A file that is not there, or not the learner's to hand in.
pub const FILE_NOT_USABLE: Problem = Problem::new(
    ProblemKind::Invalid,
    "FILE_NOT_USABLE",
    "One of the files is not there, or does not belong to this course.",
);
/// A file that is there twice.
pub const FILE_REPEATED: Problem = Problem::new(
    ProblemKind::Invalid,
    "FILE_REPEATED",
    "One of the files is named twice; name each once.",
);
/// Work of a kind that the assignment does not take.
pub const KIND_NOT_TAKEN: Problem = Problem::new(
    ProblemKind::Invalid,
    "KIND_NOT_TAKEN",
    "The assignment does not take work of this kind; see which kinds it takes.",
);

pub(super) const ALL: &[Problem] = &[
    SUBMISSION_EMPTY,
    TOO_MANY_FILES,
    FILE_NOT_USABLE,
    FILE_REPEATED,
    KIND_NOT_TAKEN,
];
