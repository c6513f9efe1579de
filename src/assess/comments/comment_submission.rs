//! Writes about a submission.

use app::{Actor, Command, IDEMPOTENCY_KEY_REUSED, OrRefuse, Tx, once};
use courses::catalog::{self, COURSE_NOT_FOUND};
use kernel::Result;
use store::{Range, Snapshot};

use super::events::SubmissionCommented;
use super::tables::SUBMISSION_COMMENTS;
use super::{COMMENT_EMPTY, COMMENT_TOO_LONG, COMMENTS_MAX, Comment, CommentId, TOO_MANY_COMMENTS};
use crate::submissions::{self, SUBMISSION_NOT_FOUND, SubmissionId};

const COMMENT_BYTES_MAX: usize = 64 * 1024;

/// Writes about a submission: those who grade to the learner, or the learner to them.
#[derive(Debug, Clone)]
pub struct CommentSubmission {
    /// The submission.
    pub submission: SubmissionId,
    /// What, at most 64 KiB.
    pub body: String,
    /// The same for each try of one comment: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for CommentSubmission {
    type Out = CommentId;
    const NAME: &'static str = "submissions.comment";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        // A comment names its author, so the program itself cannot write one.
        actor.require_user()?;
        let viewed = submissions::view(snapshot, actor, self.submission)?;
        let course = viewed.or_refuse(SUBMISSION_NOT_FOUND)?.submission.course;
        let course = catalog::view(snapshot, actor, course)?.or_refuse(COURSE_NOT_FOUND)?;
        course.require_changeable()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<CommentId> {
        let key = self.idempotency_key.as_deref();
        let id = once::<Self>(tx, key, |tx| self.write(tx))?;
        let written = tx.get(&SUBMISSION_COMMENTS, &(self.submission, id))?;
        if written.is_none_or(|written| written.body != self.body) {
            return Err(IDEMPOTENCY_KEY_REUSED.on("idempotencyKey"));
        }
        Ok(id)
    }
}

impl CommentSubmission {
    fn write(&self, tx: &mut Tx<'_>) -> Result<CommentId> {
        if self.body.len() > COMMENT_BYTES_MAX {
            return Err(COMMENT_TOO_LONG.on("body"));
        }
        if self.body.trim().is_empty() {
            return Err(COMMENT_EMPTY.on("body"));
        }
        let on = submissions::submission(tx, self.submission)?.or_refuse(SUBMISSION_NOT_FOUND)?;
        let comments = tx.scan(&SUBMISSION_COMMENTS, &self.submission, Range::ALL)?;
        if comments.take(COMMENTS_MAX).count() == COMMENTS_MAX {
            return TOO_MANY_COMMENTS.refuse();
        }
        let id = tx.new_id();
        let comment = Comment {
            author: tx.user()?,
            body: self.body.clone(),
            written_at: tx.now(),
        };
        tx.put(&SUBMISSION_COMMENTS, &(self.submission, id), &comment)?;
        tx.emit(&SubmissionCommented {
            course: on.course,
            assignment: on.assignment,
            submission: self.submission,
            user: on.user,
            comment: id,
            author: comment.author,
        })?;
        Ok(id)
    }
}
