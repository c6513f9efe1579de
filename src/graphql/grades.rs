//! Grades: what a submission was found to be worth, and giving them.

use std::sync::Arc;

use assess::grading::{self, GradeSubmission};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::errors::{Result, UserError, mutate};
use crate::scalars::{DateTime, id_of};
use crate::submissions::Submission;
use crate::users::User;
use crate::view::View;

/// What a submission was found to be worth.
pub(crate) struct Grade {
    view: Arc<View>,
    grade: grading::Grade,
}

impl Grade {
    pub(crate) fn new(view: &Arc<View>, grade: &grading::Grade) -> Self {
        Self {
            view: Arc::clone(view),
            grade: grade.clone(),
        }
    }
}

/// What a submission was found to be worth.
#[Object(serial)]
impl Grade {
    /// In points of the assignment.
    async fn score(&self) -> f64 {
        self.grade.score
    }

    /// What the grader wrote, as typed.
    async fn feedback(&self) -> Option<&str> {
        self.grade.feedback.as_deref()
    }

    /// Who graded.
    async fn grader(&self) -> Result<User> {
        Ok(User::named(&self.view, self.grade.grader)?)
    }

    /// When.
    async fn graded_at(&self) -> DateTime {
        DateTime(self.grade.graded_at)
    }
}

/// A submission that is to be graded.
#[derive(InputObject)]
struct GradeSubmissionInput {
    submission_id: ID,
    /// In points of the assignment; more than it has are extra credit.
    score: f64,
    /// What to tell the learner, at most 64 KiB.
    feedback: Option<String>,
}

/// What came of `gradeSubmission`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct GradeSubmissionPayload {
    /// The submission with its grade; null when the input was refused.
    submission: Option<Submission>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to grades.
#[derive(Default)]
pub(crate) struct GradeMutations;

#[Object]
impl GradeMutations {
    /// Grades a submission, or grades it again. The learner sees it when grades are posted.
    async fn grade_submission(
        &self,
        ctx: &Context<'_>,
        input: GradeSubmissionInput,
    ) -> Option<GradeSubmissionPayload> {
        let submission = id_of(&input.submission_id);
        let command = GradeSubmission {
            submission,
            score: input.score,
            feedback: input.feedback,
        };
        let show = |view: &Arc<View>, ()| Submission::of(view, submission);
        let (submission, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(GradeSubmissionPayload { submission, errors })
    }
}
