//! Why a topic or a post is refused.

use kernel::{Problem, ProblemKind};

pub use courses::markup::BODY_TOO_LONG;

/// No such topic, or not to be seen.
pub const TOPIC_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such topic here, or you may not see it.",
);
/// No such post, or not to be seen.
pub const POST_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such post here, or you may not see it.",
);

/// It takes no more posts.
pub const TOPIC_CLOSED: Problem = Problem::new(
    ProblemKind::Conflict,
    "TOPIC_CLOSED",
    "The discussion is closed: nothing is said or changed in it any more.",
);
/// Nothing was said.
pub const BODY_EMPTY: Problem =
    Problem::new(ProblemKind::Invalid, "BODY_EMPTY", "Write something first.");
/// It answers a post of another topic.
pub const PARENT_NOT_IN_TOPIC: Problem = Problem::new(
    ProblemKind::Invalid,
    "PARENT_NOT_IN_TOPIC",
    "The post that this answers is not in the same discussion.",
);

pub(super) const ALL: &[Problem] = &[TOPIC_CLOSED, BODY_EMPTY, PARENT_NOT_IN_TOPIC];
