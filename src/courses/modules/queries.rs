//! Reading modules and items.

use std::collections::BTreeMap;

use kernel::{Id, Result};
use store::{Range, Snapshot};

use super::model::{Item, Module};
use super::problems::MODULE_NOT_FOUND;
use super::tables::{COUNTING_ITEMS, ITEMS, ITEMS_OF_CONTENT, MODULES};
use super::{ItemId, ModuleId};
use crate::catalog::{CourseId, Viewed};
use app::OrRefuse;

/// A module with its items, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleItems {
    /// The module's id.
    pub id: ModuleId,
    /// The module.
    pub module: Module,
    /// Its items.
    pub items: Vec<(ItemId, Item)>,
}

/// The modules and items of a course by position: all for its staff, for others what is visible.
pub fn modules_of(snapshot: &Snapshot, viewed: &Viewed) -> Result<Vec<ModuleItems>> {
    let mut items: BTreeMap<ModuleId, Vec<(ItemId, Item)>> = BTreeMap::new();
    for entry in snapshot.scan(&ITEMS, &viewed.id, Range::ALL)? {
        let ((_, id), item) = entry?;
        if viewed.staff || item.visible {
            items.entry(item.module).or_default().push((id, item));
        }
    }
    let mut modules = Vec::new();
    for entry in snapshot.scan(&MODULES, &viewed.id, Range::ALL)? {
        let ((_, id), module) = entry?;
        if viewed.staff || module.published {
            let mut items = items.remove(&id).unwrap_or_default();
            items.sort_by_key(|(id, item)| (item.position, *id));
            modules.push(ModuleItems { id, module, items });
        }
    }
    modules.sort_by_key(|module| (module.module.position, module.id));
    Ok(modules)
}

/// A module of the course; `MODULE_NOT_FOUND` when there is none.
pub fn require_module(snapshot: &Snapshot, course: CourseId, id: ModuleId) -> Result<Module> {
    snapshot
        .get(&MODULES, &(course, id))?
        .or_refuse(MODULE_NOT_FOUND)
        .map_err(|e| e.on("moduleId"))
}

/// An item of the course, as the viewer sees it.
pub fn item(snapshot: &Snapshot, viewed: &Viewed, id: ItemId) -> Result<Option<Item>> {
    let item = snapshot.get(&ITEMS, &(viewed.id, id))?;
    Ok(item.filter(|item| viewed.staff || item.visible))
}

/// The items that lead to this page, file, assignment or topic: it may stand in several modules.
pub fn items_of<K>(
    snapshot: &Snapshot,
    course: CourseId,
    content: Id<K>,
) -> Result<Vec<(ItemId, Item)>> {
    let mut items = Vec::new();
    for entry in snapshot.entries(&ITEMS_OF_CONTENT, &(course, content.bytes()), Range::ALL)? {
        let (_, key) = entry?;
        items.extend(snapshot.get(&ITEMS, &key)?.map(|item| (key.1, item)));
    }
    Ok(items)
}

/// Whether learners may come to this page, file, assignment or topic: they see one of the items
/// that lead to it, or there is none and it stands by itself.
pub fn is_reachable<K>(snapshot: &Snapshot, course: CourseId, content: Id<K>) -> Result<bool> {
    let mut items = snapshot
        .entries(&ITEMS_OF_CONTENT, &(course, content.bytes()), Range::ALL)?
        .map(|entry| entry.and_then(|(_, key)| snapshot.get(&ITEMS, &key)))
        .peekable();
    if items.peek().is_none() {
        return Ok(true);
    }
    for item in items {
        if item?.is_some_and(|item| item.visible) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many items of the course count towards progress.
pub fn counting_items(snapshot: &Snapshot, course: CourseId) -> Result<u64> {
    snapshot.count(&COUNTING_ITEMS, &course)
}
