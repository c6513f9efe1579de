//! Assignments: what is to be done, and until when.

mod mutations;

use std::sync::Arc;

use app::OrRefuse;
use assess::assignments::{
    self, ASSIGNMENT_NOT_FOUND, AssignmentId, AssignmentKind, Terms, Viewed,
};
use assess::{drafts, extensions, grading, submissions};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};

pub(crate) use self::mutations::{AssignmentMutations, changed};
use crate::connection::{Connection, page_request};
use crate::courses::Course;
use crate::drafts::Draft;
use crate::errors::{Result, shown};
use crate::extensions::Extension;
use crate::scalars::{DateTime, IdOf, id_of};
use crate::submissions::{Submission, SubmissionFilter};
use crate::users::User;
use crate::view::{View, seen};

/// A way to hand work in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "assignments::WorkKind")]
enum WorkKind {
    /// A text that is typed: `body`.
    Text,
    /// An address on the web: `url`.
    Url,
    /// Files: `fileIds`.
    File,
}

/// What lateness is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "assignments::LateUnit")]
enum LateUnit {
    /// Hours.
    Hour,
    /// Days of 24 hours.
    Day,
}

/// What late work loses.
#[derive(SimpleObject)]
#[graphql(serial)]
struct LatePenalty {
    /// How much of the points each hour or day that has begun costs, in percent.
    percent: f64,
    /// What lateness is counted in.
    per: LateUnit,
    /// How much of the points lateness alone leaves, in percent.
    floor_percent: f64,
}

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

    /// The terms that hold for the viewer.
    fn terms(&self) -> kernel::Result<Terms> {
        let extended = self.view.extended(&self.viewed.course)?;
        Ok(extended.terms(self.viewed.id, &self.viewed.assignment))
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

    /// After this a submission is late; for a student with an extension as that says.
    async fn due_at(&self) -> Result<Option<DateTime>> {
        Ok(self.terms()?.due_at.map(DateTime))
    }

    /// Before this nothing is taken; for a student with an extension as that says.
    async fn unlock_at(&self) -> Result<Option<DateTime>> {
        Ok(self.terms()?.unlock_at.map(DateTime))
    }

    /// From this on nothing is taken; for a student with an extension as that says.
    async fn lock_at(&self) -> Result<Option<DateTime>> {
        Ok(self.terms()?.lock_at.map(DateTime))
    }

    /// How often a learner may hand in, null for any number; for a student with an extension as
    /// that says.
    async fn attempts_allowed(&self) -> Result<Option<u32>> {
        Ok(self.terms()?.attempts_allowed)
    }

    /// The extensions that were given for it. For those who grade.
    async fn extensions(&self, ctx: &Context<'_>) -> Option<Vec<Extension>> {
        let view = &self.view;
        let found = extensions::extensions_of(view.snapshot(), view.actor(), &self.viewed);
        let shown_each = |found: Vec<_>| found.into_iter().map(|one| Extension::new(view, one));
        let found = found.map(|found| shown_each(found).collect());
        shown(ctx, found.map_err(Into::into))
    }

    /// Whether the viewer is excused from it.
    async fn excused(&self) -> Result<bool> {
        let Some(user) = self.view.actor().user_id() else {
            return Ok(false);
        };
        let (snapshot, id) = (self.view.snapshot(), self.viewed.id);
        Ok(grading::is_excused(snapshot, id, user)?)
    }

    /// Who is excused from it. For those who grade.
    async fn excused_students(&self, ctx: &Context<'_>) -> Option<Vec<User>> {
        let view = &self.view;
        let found = grading::excused_from(view.snapshot(), view.actor(), &self.viewed);
        let named = |users: Vec<_>| users.iter().map(|user| User::named(view, *user)).collect();
        shown(ctx, found.and_then(named).map_err(Into::into))
    }

    /// What the viewer has begun and not handed in.
    async fn viewer_draft(&self) -> Result<Option<Draft>> {
        let view = &self.view;
        let draft = drafts::own_draft(view.snapshot(), view.actor(), &self.viewed)?;
        Ok(draft.map(Draft::from))
    }

    /// What can be handed in.
    async fn work_kinds(&self) -> Vec<WorkKind> {
        let kinds = self.viewed.assignment.kinds.each();
        kinds.map(WorkKind::from).collect()
    }

    /// Whether work is taken after it is due, until it closes.
    async fn accepts_late(&self) -> bool {
        self.viewed.assignment.accepts_late
    }

    /// What late work loses; null when nothing.
    async fn late_penalty(&self) -> Option<LatePenalty> {
        let penalty = self.viewed.assignment.late_penalty?;
        Some(LatePenalty {
            percent: penalty.percent(),
            per: penalty.per().into(),
            floor_percent: penalty.floor_percent(),
        })
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
        #[graphql(desc = "Which of them; without it all.")] filter: Option<SubmissionFilter>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Submission>> {
        let view = &self.view;
        let page = page_request(first, after.as_deref()).and_then(|request| {
            let asked = (filter.unwrap_or_default().into(), &request);
            submissions::submissions_of(view.snapshot(), view.actor(), self.viewed.id, asked)
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
