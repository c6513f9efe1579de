//! Modules and their items: the order in which a course is gone through.
//!
//! An item points at what is behind it: a page, a file, an assignment, a topic, a link. Learners
//! see an item when it and its module are published, the course's staff sees all.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod search;
mod tables;

use app::{EventType, Feature, Pairing, Removal};

pub use self::commands::{
    AddItem, CreateModule, DeleteModule, Linked, MoveItem, NewItem, PublishItem, PublishModule,
    RemoveItem, ReorderItems, ReorderModules, Shown, UnpublishItem, UnpublishModule, UpdateItem,
    UpdateModule, add_item, follow_content, remove_items_of,
};
pub(crate) use self::commands::{ITEMS_MAX, add_module, put_item};
pub use self::events::{
    ItemAdded, ItemMoved, ItemPublished, ItemRemoved, ItemUnpublished, ItemUpdated, ItemsReordered,
    ModuleCreated, ModuleDeleted, ModulePublished, ModuleUnpublished, ModuleUpdated,
    ModulesReordered,
};
pub use self::model::{
    Content, Item, ItemChange, ItemKind, Module, NotImported, URL_CHARS_MAX, WebAddress,
};
pub use self::problems::*;
pub use self::queries::{
    Listed, ModuleItems, counting_items, is_reachable, item, items_of, modules_of, require_module,
};
use crate::catalog::CourseId;

kernel::id_kind!(pub ModuleKind, ModuleId, "module");
kernel::id_kind!(pub ItemKindOfId, ItemId, "item");
kernel::id_kind!(pub AssignmentKind, AssignmentId, "assignment");
kernel::id_kind!(pub TopicKind, TopicId, "topic");

static CREATED: Pairing<ModuleCreated, (CourseId, ModuleId), Module> =
    Pairing::new(&tables::MODULES, |event: &ModuleCreated| {
        (event.course, event.module)
    })
    .until(&DELETED);
static DELETED: Removal<ModuleDeleted, (CourseId, ModuleId)> =
    Removal::new(|event| (event.course, event.module));
static ADDED: Pairing<ItemAdded, (CourseId, ItemId), Item> =
    Pairing::new(&tables::ITEMS, |event: &ItemAdded| {
        (event.course, event.item)
    })
    .until(&REMOVED);
static REMOVED: Removal<ItemRemoved, (CourseId, ItemId)> =
    Removal::new(|event| (event.course, event.item));

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::MODULES, &tables::ITEMS],
    events: &[
        EventType::of::<ModuleCreated>(),
        EventType::of::<ItemAdded>(),
        EventType::of::<ItemUpdated>(),
        EventType::of::<ItemRemoved>(),
        EventType::of::<ModuleUpdated>(),
        EventType::of::<ModulePublished>(),
        EventType::of::<ModuleUnpublished>(),
        EventType::of::<ModulesReordered>(),
        EventType::of::<ModuleDeleted>(),
        EventType::of::<ItemsReordered>(),
        EventType::of::<ItemMoved>(),
        EventType::of::<ItemPublished>(),
        EventType::of::<ItemUnpublished>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED, &ADDED],
    searchables: &[&search::Items],
    ..Feature::named("modules")
};

#[cfg(test)]
mod tests;
