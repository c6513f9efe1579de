//! Assignments: what is to be done, and posting its grades.

use std::sync::Arc;

use app::OrRefuse;
use assess::assignments::{
    ASSIGNMENT_NOT_FOUND, AssignmentId, AssignmentKind, CreateAssignment, NewAssignment,
    PostGrades, Viewed,
};
use assess::submissions;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::connection::{Connection, page_request};
use crate::courses::Course;
use crate::errors::{Result, UserError, mutate, shown};
use crate::pages::TextFormat;
use crate::scalars::{DateTime, IdOf, id_of};
use crate::submissions::Submission;
use crate::view::{View, seen};

/// Work that is set.
pub(crate) struct Assignment {
    view: Arc<View>,
    viewed: Arc<Viewed>,
}

impl Assignment {
    pub(crate) fn visible(view: &Arc<View>, id: AssignmentId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let viewed = view.assignment(id)?;
        Ok(viewed.map(|viewed| Self {
            view: Arc::clone(view),
            viewed,
        }))
    }

    pub(crate) fn of(view: &Arc<View>, id: AssignmentId) -> kernel::Result<Self> {
        Self::visible(view, id)?.or_refuse(ASSIGNMENT_NOT_FOUND)
    }
}

/// Work that is set.
#[Object(serial)]
impl Assignment {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<AssignmentKind> {
        IdOf(self.viewed.id)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.viewed.assignment.title
    }

    /// What is to be done, as HTML that is safe to show.
    async fn instructions(&self) -> &str {
        self.viewed.assignment.instructions.as_str()
    }

    /// How many points there are; null where it is not graded by points.
    async fn points(&self) -> Option<f64> {
        self.viewed.assignment.points
    }

    /// After this a submission is late.
    async fn due_at(&self) -> Option<DateTime> {
        self.viewed.assignment.due_at.map(DateTime)
    }

    /// Before this nothing is taken.
    async fn unlock_at(&self) -> Option<DateTime> {
        self.viewed.assignment.unlock_at.map(DateTime)
    }

    /// From this on nothing is taken.
    async fn lock_at(&self) -> Option<DateTime> {
        self.viewed.assignment.lock_at.map(DateTime)
    }

    /// How often a learner may hand in; null for any number.
    async fn attempts_allowed(&self) -> Option<u32> {
        self.viewed.assignment.attempts_allowed
    }

    /// Whether learners see it.
    async fn published(&self) -> bool {
        self.viewed.assignment.published
    }

    /// Since when grades are shown to learners; null while they are hidden.
    async fn grades_posted_at(&self) -> Option<DateTime> {
        self.viewed.assignment.grades_posted_at.map(DateTime)
    }

    /// The course it belongs to.
    async fn course(&self) -> Result<Course> {
        Ok(Course::of(&self.view, self.viewed.course.id)?)
    }

    /// What the viewer has handed in, by attempt.
    async fn viewer_submissions(&self) -> Result<Vec<Submission>> {
        let view = &self.view;
        if view.actor().user_id().is_none() {
            return Ok(Vec::new());
        }
        let own = submissions::own_submissions(view.snapshot(), view.actor(), &self.viewed)?;
        Ok(own
            .into_iter()
            .map(|submission| Submission::new(view, submission))
            .collect())
    }

    /// What everybody has handed in, by learner and attempt. For those who grade.
    async fn submissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Submission>> {
        let view = &self.view;
        let page = page_request(first, after.as_deref()).and_then(|request| {
            submissions::submissions_of(view.snapshot(), view.actor(), self.viewed.id, &request)
        });
        let nodes = page.and_then(|page| {
            Connection::of(page, |submission| Ok(Submission::new(view, submission)))
        });
        shown(ctx, nodes.map_err(Into::into))
    }
}

/// Questions about assignments.
#[derive(Default)]
pub(crate) struct AssignmentQueries;

#[Object]
impl AssignmentQueries {
    /// One assignment.
    async fn assignment(&self, ctx: &Context<'_>, id: ID) -> Option<Assignment> {
        shown(
            ctx,
            Assignment::of(seen(ctx), id_of(&id)).map_err(Into::into),
        )
    }
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
}

impl CreateAssignmentInput {
    fn command(self) -> kernel::Result<CreateAssignment> {
        let instructions = self.instructions.as_deref().unwrap_or_default();
        let instructions = self.format.safe(instructions);
        let instructions = instructions.map_err(|error| error.on("instructions"))?;
        let at = |moment: Option<DateTime>| moment.map(|moment| moment.0);
        let assignment = NewAssignment::titled(&self.title, instructions)?
            .points(self.points)?
            .dates(at(self.unlock_at), at(self.due_at), at(self.lock_at))?
            .attempts(self.attempts_allowed)?
            .published(self.published);
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
