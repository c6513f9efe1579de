//! Where completions stand in the store.

use app::UserId;
use store::{Count, Record, Table};

use super::Completion;
use crate::catalog::CourseId;
use crate::modules::ItemId;

impl Record for Completion {
    const VERSION: u8 = 1;
}

pub(super) static COMPLETIONS: Table<(CourseId, UserId, ItemId), Completion> =
    Table::new(0x0250, "completions").derives(&[&COMPLETED_ITEMS]);

/// How many items of a course somebody has completed.
pub(super) static COMPLETED_ITEMS: Count<
    (CourseId, UserId, ItemId),
    Completion,
    (CourseId, UserId),
> = Count::new(0x0251, "completed_items", |(course, user, _), _| {
    Some((*course, *user))
});
