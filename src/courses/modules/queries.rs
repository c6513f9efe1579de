//! Reading modules and items.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use kernel::{Id, Result};
use store::Snapshot;

use super::model::{Item, Module};
use super::problems::MODULE_NOT_FOUND;
use super::tables::{COUNTING_ITEMS, ITEMS, MODULES};
use super::{ItemId, ModuleId};
use crate::catalog::{CourseId, Viewed};
use app::OrRefuse;

/// A module with its items, in their order.
#[derive(Debug, Clone)]
pub struct ModuleItems {
    /// The module's id.
    pub id: ModuleId,
    /// The module.
    pub module: Module,
    /// Its items.
    pub items: Vec<Listed>,
}

/// An item of a course, shared with whoever else reads the course.
#[derive(Debug, Clone)]
pub struct Listed {
    list: Arc<[((CourseId, ItemId), Item)]>,
    place: usize,
}

impl Listed {
    /// The item's id.
    pub fn id(&self) -> ItemId {
        let ((_, id), _) = self.entry();
        *id
    }

    fn entry(&self) -> &((CourseId, ItemId), Item) {
        let entry = self.list.get(self.place);
        entry.expect("the place is one of the list's")
    }
}

impl Deref for Listed {
    type Target = Item;
    fn deref(&self) -> &Item {
        &self.entry().1
    }
}

/// The modules and items of a course by position: all for its staff, for others what is visible.
pub fn modules_of(snapshot: &Snapshot, viewed: &Viewed) -> Result<Vec<ModuleItems>> {
    let list = snapshot.listed(&ITEMS, &viewed.id)?;
    let mut items: BTreeMap<ModuleId, Vec<Listed>> = BTreeMap::new();
    for (place, (_, item)) in list.iter().enumerate() {
        if viewed.staff || item.visible {
            let list = Arc::clone(&list);
            let listed = items.entry(item.module).or_default();
            listed.push(Listed { list, place });
        }
    }
    let mut modules = Vec::new();
    for ((_, id), module) in snapshot.listed(&MODULES, &viewed.id)?.iter() {
        if viewed.staff || module.published {
            let mut items = items.remove(id).unwrap_or_default();
            items.sort_by_key(|item| (item.position, item.id()));
            modules.push(ModuleItems {
                id: *id,
                module: module.clone(),
                items,
            });
        }
    }
    modules.sort_by_key(|module| (module.module.position, module.id));
    Ok(modules)
}

/// The modules of a course in their order, whoever asks.
pub(super) fn in_order(snapshot: &Snapshot, course: CourseId) -> Result<Vec<(ModuleId, Module)>> {
    let list = snapshot.listed(&MODULES, &course)?;
    let modules = list.iter().map(|((_, id), module)| (*id, module.clone()));
    let mut modules: Vec<_> = modules.collect();
    modules.sort_by_key(|(id, module)| (module.position, *id));
    Ok(modules)
}

/// The items of a module in their order, whoever asks.
pub(super) fn items_in(
    snapshot: &Snapshot,
    course: CourseId,
    module: ModuleId,
) -> Result<Vec<(ItemId, Item)>> {
    let list = snapshot.listed(&ITEMS, &course)?;
    let inside = list.iter().filter(|(_, item)| item.module == module);
    let mut items: Vec<_> = inside.map(|((_, id), item)| (*id, item.clone())).collect();
    items.sort_by_key(|(id, item)| (item.position, *id));
    Ok(items)
}

/// A module of the course; `MODULE_NOT_FOUND` when there is none.
pub fn require_module(snapshot: &Snapshot, course: CourseId, id: ModuleId) -> Result<Module> {
    snapshot
        .get(&MODULES, &(course, id))?
        .or_refuse(MODULE_NOT_FOUND)
        .map_err(|e| e.on("moduleId"))
}

/// An item of the course, as the viewer sees it.
pub fn item(snapshot: &Snapshot, viewed: &Viewed, id: ItemId) -> Result<Option<Listed>> {
    let list = snapshot.listed(&ITEMS, &viewed.id)?;
    let place = list.binary_search_by_key(&id, |((_, id), _)| *id).ok();
    let item = place.map(|place| Listed { list, place });
    Ok(item.filter(|item| viewed.staff || item.visible))
}

/// The items that lead to this page, file, assignment or topic: it may stand in several modules.
pub fn items_of<K>(
    snapshot: &Snapshot,
    course: CourseId,
    content: Id<K>,
) -> Result<Vec<(ItemId, Item)>> {
    let list = snapshot.listed(&ITEMS, &course)?;
    let leading = list.iter().filter(|(_, item)| item.leads_to(content));
    Ok(leading.map(|((_, id), item)| (*id, item.clone())).collect())
}

/// Whether learners may come to this page, file, assignment or topic: they see one of the items
/// that lead to it, or there is none and it stands by itself.
pub fn is_reachable<K>(snapshot: &Snapshot, course: CourseId, content: Id<K>) -> Result<bool> {
    // Learners who come here have the outline before them, so it is at hand for the next one.
    let list = snapshot.listed(&ITEMS, &course)?;
    let items = list.iter().map(|(_, item)| item);
    let mut leading = items.filter(|item| item.leads_to(content));
    let Some(first) = leading.next() else {
        return Ok(true);
    };
    Ok(first.visible || leading.any(|item| item.visible))
}

/// How many items of the course count towards progress.
pub fn counting_items(snapshot: &Snapshot, course: CourseId) -> Result<u64> {
    snapshot.count(&COUNTING_ITEMS, &course)
}
