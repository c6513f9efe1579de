//! Removes items. What was behind them stays.

use std::collections::BTreeSet;

use app::{Actor, Command, Tx};
use kernel::{Id, Result};
use store::Snapshot;

use super::{existing, order_items, take_out};
use crate::catalog::{self, CourseId};
use crate::modules::ItemId;
use crate::modules::queries::{items_in, items_of};

/// Removes an item from its module. What was behind it stays in the course, and is seen as it says
/// itself where no other item leads to it.
#[derive(Debug, Clone)]
pub struct RemoveItem {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Command for RemoveItem {
    type Out = ();
    const NAME: &'static str = "items.remove";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.item);
        let item = existing(tx, place)?;
        take_out(tx, place, &item)?;
        let left = items_in(tx, self.course, item.module)?;
        order_items(tx, self.course, left)
    }
}

/// Removes the items that lead to something which is deleted, for a command that checked who asks.
pub fn remove_items_of<K>(tx: &mut Tx<'_>, course: CourseId, content: Id<K>) -> Result<()> {
    let mut modules = BTreeSet::new();
    for (id, item) in items_of(tx, course, content)? {
        take_out(tx, (course, id), &item)?;
        modules.insert(item.module);
    }
    for module in modules {
        let left = items_in(tx, course, module)?;
        order_items(tx, course, left)?;
    }
    Ok(())
}
