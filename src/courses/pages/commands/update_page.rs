//! Changes a page.

use std::time::Duration;

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::require_author;
use crate::catalog::title_of;
use crate::markup::SafeHtml;
use crate::modules::{Shown, follow_content};
use crate::pages::events::PageUpdated;
use crate::pages::tables::PAGES;
use crate::pages::{EDIT_CONFLICT, PAGE_NOT_FOUND, Page, PageId};

/// Changes what is given of a page, and what the items show that lead to it. Who says which
/// version they read is refused with `EDIT_CONFLICT` when somebody else changed it since.
#[derive(Debug, Clone)]
pub struct UpdatePage {
    /// The page.
    pub page: PageId,
    /// What changes.
    pub change: PageChange,
    /// When the page was last changed, as the one who changes it has read.
    pub expected_updated_at: Option<Timestamp>,
}

/// What is to change of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageChange {
    /// What it is called.
    pub title: Option<String>,
    /// Its text.
    pub body: Option<SafeHtml>,
    /// Whether learners see it.
    pub published: Option<bool>,
}

impl Command for UpdatePage {
    type Out = ();
    const NAME: &'static str = "pages.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.page)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = tx.get(&PAGES, &self.page)?.or_refuse(PAGE_NOT_FOUND)?;
        let read = self.expected_updated_at;
        if read.is_some_and(|read| read != before.updated_at) {
            return EDIT_CONFLICT.refuse();
        }
        update(tx, self.page, &before, &self.change)
    }
}

fn update(tx: &mut Tx<'_>, id: PageId, before: &Page, change: &PageChange) -> Result<()> {
    let title = change.title.as_deref().map(title_of).transpose()?;
    let after = Page {
        course: before.course,
        title: title.unwrap_or_else(|| before.title.clone()),
        body: change.body.as_ref().unwrap_or(&before.body).clone(),
        updated_at: before.updated_at,
        published: change.published.unwrap_or(before.published),
    };
    if after == *before {
        return Ok(());
    }
    // Two versions are never of the same moment, so that each can be told from the others.
    let next = before.updated_at.plus(Duration::from_micros(1));
    let updated_at = tx.now().max(next);
    tx.put(
        &PAGES,
        &id,
        &Page {
            updated_at,
            ..after.clone()
        },
    )?;
    tx.emit(&PageUpdated {
        course: before.course,
        page: id,
    })?;
    let shown = Shown {
        title: (after.title != before.title).then_some(after.title),
        due_at: None,
        published: change.published,
    };
    follow_content(tx, before.course, id, &shown)
}

/// Shows a page that an item is to lead learners to.
pub(crate) fn publish(tx: &mut Tx<'_>, id: PageId) -> Result<()> {
    let before = tx.get(&PAGES, &id)?.or_refuse(PAGE_NOT_FOUND)?;
    let published = Some(true);
    let change = PageChange {
        published,
        ..PageChange::default()
    };
    update(tx, id, &before, &change)
}
