//! Changes an item.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, replace};
use crate::catalog::{self, CourseId};
use crate::modules::ItemId;
use crate::modules::events::ItemUpdated;
use crate::modules::model::ItemChange;

/// Changes what is given of an item. The title of what is behind it stays.
#[derive(Debug, Clone)]
pub struct UpdateItem {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
    /// What changes.
    pub change: ItemChange,
}

impl Command for UpdateItem {
    type Out = ();
    const NAME: &'static str = "items.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.item);
        let before = existing(tx, place)?;
        let after = self.change.apply(before.clone())?;
        if after == before {
            return Ok(());
        }
        replace(tx, place, &before, &after)?;
        tx.emit(&ItemUpdated {
            course: place.0,
            item: place.1,
        })
    }
}
