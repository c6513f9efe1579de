//! Setting work, changing it, and showing it and its grades.

use std::sync::Arc;

use assess::assignments::{
    self, AssignmentChange, Change, CreateAssignment, DeleteAssignment, HideGrades, NewAssignment,
    PostGrades, PublishAssignment, UnpublishAssignment, UpdateAssignment, WorkKinds,
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use courses::markup::SafeHtml;

use super::{Assignment, LateUnit, WorkKind};
use crate::errors::{UserError, mutate};
use crate::pages::TextFormat;
use crate::scalars::{DateTime, id_of};
use crate::view::View;

/// What late work is to lose.
#[derive(InputObject)]
struct LatePenaltyInput {
    /// How much of the points each hour or day that has begun costs, in percent: above 0, at most
    /// 100.
    percent: f64,
    /// What lateness is counted in.
    #[graphql(default_with = "LateUnit::Day")]
    per: LateUnit,
    /// How much of the points lateness alone leaves, in percent: 0 to 100.
    #[graphql(default)]
    floor_percent: f64,
}

impl LatePenaltyInput {
    fn penalty(&self) -> kernel::Result<assignments::LatePenalty> {
        assignments::LatePenalty::new(self.percent, self.per.into(), self.floor_percent)
    }
}

fn kinds_of(kinds: &[WorkKind]) -> kernel::Result<WorkKinds> {
    let kinds: Vec<assignments::WorkKind> = kinds.iter().map(|kind| (*kind).into()).collect();
    WorkKinds::of(&kinds)
}

fn safe(format: TextFormat, instructions: &str) -> kernel::Result<SafeHtml> {
    let safe = format.safe(instructions);
    safe.map_err(|error| error.on("instructions"))
}

/// Work that is to be set.
#[derive(InputObject)]
struct CreateAssignmentInput {
    course_id: ID,
    /// The module at whose end it is added; without one it stands by itself.
    module_id: Option<ID>,
    /// 1 to 300 characters in one line.
    title: String,
    /// What is to be done.
    instructions: Option<String>,
    /// How the instructions are written; in Markdown unless it is said otherwise.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// How many points there are, 0 to 1,000,000; without them it is not graded by points.
    points: Option<f64>,
    /// Before this nothing is taken.
    unlock_at: Option<DateTime>,
    /// After this a submission is late.
    due_at: Option<DateTime>,
    /// From this on nothing is taken.
    lock_at: Option<DateTime>,
    /// How often a learner may hand in, 1 to 1,000; without it any number of times.
    attempts_allowed: Option<u32>,
    /// How long it takes, 1 to 10,000.
    estimated_minutes: Option<u32>,
    /// Whether learners see it; they do unless it is said otherwise.
    #[graphql(default = true)]
    published: bool,
    /// What can be handed in, at least one kind; all of them unless it is said otherwise.
    work_kinds: Option<Vec<WorkKind>>,
    /// Whether work is taken after it is due, until it closes; it is unless it is said otherwise.
    #[graphql(default = true)]
    accepts_late: bool,
    /// What late work loses; nothing unless it is said.
    late_penalty: Option<LatePenaltyInput>,
}

impl CreateAssignmentInput {
    fn command(self) -> kernel::Result<CreateAssignment> {
        let instructions = safe(
            self.format,
            self.instructions.as_deref().unwrap_or_default(),
        )?;
        let kinds = self.work_kinds.as_deref().map(kinds_of).transpose()?;
        let penalty = self.late_penalty.as_ref();
        let penalty = penalty.map(LatePenaltyInput::penalty).transpose()?;
        let at = |moment: Option<DateTime>| moment.map(|moment| moment.0);
        let assignment = NewAssignment::titled(&self.title, instructions)?
            .points(self.points)?
            .dates(at(self.unlock_at), at(self.due_at), at(self.lock_at))?
            .attempts(self.attempts_allowed)?
            .published(self.published)
            .kinds(kinds.unwrap_or_default())
            .late(self.accepts_late, penalty);
        Ok(CreateAssignment {
            course: id_of(&self.course_id),
            module: self.module_id.as_ref().map(id_of),
            assignment,
            estimated_minutes: self.estimated_minutes,
        })
    }
}

/// What came of `createAssignment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateAssignmentPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to become of an assignment. What is left out stays as it is; null takes away.
#[derive(InputObject)]
struct UpdateAssignmentInput {
    assignment_id: ID,
    /// 1 to 300 characters in one line.
    title: Option<String>,
    /// What is to be done.
    instructions: Option<String>,
    /// How the instructions are written; in Markdown unless it is said otherwise.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// How many points there are, 0 to 1,000,000; null where it is not graded by points.
    points: MaybeUndefined<f64>,
    /// Before this nothing is taken.
    unlock_at: MaybeUndefined<DateTime>,
    /// After this a submission is late.
    due_at: MaybeUndefined<DateTime>,
    /// From this on nothing is taken.
    lock_at: MaybeUndefined<DateTime>,
    /// How often a learner may hand in, 1 to 1,000; null for any number of times. Fewer than
    /// somebody has used takes nothing from them.
    attempts_allowed: MaybeUndefined<u32>,
    /// What can be handed in, at least one kind.
    work_kinds: Option<Vec<WorkKind>>,
    /// Whether work is taken after it is due, until it closes.
    accepts_late: Option<bool>,
    /// What late work loses; null for nothing. Grades that were given stay until they are given
    /// again.
    late_penalty: MaybeUndefined<LatePenaltyInput>,
}

impl UpdateAssignmentInput {
    fn command(self) -> kernel::Result<UpdateAssignment> {
        let instructions = self.instructions.as_deref();
        let instructions = instructions.map(|text| safe(self.format, text));
        let kinds = self.work_kinds.as_deref().map(kinds_of).transpose()?;
        let penalty = match self.late_penalty {
            MaybeUndefined::Undefined => Change::Keep,
            MaybeUndefined::Null => Change::To(None),
            MaybeUndefined::Value(penalty) => Change::To(Some(penalty.penalty()?)),
        };
        let at = |moment: MaybeUndefined<DateTime>| changed(moment.map_value(|moment| moment.0));
        let change = AssignmentChange {
            title: self.title.into(),
            instructions: instructions.transpose()?.into(),
            points: changed(self.points),
            unlock_at: at(self.unlock_at),
            due_at: at(self.due_at),
            lock_at: at(self.lock_at),
            attempts_allowed: changed(self.attempts_allowed),
            kinds: kinds.into(),
            accepts_late: self.accepts_late.into(),
            late_penalty: penalty,
        };
        Ok(UpdateAssignment {
            assignment: id_of(&self.assignment_id),
            change,
        })
    }
}

/// What is to become of a field that can be empty.
pub(crate) fn changed<T>(field: MaybeUndefined<T>) -> Change<Option<T>> {
    match field {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::To(None),
        MaybeUndefined::Value(value) => Change::To(Some(value)),
    }
}

/// What came of `updateAssignment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateAssignmentPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An assignment that is to be deleted.
#[derive(InputObject)]
struct DeleteAssignmentInput {
    assignment_id: ID,
}

/// What came of `deleteAssignment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteAssignmentPayload {
    /// The id that was the assignment's; null when the input was refused.
    assignment_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An assignment that is to be shown.
#[derive(InputObject)]
struct PublishAssignmentInput {
    assignment_id: ID,
}

/// What came of `publishAssignment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct PublishAssignmentPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An assignment that is to be hidden.
#[derive(InputObject)]
struct UnpublishAssignmentInput {
    assignment_id: ID,
}

/// What came of `unpublishAssignment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UnpublishAssignmentPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An assignment whose grades are to be hidden.
#[derive(InputObject)]
struct HideGradesInput {
    assignment_id: ID,
}

/// What came of `hideGrades`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct HideGradesPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An assignment whose grades are to be shown.
#[derive(InputObject)]
struct PostGradesInput {
    assignment_id: ID,
}

/// What came of `postGrades`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct PostGradesPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to assignments.
#[derive(Default)]
pub(crate) struct AssignmentMutations;

#[Object]
impl AssignmentMutations {
    /// Sets work, for the course's staff.
    async fn create_assignment(
        &self,
        ctx: &Context<'_>,
        input: CreateAssignmentInput,
    ) -> Option<CreateAssignmentPayload> {
        let (assignment, errors) = mutate(ctx, || input.command(), Assignment::of).await?;
        Some(CreateAssignmentPayload { assignment, errors })
    }

    /// Changes an assignment, for the course's staff. What was handed in and graded stays as it is.
    async fn update_assignment(
        &self,
        ctx: &Context<'_>,
        input: UpdateAssignmentInput,
    ) -> Option<UpdateAssignmentPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateAssignmentPayload { assignment, errors })
    }

    /// Deletes an assignment that nobody has handed anything in for, and the items that lead to
    /// it, for the course's staff. Another can be unpublished.
    async fn delete_assignment(
        &self,
        ctx: &Context<'_>,
        input: DeleteAssignmentInput,
    ) -> Option<DeleteAssignmentPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |_: &Arc<View>, ()| Ok(input.assignment_id);
        let command = DeleteAssignment { assignment };
        let (assignment_id, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(DeleteAssignmentPayload {
            assignment_id,
            errors,
        })
    }

    /// Shows an assignment and the items that lead to it to its learners, for the course's staff.
    async fn publish_assignment(
        &self,
        ctx: &Context<'_>,
        input: PublishAssignmentInput,
    ) -> Option<PublishAssignmentPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let command = PublishAssignment { assignment };
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(PublishAssignmentPayload { assignment, errors })
    }

    /// Hides an assignment and the items that lead to it from its learners, for the course's
    /// staff. What was handed in is kept.
    async fn unpublish_assignment(
        &self,
        ctx: &Context<'_>,
        input: UnpublishAssignmentInput,
    ) -> Option<UnpublishAssignmentPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let command = UnpublishAssignment { assignment };
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UnpublishAssignmentPayload { assignment, errors })
    }

    /// Hides the grades of an assignment from its learners until they are posted again. For those
    /// who grade.
    async fn hide_grades(
        &self,
        ctx: &Context<'_>,
        input: HideGradesInput,
    ) -> Option<HideGradesPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || Ok(HideGrades { assignment }), show).await?;
        Some(HideGradesPayload { assignment, errors })
    }

    /// Shows the grades of an assignment to its learners, those given already and those to come.
    /// For those who grade.
    async fn post_grades(
        &self,
        ctx: &Context<'_>,
        input: PostGradesInput,
    ) -> Option<PostGradesPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, _| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || Ok(PostGrades { assignment }), show).await?;
        Some(PostGradesPayload { assignment, errors })
    }
}
