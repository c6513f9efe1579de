//! Courses: one, a page of them, and what can be done to them.

mod mutations;

use std::sync::Arc;

use assess::assignments;
use async_graphql::{Context, Enum, ID, InputObject, Object};
use community::discussions;
use courses::catalog::{self, CourseId, CourseKind, Viewed};
use courses::markup::{SafeHtml, Written};
use courses::{enrollments, files, modules, pages, sections};
use people::users::ExternalId;

use crate::assignments::Assignment;
use crate::connection::{Connection, page_request};
use crate::discussions::DiscussionTopic;
use crate::enrollments::{CourseRole, Enrollment};
use crate::errors::{Result, shown};
use crate::files::File;
use crate::modules::CourseModule;
use crate::pages::CoursePage;
use crate::progress::Progress;
use crate::rows::Rows;
use crate::scalars::{DateTime, IdOf, id_of};
use crate::sections::Section;
use crate::terms::Term;
use crate::users::User;
use crate::view::{View, seen};

pub(crate) use self::mutations::CourseMutations;

/// Where a course is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "catalog::CourseState")]
pub(crate) enum CourseState {
    /// Being made: only its staff sees it.
    Draft,
    /// Being taught.
    Published,
    /// Over: can be read, not changed.
    Archived,
}

/// Who sees a published course besides those who are in it. Others look at its description, its
/// instructors, modules, pages, files and assignments, and at nothing of its people and their work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "catalog::Visibility")]
pub(crate) enum CourseVisibility {
    /// Nobody.
    Enrolled,
    /// Everybody who is signed in.
    School,
    /// Everybody.
    Public,
}

/// What is taught, and to whom.
pub(crate) struct Course {
    view: Arc<View>,
    viewed: Arc<Viewed>,
}

impl Course {
    /// The course as the viewer sees it.
    pub(crate) fn visible(view: &Arc<View>, id: CourseId) -> kernel::Result<Option<Self>> {
        let viewed = view.course(id)?;
        Ok(viewed.map(|viewed| Self {
            view: Arc::clone(view),
            viewed,
        }))
    }

    /// A course that something visible belongs to.
    pub(crate) fn of(view: &Arc<View>, id: CourseId) -> kernel::Result<Self> {
        Self::visible(view, id)?.ok_or_else(|| catalog::hidden(view.actor()))
    }

    fn read(view: &Arc<View>, viewed: Viewed) -> Self {
        Self {
            viewed: view.keep_course(viewed),
            view: Arc::clone(view),
        }
    }
}

/// What is taught, and to whom.
#[Object(serial)]
impl Course {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<CourseKind> {
        IdOf(self.viewed.id)
    }

    /// Short and unique: `CS-101`.
    async fn code(&self) -> &str {
        &self.viewed.course.code
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.viewed.course.title
    }

    /// What it is about, in Markdown.
    async fn description(&self) -> &str {
        &self.viewed.course.description
    }

    /// What it is about, as HTML that is safe to show.
    async fn description_html(&self) -> Result<String> {
        let html = SafeHtml::of(Written::Markdown(&self.viewed.course.description))?;
        Ok(html.as_str().to_owned())
    }

    /// Where it is on its way.
    async fn state(&self) -> CourseState {
        self.viewed.course.state.into()
    }

    /// Who sees it besides those who are in it, once it is published.
    async fn visibility(&self) -> CourseVisibility {
        self.viewed.course.visibility.into()
    }

    /// The term that it is taught in.
    async fn term(&self) -> Result<Option<Term>> {
        let term = self.viewed.course.term;
        Ok(term.map(|term| Term::of(&self.view, term)).transpose()?)
    }

    /// What another program calls it; for the course's staff, null for others.
    async fn external_id(&self) -> Option<&str> {
        let id = self.viewed.course.external_id.as_ref();
        id.filter(|_| self.viewed.staff).map(ExternalId::as_str)
    }

    /// Its sections by name, for who is in the course.
    async fn sections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Section>> {
        let page = page_request(first, after.as_deref()).and_then(|request| {
            sections::sections_of(self.view.snapshot(), &self.viewed, &request)
        });
        let nodes = page.and_then(|page| {
            Connection::of(page, |(id, section)| {
                Ok(Section::new(&self.view, id, section))
            })
        });
        shown(ctx, nodes.map_err(Into::into))
    }

    /// A BCP 47 language tag.
    async fn language(&self) -> &str {
        &self.viewed.course.language
    }

    /// When it begins.
    async fn starts_at(&self) -> Option<DateTime> {
        self.viewed.course.starts_at.map(DateTime)
    }

    /// When it ends.
    async fn ends_at(&self) -> Option<DateTime> {
        self.viewed.course.ends_at.map(DateTime)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.viewed.course.created_at)
    }

    /// How many students take part now.
    async fn enrollment_count(&self) -> Result<u64> {
        Ok(enrollments::active_students(
            self.view.snapshot(),
            self.viewed.id,
        )?)
    }

    /// Who teaches it now, the longest first.
    async fn instructors(&self) -> Result<Rows<Vec<User>>> {
        let instructors = self.view.instructors(self.viewed.id)?;
        Ok(Rows(
            instructors
                .iter()
                .map(|user| User::named(&self.view, *user))
                .collect::<kernel::Result<_>>()?,
        ))
    }

    /// Its modules by position. Unpublished ones are for the course's staff.
    async fn modules(&self) -> Result<Rows<Vec<CourseModule>>> {
        let modules = modules::modules_of(self.view.snapshot(), &self.viewed)?;
        let course = self.viewed.id;
        let modules = modules.into_iter();
        Ok(Rows(
            modules
                .map(|module| CourseModule::new(&self.view, course, module))
                .collect(),
        ))
    }

    /// Its files, the oldest first, for its staff. What learners keep for their work is not among
    /// them.
    async fn files(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<File>> {
        let page = page_request(first, after.as_deref())
            .and_then(|request| files::files_of(self.view.snapshot(), &self.viewed, &request));
        let files =
            page.and_then(|page| Connection::of(page, |(id, file)| Ok(File::new(id, file))));
        shown(ctx, files.map_err(Into::into))
    }

    /// Who is in it or was, for its staff.
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Enrollment>> {
        let (view, course) = (&self.view, self.viewed.id);
        let page = page_request(first, after.as_deref()).and_then(|request| {
            enrollments::enrollments_in(view.snapshot(), &self.viewed, &request)
        });
        let nodes = page.and_then(|page| {
            Connection::of(page, |(user, enrollment)| {
                Ok(Enrollment::new(view, (course, user), enrollment))
            })
        });
        shown(ctx, nodes.map_err(Into::into))
    }

    /// Its pages, the oldest first, for its staff: those that no item leads to as well.
    async fn pages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<CoursePage>> {
        let page = page_request(first, after.as_deref())
            .and_then(|request| pages::list(self.view.snapshot(), &self.viewed, &request));
        let nodes = page.and_then(|page| {
            Connection::of(page, |(id, page)| Ok(CoursePage::new(&self.view, id, page)))
        });
        shown(ctx, nodes.map_err(Into::into))
    }

    /// Its assignments, the oldest first, for its staff: those that no item leads to as well.
    async fn assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Assignment>> {
        let page = page_request(first, after.as_deref())
            .and_then(|request| assignments::list(self.view.snapshot(), &self.viewed, &request));
        let nodes = page.and_then(|page| Connection::of(page, |id| Assignment::of(&self.view, id)));
        shown(ctx, nodes.map_err(Into::into))
    }

    /// Its topics, the oldest first, for its staff: those that no item leads to as well.
    async fn topics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<DiscussionTopic>> {
        let page = page_request(first, after.as_deref())
            .and_then(|request| discussions::list(self.view.snapshot(), &self.viewed, &request));
        let nodes =
            page.and_then(|page| Connection::of(page, |id| DiscussionTopic::of(&self.view, id)));
        shown(ctx, nodes.map_err(Into::into))
    }

    /// How far the viewer is; null for who is not enrolled.
    async fn viewer_progress(&self) -> Result<Option<Progress>> {
        let enrolled = self
            .view
            .actor()
            .user_id()
            .filter(|_| self.viewed.enrollment.is_some());
        let progress = enrolled.map(|user| Progress::of(&self.view, self.viewed.id, user));
        Ok(progress.transpose()?)
    }

    /// Whether who sees it may enrol themselves, as students.
    async fn self_enrollment(&self) -> bool {
        self.viewed.course.self_enrollment
    }

    /// How many students there may be for others to enrol themselves; null for any number.
    async fn seats(&self) -> Option<u32> {
        self.viewed.course.seats
    }

    /// Who has this may enrol themselves too; for the course's staff, null for others.
    async fn join_code(&self) -> Option<&str> {
        let code = self.viewed.course.join_code.as_deref();
        code.filter(|_| self.viewed.staff)
    }

    /// What the viewer is in the course; null for who is not enrolled.
    async fn viewer_role(&self) -> Option<CourseRole> {
        self.viewed
            .enrollment
            .as_ref()
            .map(|enrollment| enrollment.role.into())
    }
}

/// Which courses are wanted.
#[derive(InputObject, Default)]
struct CourseFilter {
    /// In the code or the title, without regard to case.
    search: Option<String>,
    /// In this state.
    state: Option<CourseState>,
    /// Only those that the viewer is enrolled in.
    mine: Option<bool>,
}

impl From<CourseFilter> for catalog::CourseFilter {
    fn from(filter: CourseFilter) -> Self {
        Self {
            search: filter.search,
            state: filter.state.map(Into::into),
            mine: filter.mine.unwrap_or(false),
        }
    }
}

/// Questions about courses.
#[derive(Default)]
pub(crate) struct CourseQueries;

#[Object]
impl CourseQueries {
    /// One course.
    async fn course(&self, ctx: &Context<'_>, id: ID) -> Option<Course> {
        let course = Course::of(seen(ctx), id_of(&id));
        shown(ctx, course.map_err(Into::into))
    }

    /// The courses that the viewer may see, by code.
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<CourseFilter>,
    ) -> Option<Connection<Course>> {
        let view = seen(ctx);
        let filter = filter.unwrap_or_default().into();
        let page = page_request(first, after.as_deref())
            .and_then(|request| catalog::courses(view.snapshot(), view.actor(), &filter, &request));
        let courses =
            page.and_then(|page| Connection::of(page, |viewed| Ok(Course::read(view, viewed))));
        shown(ctx, courses.map_err(Into::into))
    }
}
