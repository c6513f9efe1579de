//! Modules and their items: the order in which a course is gone through.
//!
//! An item points at what is behind it: a page, a file, an assignment, a topic, a link. Learners
//! see what is published, the course's staff sees all.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Feature, Pairing};

pub use self::commands::{
    AddItem, CreateModule, Linked, NewItem, Shown, add_item, follow_content, remove_items_of,
};
pub(crate) use self::commands::{ITEMS_MAX, add_module, put_item};
pub use self::events::{ItemAdded, ItemRemoved, ItemUpdated, ModuleCreated};
pub use self::model::{Content, Item, ItemKind, Module, NotImported, URL_CHARS_MAX, WebAddress};
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
    Pairing::new(&tables::MODULES, |event| (event.course, event.module));
static ADDED: Pairing<ItemAdded, (CourseId, ItemId), Item> =
    Pairing::new(&tables::ITEMS, |event: &ItemAdded| {
        (event.course, event.item)
    })
    .removable();

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::MODULES, &tables::ITEMS],
    events: &[
        EventType::of::<ModuleCreated>(),
        EventType::of::<ItemAdded>(),
        EventType::of::<ItemUpdated>(),
        EventType::of::<ItemRemoved>(),
    ],
    problems: ALL,
    witnesses: &[&CREATED, &ADDED],
    ..Feature::named("modules")
};

#[cfg(test)]
mod tests;
