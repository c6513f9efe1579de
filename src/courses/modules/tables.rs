//! Where modules and items stand in the store.

use store::{Count, Index, Record, Table};

use super::model::{Item, Module};
use super::{ItemId, ModuleId};
use crate::catalog::CourseId;

impl Record for Module {
    const VERSION: u8 = 1;
}

impl Record for Item {
    const VERSION: u8 = 1;
}

pub(super) static MODULES: Table<(CourseId, ModuleId), Module> = Table::new(0x0220, "modules");

pub(super) static ITEMS: Table<(CourseId, ItemId), Item> =
    Table::new(0x0221, "items").derives(&[&COUNTING_ITEMS, &ITEMS_OF_CONTENT]);

/// How many items of a course count towards progress.
pub(super) static COUNTING_ITEMS: Count<(CourseId, ItemId), Item, CourseId> =
    Count::new(0x0222, "counting_items", |(course, _), item| {
        item.counts().then_some(*course)
    });

/// The items that a page, a file, an assignment or a topic is behind.
pub(super) static ITEMS_OF_CONTENT: Index<(CourseId, ItemId), Item, (CourseId, [u8; 16])> =
    Index::new(0x0223, "items_of_content", |(course, _), item| {
        item.content.id_bytes().map(|content| (*course, content))
    });
