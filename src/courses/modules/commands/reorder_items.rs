//! Puts the items of a module into another order.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{order_items, sorted_as};
use crate::catalog::{self, CourseId};
use crate::modules::events::ItemsReordered;
use crate::modules::problems::ORDER_INCOMPLETE;
use crate::modules::queries::{items_in, require_module};
use crate::modules::{ItemId, ModuleId};

/// Puts the items of a module into this order, in which each of them is named once.
#[derive(Debug, Clone)]
pub struct ReorderItems {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
    /// All its items, in their new order.
    pub items: Vec<ItemId>,
}

impl Command for ReorderItems {
    type Out = ();
    const NAME: &'static str = "items.reorder";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        require_module(tx, self.course, self.module)?;
        let before = items_in(tx, self.course, self.module)?;
        if before.iter().map(|(id, _)| id).eq(&self.items) {
            return Ok(());
        }
        let after = sorted_as(before, &self.items);
        let after = after.ok_or_else(|| ORDER_INCOMPLETE.on("itemIds"))?;
        order_items(tx, self.course, after)?;
        tx.emit(&ItemsReordered {
            course: self.course,
            module: self.module,
        })
    }
}
