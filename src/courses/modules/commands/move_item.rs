//! Moves an item within its module or to another one.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, order_items, replace};
use crate::catalog::{self, CourseId};
use crate::modules::events::ItemMoved;
use crate::modules::model::Item;
use crate::modules::queries::{items_in, require_module};
use crate::modules::{ItemId, ModuleId};

/// Moves an item to a place in a module of the same course, its own or another one.
#[derive(Debug, Clone)]
pub struct MoveItem {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
    /// The module that it is to be in.
    pub module: ModuleId,
    /// Its place there, from 1; at the end without one, or where there are fewer.
    pub position: Option<u32>,
}

impl Command for MoveItem {
    type Out = ();
    const NAME: &'static str = "items.move";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.item);
        let before = existing(tx, place)?;
        let module = require_module(tx, self.course, self.module)?;
        let mut there = items_in(tx, self.course, self.module)?;
        let stood_at = there.iter().position(|(id, _)| *id == self.item);
        there.retain(|(id, _)| *id != self.item);
        let wanted = self
            .position
            .and_then(|position| usize::try_from(position).ok());
        let at = wanted.map_or(there.len(), |at| at.saturating_sub(1).min(there.len()));
        if stood_at == Some(at) {
            return Ok(());
        }
        let moved = Item {
            module: self.module,
            ..before.shown(before.is_published(), module.published)
        };
        replace(tx, place, &before, &moved)?;
        there.insert(at, (self.item, moved));
        order_items(tx, self.course, there)?;
        if before.module != self.module {
            let left = items_in(tx, self.course, before.module)?;
            order_items(tx, self.course, left)?;
        }
        tx.emit(&ItemMoved {
            course: self.course,
            item: self.item,
            module: self.module,
        })
    }
}
