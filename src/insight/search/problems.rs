//! Why search refuses.

use fulltext::QUERY_BYTES_MAX;
use kernel::{Problem, ProblemKind};

use super::suggest::SUGGESTIONS_MAX;

const _: () = assert!(QUERY_BYTES_MAX == 4_096, "the sentence below says so");

/// What is looked for is longer than is read.
pub const QUERY_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "QUERY_TOO_LONG",
    "At most 4,096 bytes can be looked for at once; look for a few words of it.",
);

const _: () = assert!(SUGGESTIONS_MAX == 20, "the sentence below says so");

/// More suggestions are asked for than are given, or none.
pub(super) const SUGGESTIONS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "SUGGESTIONS_INVALID",
    "Ask for 1 to 20 at once.",
);

/// Too many search at once.
pub const SEARCH_BUSY: Problem = Problem::new(
    ProblemKind::Busy,
    "SEARCH_BUSY",
    "Too many people are searching just now; try again in a moment.",
);

/// The index cannot be used.
pub const SEARCH_UNAVAILABLE: Problem = Problem::new(
    ProblemKind::Busy,
    "SEARCH_UNAVAILABLE",
    "The search index cannot be read just now and is being made anew; try again in a minute.",
);

pub(super) const ALL: &[Problem] = &[
    QUERY_TOO_LONG,
    SUGGESTIONS_INVALID,
    SEARCH_BUSY,
    SEARCH_UNAVAILABLE,
];
