//! Where completions stand in the store.

use app::UserId;
use store::{Count, Index, Record, Table};

use super::Completion;
use crate::catalog::CourseId;
use crate::modules::ItemId;

impl Record for Completion {
    const VERSION: u8 = 1;
}

pub(super) static COMPLETIONS: Table<(CourseId, UserId, ItemId), Completion> =
    Table::new(0x0250, "completions").derives(&[&COMPLETED_ITEMS, &COMPLETIONS_OF_ITEM]);

/// How many items of a course that count somebody has completed.
pub(super) static COMPLETED_ITEMS: Count<
    (CourseId, UserId, ItemId),
    Completion,
    (CourseId, UserId),
> = Count::new(
    0x0251,
    "completed_items",
    |(course, user, _), completion| completion.counts.then_some((*course, *user)),
);

/// Who has completed an item.
pub(super) static COMPLETIONS_OF_ITEM: Index<
    (CourseId, UserId, ItemId),
    Completion,
    (CourseId, ItemId),
> = Index::new(0x02b0, "completions_of_item", |(course, _, item), _| {
    Some((*course, *item))
});
