//! Where modules and items stand in the store.

use store::{Count, Record, Table};

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
    Table::new(0x0221, "items").derives(&[&COUNTING_ITEMS]);

/// How many items of a course count towards progress.
pub(super) static COUNTING_ITEMS: Count<(CourseId, ItemId), Item, CourseId> =
    Count::new(0x0222, "counting_items", |(course, _), item| {
        item.counts().then_some(*course)
    });
