//! Why search refuses.

use fulltext::QUERY_BYTES_MAX;
use kernel::{Problem, ProblemKind};

const _: () = assert!(QUERY_BYTES_MAX == 4_096, "the sentence below says so");

/// What is looked for is longer than is read.
pub const QUERY_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "QUERY_TOO_LONG",
    "At most 4,096 bytes can be looked for at once; look for a few words of it.",
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

pub(super) const ALL: &[Problem] = &[QUERY_TOO_LONG, SEARCH_BUSY, SEARCH_UNAVAILABLE];
