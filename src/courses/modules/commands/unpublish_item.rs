//! Hides an item from learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, replace};
use crate::catalog::{self, CourseId};
use crate::modules::ItemId;
use crate::modules::events::ItemUnpublished;

/// Hides an item. What is behind it is seen where another item that is shown leads to it.
#[derive(Debug, Clone)]
pub struct UnpublishItem {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Command for UnpublishItem {
    type Out = ();
    const NAME: &'static str = "items.unpublish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.item);
        let before = existing(tx, place)?;
        if !before.is_published() {
            return Ok(());
        }
        let after = before.shown(false, false);
        replace(tx, place, &before, &after)?;
        tx.emit(&ItemUnpublished {
            course: place.0,
            item: place.1,
        })
    }
}
