//! Completes an item.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::{Id, Result};
use store::{Range, Snapshot};

use super::events::ItemCompleted;
use super::tables::{COMPLETIONS, COMPLETIONS_OF_ITEM};
use super::{Completion, ITEM_NOT_COMPLETABLE, ITEM_NOT_FOUND, Progress, progress};
use crate::catalog::{self, CourseId};
use crate::enrollments::{self, CourseRole};
use crate::modules::{self, Content, Item, ItemId};

/// Says that the actor has read a page, a file or a link. An item that is completed already stays
/// so.
#[derive(Debug, Clone)]
pub struct CompleteItem {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Command for CompleteItem {
    type Out = Progress;
    const NAME: &'static str = "items.complete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        let roles = [CourseRole::Student];
        enrollments::require_participant(snapshot, actor, self.course, &roles).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Progress> {
        let user = tx.user()?;
        let viewed = catalog::require_visible(tx, tx.actor(), self.course)?;
        let item = modules::item(tx, &viewed, self.item)?.or_refuse(ITEM_NOT_FOUND)?;
        match item.content {
            Content::Page(_) | Content::File(_) | Content::Link(_) | Content::Video(_) => {
                complete(tx, self.course, user, (self.item, &item))?;
            }
            Content::Assignment(_)
            | Content::Topic(_)
            | Content::NotImported(_)
            | Content::Heading => {
                return ITEM_NOT_COMPLETABLE.refuse();
            }
        }
        progress(tx, self.course, user)
    }
}

/// Completes the items that lead to an assignment or a topic, for somebody who handed in or posted
/// there.
pub fn complete_content<K>(
    tx: &mut Tx<'_>,
    course: CourseId,
    user: UserId,
    content: Id<K>,
) -> Result<()> {
    let learns = enrollments::enrollment(tx, course, user)?
        .is_some_and(|enrollment| enrollment.is_active_student());
    if learns {
        for (id, item) in modules::items_of(tx, course, content)? {
            complete(tx, course, user, (id, &item))?;
        }
    }
    Ok(())
}

fn complete(
    tx: &mut Tx<'_>,
    course: CourseId,
    user: UserId,
    (id, item): (ItemId, &Item),
) -> Result<()> {
    let place = (course, user, id);
    if !item.counts() || tx.shared(&COMPLETIONS, &place)?.is_some() {
        return Ok(());
    }
    let completion = Completion {
        completed_at: tx.now(),
        counts: true,
    };
    tx.put(&COMPLETIONS, &place, &completion)?;
    tx.emit(&ItemCompleted {
        course,
        user,
        item: id,
    })
}

/// Has the completions of an item count or no longer, when the item does: it was shown, hidden or
/// removed. Those of a removed item are kept with what else learners did.
pub(crate) fn recount(tx: &mut Tx<'_>, place: (CourseId, ItemId), counts: bool) -> Result<()> {
    let completed: Vec<(CourseId, UserId, ItemId)> = tx
        .entries(&COMPLETIONS_OF_ITEM, &place, Range::ALL)?
        .map(|entry| entry.map(|(_, completed)| completed))
        .collect::<Result<_>>()?;
    for completed in completed {
        if let Some(before) = tx.get(&COMPLETIONS, &completed)? {
            tx.put(&COMPLETIONS, &completed, &Completion { counts, ..before })?;
        }
    }
    Ok(())
}
