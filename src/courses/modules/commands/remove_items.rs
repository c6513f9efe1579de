//! Removes items whose content is deleted.

use app::Tx;
use kernel::{Id, Result};

use crate::catalog::CourseId;
use crate::modules::events::ItemRemoved;
use crate::modules::queries::items_of;
use crate::modules::tables::ITEMS;

/// Removes the items that lead to something which is deleted, for a command that checked who asks.
pub fn remove_items_of<K>(tx: &mut Tx<'_>, course: CourseId, content: Id<K>) -> Result<()> {
    for (id, _) in items_of(tx, course, content)? {
        tx.remove(&ITEMS, &(course, id))?;
        tx.emit(&ItemRemoved { course, item: id })?;
    }
    Ok(())
}
