//! What can be done to modules and items.

mod add_item;
mod create_module;
mod delete_module;
mod follow_content;
mod move_item;
mod publish_item;
mod publish_module;
mod remove_item;
mod reorder_items;
mod reorder_modules;
mod unpublish_item;
mod unpublish_module;
mod update_item;
mod update_module;

pub use self::add_item::{AddItem, Linked, NewItem, add_item};
pub(crate) use self::add_item::{ITEMS_MAX, put_item};
pub use self::create_module::CreateModule;
pub(crate) use self::create_module::add_module;
pub use self::delete_module::DeleteModule;
pub use self::follow_content::{Shown, follow_content};
pub use self::move_item::MoveItem;
pub use self::publish_item::PublishItem;
pub use self::publish_module::PublishModule;
pub use self::remove_item::{RemoveItem, remove_items_of};
pub use self::reorder_items::ReorderItems;
pub use self::reorder_modules::ReorderModules;
pub use self::unpublish_item::UnpublishItem;
pub use self::unpublish_module::UnpublishModule;
pub use self::update_item::UpdateItem;
pub use self::update_module::UpdateModule;

use std::collections::HashMap;
use std::hash::Hash;

use app::{OrRefuse, Tx};
use kernel::Result;

use super::events::ItemRemoved;
use super::model::{Item, Module};
use super::tables::{ITEMS, MODULES};
use super::{ItemId, ModuleId};
use crate::catalog::CourseId;
use crate::progress::{self, ITEM_NOT_FOUND};

/// The item that a command which is permitted is about.
fn existing(tx: &Tx<'_>, place: (CourseId, ItemId)) -> Result<Item> {
    tx.get(&ITEMS, &place)?.or_refuse(ITEM_NOT_FOUND)
}

/// Puts an item that was another one before. What learners did there counts while it does.
fn replace(tx: &mut Tx<'_>, place: (CourseId, ItemId), before: &Item, after: &Item) -> Result<()> {
    tx.put(&ITEMS, &place, after)?;
    if before.counts() != after.counts() {
        progress::recount(tx, place, after.counts())?;
    }
    Ok(())
}

/// Removes an item. Those behind it keep their places, until they are put in order.
fn take_out(tx: &mut Tx<'_>, place: (CourseId, ItemId), item: &Item) -> Result<()> {
    tx.remove(&ITEMS, &place)?;
    if item.counts() {
        progress::recount(tx, place, false)?;
    }
    tx.emit(&ItemRemoved {
        course: place.0,
        item: place.1,
    })
}

/// Gives the modules of a course their places in this order.
fn order_modules(
    tx: &mut Tx<'_>,
    course: CourseId,
    modules: Vec<(ModuleId, Module)>,
) -> Result<()> {
    for (position, (id, module)) in (1..).zip(modules) {
        if module.position != position {
            tx.put(&MODULES, &(course, id), &Module { position, ..module })?;
        }
    }
    Ok(())
}

/// Gives the items of a module their places in this order.
fn order_items(tx: &mut Tx<'_>, course: CourseId, items: Vec<(ItemId, Item)>) -> Result<()> {
    for (position, (id, item)) in (1..).zip(items) {
        if item.position != position {
            tx.put(&ITEMS, &(course, id), &Item { position, ..item })?;
        }
    }
    Ok(())
}

/// The entries in this order; `None` where it does not name each of them once.
fn sorted_as<I: Eq + Hash, T>(entries: Vec<(I, T)>, order: &[I]) -> Option<Vec<(I, T)>> {
    if entries.len() != order.len() {
        return None;
    }
    let mut left: HashMap<I, T> = entries.into_iter().collect();
    let sorted = order.iter().map(|id| left.remove_entry(id));
    sorted.collect()
}
