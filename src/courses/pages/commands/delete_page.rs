//! Deletes a page.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::require_author;
use crate::modules::remove_items_of;
use crate::pages::events::PageDeleted;
use crate::pages::tables::PAGES;
use crate::pages::{PAGE_NOT_FOUND, PageId};

/// Deletes a page and the items that lead to it. Links to it in other texts lead nowhere then.
#[derive(Debug, Clone)]
pub struct DeletePage {
    /// The page.
    pub page: PageId,
}

impl Command for DeletePage {
    type Out = ();
    const NAME: &'static str = "pages.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.page)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = tx
            .get(&PAGES, &self.page)?
            .or_refuse(PAGE_NOT_FOUND)?
            .course;
        remove_items_of(tx, course, self.page)?;
        tx.remove(&PAGES, &self.page)?;
        tx.emit(&PageDeleted {
            course,
            page: self.page,
        })
    }
}
