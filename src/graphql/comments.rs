//! Comments on submissions.

use std::sync::Arc;

use app::OrRefuse;
use assess::comments::{self, CommentId, CommentKind, CommentSubmission, comments_of};
use assess::submissions::{self, SUBMISSION_NOT_FOUND};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::errors::{Result, UserError, mutate};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::users::User;
use crate::view::View;

/// What somebody wrote about a submission.
pub(crate) struct SubmissionComment {
    view: Arc<View>,
    id: CommentId,
    comment: comments::Comment,
}

impl SubmissionComment {
    /// All of a submission that the viewer sees.
    pub(crate) fn all_of(
        view: &Arc<View>,
        submission: &submissions::Viewed,
    ) -> kernel::Result<Vec<Self>> {
        let found = comments_of(view.snapshot(), submission)?.into_iter();
        let shown = |(id, comment)| Self {
            view: Arc::clone(view),
            id,
            comment,
        };
        Ok(found.map(shown).collect())
    }
}

/// What somebody wrote about a submission.
#[Object(serial)]
impl SubmissionComment {
    /// The id.
    async fn id(&self) -> IdOf<CommentKind> {
        IdOf(self.id)
    }

    /// What, as typed.
    async fn body(&self) -> &str {
        &self.comment.body
    }

    /// Who.
    async fn author(&self) -> Result<User> {
        Ok(User::named(&self.view, self.comment.author)?)
    }

    /// When.
    async fn written_at(&self) -> DateTime {
        DateTime(self.comment.written_at)
    }
}

/// A comment that is to be written.
#[derive(InputObject)]
struct CommentSubmissionInput {
    submission_id: ID,
    /// At most 64 KiB.
    body: String,
    /// The same for each try of one comment, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

/// What came of `commentSubmission`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CommentSubmissionPayload {
    /// The comment; null when the input was refused.
    comment: Option<SubmissionComment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to comments.
#[derive(Default)]
pub(crate) struct CommentMutations;

#[Object]
impl CommentMutations {
    /// Writes about a submission: those who grade to the learner, or the learner to them. It is
    /// seen at once.
    async fn comment_submission(
        &self,
        ctx: &Context<'_>,
        input: CommentSubmissionInput,
    ) -> Option<CommentSubmissionPayload> {
        let submission = id_of(&input.submission_id);
        let command = CommentSubmission {
            submission,
            body: input.body,
            idempotency_key: input.idempotency_key,
        };
        let show = |view: &Arc<View>, id| {
            let viewed = submissions::view(view.snapshot(), view.actor(), submission)?;
            let all = SubmissionComment::all_of(view, &viewed.or_refuse(SUBMISSION_NOT_FOUND)?)?;
            let written = all.into_iter().find(|comment| comment.id == id);
            written.or_refuse(SUBMISSION_NOT_FOUND)
        };
        let (comment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(CommentSubmissionPayload { comment, errors })
    }
}
