//! Submissions: what learners hand in.

use std::sync::Arc;

use app::OrRefuse;
use assess::assignments::AssignmentId;
use assess::submissions::{
    self, SUBMISSION_NOT_FOUND, SubmissionId, SubmissionKind, SubmitAssignment, Viewed, Work,
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use courses::modules::WebAddress;

use crate::assignments::Assignment;
use crate::comments::SubmissionComment;
use crate::errors::{Result, UserError, mutate, shown};
use crate::files::File;
use crate::grades::Grade;
use crate::scalars::{DateTime, IdOf, id_of};
use crate::users::User;
use crate::view::{View, seen};

/// Where a submission is on its way, for the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "submissions::SubmissionState")]
pub(crate) enum SubmissionState {
    /// Received.
    Submitted,
    /// Graded, and the viewer may see the grade.
    Graded,
}

/// Which submissions are wanted.
#[derive(InputObject, Default)]
pub(crate) struct SubmissionFilter {
    /// Only what waits for a grade: each learner's newest attempt, if it has none and they
    /// are not excused.
    #[graphql(default)]
    ungraded: bool,
    /// Only what came late.
    #[graphql(default)]
    late: bool,
}

impl From<SubmissionFilter> for submissions::SubmissionFilter {
    fn from(filter: SubmissionFilter) -> Self {
        let SubmissionFilter { ungraded, late } = filter;
        Self { ungraded, late }
    }
}

/// What a learner handed in.
pub(crate) struct Submission {
    view: Arc<View>,
    viewed: Viewed,
}

impl Submission {
    pub(crate) fn new(view: &Arc<View>, viewed: Viewed) -> Self {
        Self {
            view: Arc::clone(view),
            viewed,
        }
    }

    pub(crate) fn visible(view: &Arc<View>, id: SubmissionId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let viewed = submissions::view(view.snapshot(), view.actor(), id)?;
        Ok(viewed.map(|viewed| Self::new(view, viewed)))
    }

    pub(crate) fn of(view: &Arc<View>, id: SubmissionId) -> kernel::Result<Self> {
        Self::visible(view, id)?.or_refuse(SUBMISSION_NOT_FOUND)
    }

    /// What the viewer handed in for an assignment.
    pub(crate) fn own(view: &Arc<View>, id: AssignmentId) -> kernel::Result<Vec<Self>> {
        let Some(assignment) = view.assignment(id)? else {
            return Ok(Vec::new());
        };
        let own = submissions::own_submissions(view.snapshot(), view.actor(), &assignment)?;
        Ok(own
            .into_iter()
            .map(|viewed| Self::new(view, viewed))
            .collect())
    }

    /// Whether it has a grade that the viewer may see.
    pub(crate) fn is_graded(&self) -> bool {
        self.viewed.grade.is_some()
    }
}

/// What a learner handed in.
#[Object(serial)]
impl Submission {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<SubmissionKind> {
        IdOf(self.viewed.id)
    }

    /// The how-manyth time, from 1.
    async fn attempt(&self) -> u32 {
        self.viewed.submission.attempt
    }

    /// Where it is on its way, for the viewer.
    async fn state(&self) -> SubmissionState {
        self.viewed.state().into()
    }

    /// When it was received.
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.viewed.submission.submitted_at)
    }

    /// Whether that was after it was due.
    async fn late(&self) -> bool {
        self.viewed.submission.late
    }

    /// The text, as typed.
    async fn body(&self) -> Option<&str> {
        self.viewed.submission.work.body()
    }

    /// The address.
    async fn url(&self) -> Option<&str> {
        self.viewed.submission.work.url().map(WebAddress::as_str)
    }

    /// The files that the viewer may see.
    async fn files(&self) -> Result<Vec<File>> {
        let ids = self.viewed.submission.work.file_ids().iter();
        let files = ids.filter_map(|id| File::visible(&self.view, *id).transpose());
        Ok(files.collect::<kernel::Result<_>>()?)
    }

    /// What it was handed in for.
    async fn assignment(&self) -> Result<Assignment> {
        Ok(Assignment::of(
            &self.view,
            self.viewed.submission.assignment,
        )?)
    }

    /// Who handed it in.
    async fn user(&self) -> Result<User> {
        Ok(User::named(&self.view, self.viewed.submission.user)?)
    }

    /// What those who grade and the learner wrote about it, the oldest first.
    async fn comments(&self) -> Result<Vec<SubmissionComment>> {
        let comments = SubmissionComment::all_of(&self.view, &self.viewed)?;
        if !comments.is_empty() {
            self.view.note_grade_read(&self.viewed);
        }
        Ok(comments)
    }

    /// Its grade; null while there is none that the viewer may see.
    async fn grade(&self) -> Option<Grade> {
        let grade = self.viewed.grade.as_ref()?;
        self.view.note_grade_read(&self.viewed);
        Some(Grade::new(&self.view, grade))
    }
}

/// Questions about submissions.
#[derive(Default)]
pub(crate) struct SubmissionQueries;

#[Object]
impl SubmissionQueries {
    /// One submission: the viewer's own, or anybody's for those who grade.
    async fn submission(&self, ctx: &Context<'_>, id: ID) -> Option<Submission> {
        shown(
            ctx,
            Submission::of(seen(ctx), id_of(&id)).map_err(Into::into),
        )
    }
}

/// Work that is to be handed in: a text, an address, files, or several of these.
#[derive(InputObject)]
struct SubmitAssignmentInput {
    assignment_id: ID,
    /// A text, at most 128 KiB, where the assignment takes one.
    body: Option<String>,
    /// An address, beginning with https:// or http://, of at most 2,048 characters.
    url: Option<String>,
    /// At most 20 files of the course or of one's own, each once.
    file_ids: Option<Vec<ID>>,
    /// The same for each try of one submission, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

impl SubmitAssignmentInput {
    fn command(self) -> kernel::Result<SubmitAssignment> {
        let url = self.url.as_deref().filter(|url| !url.trim().is_empty());
        let files = self.file_ids.unwrap_or_default();
        let work = Work::new(
            self.body,
            url.map(WebAddress::parse).transpose()?,
            files.iter().map(id_of).collect(),
        )?;
        Ok(SubmitAssignment {
            assignment: id_of(&self.assignment_id),
            work,
            idempotency_key: self.idempotency_key,
        })
    }
}

/// What came of `submitAssignment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct SubmitAssignmentPayload {
    /// The submission; null when the input was refused.
    submission: Option<Submission>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to submissions.
#[derive(Default)]
pub(crate) struct SubmissionMutations;

#[Object]
impl SubmissionMutations {
    /// Hands work in, as the viewer. Nothing that was handed in is ever changed: another attempt
    /// is another submission.
    async fn submit_assignment(
        &self,
        ctx: &Context<'_>,
        input: SubmitAssignmentInput,
    ) -> Option<SubmitAssignmentPayload> {
        let (submission, errors) = mutate(ctx, || input.command(), Submission::of).await?;
        Some(SubmitAssignmentPayload { submission, errors })
    }
}
