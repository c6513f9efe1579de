//! Comments on a submission: what those who grade and the learner write to each other about it.
//!
//! They need no grade and wait for none: they are seen at once, by those who see the submission.

mod comment_submission;
mod events;
mod tables;

use serde::{Deserialize, Serialize};

use app::{EventType, Feature, Pairing, UserId};
use kernel::{Problem, ProblemKind, Result, Timestamp};
use store::{Range, Snapshot};

pub use self::comment_submission::CommentSubmission;
pub use self::events::SubmissionCommented;
use self::tables::SUBMISSION_COMMENTS;
use crate::submissions::{self, SubmissionId};

kernel::id_kind!(pub CommentKind, CommentId, "comment");

/// The most comments on one submission.
const COMMENTS_MAX: usize = 500;

/// What somebody wrote about a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Who.
    pub author: UserId,
    /// What, as typed.
    pub body: String,
    /// When.
    pub written_at: Timestamp,
}

/// A comment that is too long.
pub const COMMENT_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "COMMENT_TOO_LONG",
    "A comment has at most 64 KiB.",
);
/// A comment without a word.
pub const COMMENT_EMPTY: Problem = Problem::new(
    ProblemKind::Invalid,
    "COMMENT_EMPTY",
    "There is nothing in it: write something.",
);
/// More comments than a submission takes.
pub const TOO_MANY_COMMENTS: Problem = Problem::new(
    ProblemKind::Conflict,
    "TOO_MANY_COMMENTS",
    "A submission has at most 500 comments.",
);

static COMMENTED: Pairing<SubmissionCommented, (SubmissionId, CommentId), Comment> =
    Pairing::new(&SUBMISSION_COMMENTS, |event| {
        (event.submission, event.comment)
    });

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&SUBMISSION_COMMENTS],
    events: &[EventType::of::<SubmissionCommented>()],
    problems: &[COMMENT_TOO_LONG, COMMENT_EMPTY, TOO_MANY_COMMENTS],
    witnesses: &[&COMMENTED],
    ..Feature::named("comments")
};

/// The comments on a submission that the viewer sees, the oldest first.
pub fn comments_of(
    snapshot: &Snapshot,
    submission: &submissions::Viewed,
) -> Result<Vec<(CommentId, Comment)>> {
    let comments = snapshot.scan(&SUBMISSION_COMMENTS, &submission.id, Range::ALL)?;
    comments
        .take(COMMENTS_MAX)
        .map(|entry| entry.map(|((_, id), comment)| (id, comment)))
        .collect()
}

#[cfg(test)]
mod tests;
