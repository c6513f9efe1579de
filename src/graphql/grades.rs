//! Grades: what a submission was found to be worth, and giving them.

use std::sync::Arc;

use assess::grading::{self, ExcuseStudent, GradeSubmission, WithdrawExcuse};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject, Subscription};
use futures_util::Stream;
use futures_util::stream::iter;
use live::{Happening, Interest, Told, cursor};

use crate::assignments::{Assignment, changed};
use crate::errors::{Result, UserError, mutate};
use crate::scalars::{DateTime, id_of};
use crate::socket::told;
use crate::submissions::Submission;
use crate::users::User;
use crate::view::{View, seen};

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
    /// In points of the assignment, after what lateness took.
    async fn score(&self) -> f64 {
        self.grade.score
    }

    /// What the grader gave, before what lateness took.
    async fn entered_score(&self) -> f64 {
        self.grade.entered_score()
    }

    /// What lateness took.
    async fn points_deducted(&self) -> f64 {
        self.grade.points_deducted()
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
    /// In points of the assignment, before what lateness takes: 0 to 1,000,000. More than it has
    /// are extra credit.
    score: f64,
    /// What to tell the learner, at most 64 KiB. Without it the feedback stays as it is; null
    /// takes it away.
    feedback: MaybeUndefined<String>,
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

/// A student who is to be excused.
#[derive(InputObject)]
struct ExcuseStudentInput {
    assignment_id: ID,
    /// A student of the course.
    user_id: ID,
}

/// What came of `excuseStudent`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ExcuseStudentPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An excuse that is to be taken back.
#[derive(InputObject)]
struct WithdrawExcuseInput {
    assignment_id: ID,
    /// Whose.
    user_id: ID,
}

/// What came of `withdrawExcuse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct WithdrawExcusePayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
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
            feedback: changed(input.feedback),
        };
        let show = |view: &Arc<View>, ()| Submission::of(view, submission);
        let (submission, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(GradeSubmissionPayload { submission, errors })
    }

    /// Excuses a student from an assignment. For those who grade.
    async fn excuse_student(
        &self,
        ctx: &Context<'_>,
        input: ExcuseStudentInput,
    ) -> Option<ExcuseStudentPayload> {
        let (assignment, user) = (id_of(&input.assignment_id), id_of(&input.user_id));
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let command = ExcuseStudent { assignment, user };
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(ExcuseStudentPayload { assignment, errors })
    }

    /// Takes an excuse back. For those who grade.
    async fn withdraw_excuse(
        &self,
        ctx: &Context<'_>,
        input: WithdrawExcuseInput,
    ) -> Option<WithdrawExcusePayload> {
        let (assignment, user) = (id_of(&input.assignment_id), id_of(&input.user_id));
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let command = WithdrawExcuse { assignment, user };
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(WithdrawExcusePayload { assignment, errors })
    }
}

/// A submission whose grade the viewer may see since just now, or see changed.
#[derive(SimpleObject)]
#[graphql(serial)]
struct GradedSubmission {
    /// Where it stands among all that happens: what comes behind it can be asked for with `after`.
    cursor: String,
    /// The submission with its grade.
    submission: Submission,
}

/// What can be followed of grades.
#[derive(Default)]
pub(crate) struct GradeSubscriptions;

#[Subscription]
impl GradeSubscriptions {
    /// The viewer's own grades, in one course or in all: each as soon as the viewer may see it,
    /// which is when grades are posted, or when they are given after that. Nobody is told here of
    /// the grades of others.
    async fn submission_graded(
        &self,
        ctx: &Context<'_>,
        course_id: Option<ID>,
        #[graphql(desc = "The cursor of the last that was told: begins behind it.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = GradedSubmission> + use<>> {
        let view = seen(ctx);
        let interest =
            Interest::Grades(view.actor().require_user()?, course_id.as_ref().map(id_of));
        let told = told(ctx, interest, after.as_deref())?;
        Ok(iter(
            told.map_or(Ok(Vec::new()), |told| graded(view, &told))?,
        ))
    }
}

/// The submissions of the viewer that have grades to be seen, by what happened.
fn graded(view: &Arc<View>, told: &Told) -> kernel::Result<Vec<GradedSubmission>> {
    let mut graded = match told.happening {
        Some(Happening::Graded { submission, .. }) => {
            Submission::visible(view, submission)?.into_iter().collect()
        }
        Some(Happening::GradesPosted { assignment, .. }) => Submission::own(view, assignment)?,
        Some(Happening::Posted { .. }) | None => Vec::new(),
    };
    graded.retain(Submission::is_graded);
    let last = graded.len().saturating_sub(1);
    let with_cursor = |(place, submission)| GradedSubmission {
        // Whoever got only some of them is told all of them again.
        cursor: cursor(told.position - u64::from(place < last)).to_string(),
        submission,
    };
    Ok(graded.into_iter().enumerate().map(with_cursor).collect())
}
