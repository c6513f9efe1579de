//! Makes a page, and the item that leads to it.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::{self, CourseId, title_of};
use crate::markup::SafeHtml;
use crate::modules::{Content, ModuleId, NewItem, add_item};
use crate::pages::events::PageCreated;
use crate::pages::tables::PAGES;
use crate::pages::{Page, PageId};

/// Makes a page.
#[derive(Debug, Clone)]
pub struct CreatePage {
    /// The course.
    pub course: CourseId,
    /// The module at whose end it is added; without one it stands by itself.
    pub module: Option<ModuleId>,
    /// What it is called.
    pub title: String,
    /// Its text.
    pub body: SafeHtml,
    /// How long it takes to read.
    pub estimated_minutes: Option<u32>,
    /// Whether learners see it.
    pub published: bool,
}

impl Command for CreatePage {
    type Out = PageId;
    const NAME: &'static str = "pages.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<PageId> {
        let (id, title) = (tx.new_id(), title_of(&self.title)?);
        let page = Page {
            course: self.course,
            title: title.clone(),
            body: self.body.clone(),
            updated_at: tx.now(),
            published: self.published,
        };
        put_page(tx, id, &page)?;
        if let Some(module) = self.module {
            let item = NewItem {
                module,
                title,
                content: Content::Page(id),
                estimated_minutes: self.estimated_minutes,
                due_at: None,
                published: self.published,
            };
            add_item(tx, self.course, item)?;
        }
        Ok(id)
    }
}

/// Puts a page under an id that was chosen before.
pub(crate) fn put_page(tx: &mut Tx<'_>, id: PageId, page: &Page) -> Result<()> {
    tx.put(&PAGES, &id, page)?;
    tx.emit(&PageCreated {
        course: page.course,
        page: id,
    })
}
