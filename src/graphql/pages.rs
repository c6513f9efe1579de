//! Pages: the text of a course.

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use courses::markup::{SafeHtml, Written};
use courses::pages::{self, CreatePage, DeletePage, PageChange, PageId, PageKind, UpdatePage};
use kernel::problems::NOT_FOUND;

use crate::courses::Course;
use crate::errors::{Result, UserError, mutate, shown};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::view::{View, seen};

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum TextFormat {
    /// Markdown with tables, strikethrough and footnotes.
    Markdown,
    /// HTML, of which only what is safe is kept.
    Html,
}

impl TextFormat {
    /// The text, made safe.
    pub(crate) fn safe(self, text: &str) -> kernel::Result<SafeHtml> {
        SafeHtml::of(match self {
            Self::Markdown => Written::Markdown(text),
            Self::Html => Written::Html(text),
        })
    }
}

/// A text of a course.
pub(crate) struct CoursePage {
    view: Arc<View>,
    id: PageId,
    page: pages::Page,
}

impl CoursePage {
    pub(crate) fn visible(view: &Arc<View>, id: PageId) -> kernel::Result<Option<Self>> {
        let page = pages::page(view.snapshot(), view.actor(), id)?;
        Ok(page.map(|page| Self::new(view, id, page)))
    }

    pub(crate) fn new(view: &Arc<View>, id: PageId, page: pages::Page) -> Self {
        Self {
            view: Arc::clone(view),
            id,
            page,
        }
    }

    fn of(view: &Arc<View>, id: PageId) -> kernel::Result<Self> {
        let page = Self::visible(view, id)?;
        page.or_refuse(NOT_FOUND).or_else(|missing| {
            view.actor().require_signed_in()?;
            Err(missing)
        })
    }
}

/// A text of a course.
#[Object(name = "Page", serial)]
impl CoursePage {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<PageKind> {
        IdOf(self.id)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.page.title
    }

    /// Its text, as HTML that is safe to show.
    async fn body(&self) -> &str {
        self.page.body.as_str()
    }

    /// Whether learners may read it when no item leads to it.
    async fn published(&self) -> bool {
        self.page.published
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.page.updated_at)
    }

    /// The course it belongs to.
    async fn course(&self) -> Result<Course> {
        Ok(Course::of(&self.view, self.page.course)?)
    }
}

/// Questions about pages.
#[derive(Default)]
pub(crate) struct PageQueries;

#[Object]
impl PageQueries {
    /// One page.
    async fn page(&self, ctx: &Context<'_>, id: ID) -> Option<CoursePage> {
        shown(
            ctx,
            CoursePage::of(seen(ctx), id_of(&id)).map_err(Into::into),
        )
    }
}

/// A page that is to be made.
#[derive(InputObject)]
struct CreatePageInput {
    course_id: ID,
    /// The module at whose end it is added; without one it stands by itself.
    module_id: Option<ID>,
    /// 1 to 300 characters in one line.
    title: String,
    /// The text.
    body: String,
    /// How the text is written; in Markdown unless it is said otherwise.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// How long it takes to read, 1 to 10,000.
    estimated_minutes: Option<u32>,
    /// Whether learners see it; they do unless it is said otherwise.
    #[graphql(default = true)]
    published: bool,
}

impl CreatePageInput {
    fn command(self) -> kernel::Result<CreatePage> {
        Ok(CreatePage {
            course: id_of(&self.course_id),
            module: self.module_id.as_ref().map(id_of),
            body: self.format.safe(&self.body)?,
            title: self.title,
            estimated_minutes: self.estimated_minutes,
            published: self.published,
        })
    }
}

/// What came of `createPage`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreatePagePayload {
    /// The page; null when the input was refused.
    page: Option<CoursePage>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of a page. What is left out stays.
#[derive(InputObject)]
struct UpdatePageInput {
    page_id: ID,
    /// 1 to 300 characters in one line.
    title: Option<String>,
    /// The text.
    body: Option<String>,
    /// How the text is written; in Markdown unless it is said otherwise.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// Whether learners see it.
    published: Option<bool>,
    /// The `updatedAt` of the page as it was read. When somebody changed the page since, the
    /// change is refused with `EDIT_CONFLICT`; without it the last one wins.
    expected_updated_at: Option<DateTime>,
}

impl UpdatePageInput {
    fn command(self) -> kernel::Result<UpdatePage> {
        let body = self.body.as_deref().map(|body| self.format.safe(body));
        Ok(UpdatePage {
            page: id_of(&self.page_id),
            change: PageChange {
                body: body.transpose()?,
                title: self.title,
                published: self.published,
            },
            expected_updated_at: self.expected_updated_at.map(|at| at.0),
        })
    }
}

/// What came of `updatePage`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdatePagePayload {
    /// The page; null when the input was refused.
    page: Option<CoursePage>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A page that is to be deleted.
#[derive(InputObject)]
struct DeletePageInput {
    page_id: ID,
}

/// What came of `deletePage`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeletePagePayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to pages.
#[derive(Default)]
pub(crate) struct PageMutations;

#[Object]
impl PageMutations {
    /// Makes a page, for the course's staff.
    async fn create_page(
        &self,
        ctx: &Context<'_>,
        input: CreatePageInput,
    ) -> Option<CreatePagePayload> {
        let (page, errors) = mutate(ctx, || input.command(), CoursePage::of).await?;
        Some(CreatePagePayload { page, errors })
    }

    /// Changes a page, for the course's staff, with the items that lead to it.
    async fn update_page(
        &self,
        ctx: &Context<'_>,
        input: UpdatePageInput,
    ) -> Option<UpdatePagePayload> {
        let page = id_of(&input.page_id);
        let show = |view: &Arc<View>, ()| CoursePage::of(view, page);
        let (page, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdatePagePayload { page, errors })
    }

    /// Deletes a page and the items that lead to it, for the course's staff.
    async fn delete_page(
        &self,
        ctx: &Context<'_>,
        input: DeletePageInput,
    ) -> Option<DeletePagePayload> {
        let page = id_of(&input.page_id);
        let show = |_: &Arc<View>, ()| Ok(input.page_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(DeletePage { page }), show).await?;
        Some(DeletePagePayload { deleted_id, errors })
    }
}
