//! Keeps items like what is behind them.

use app::Tx;
use kernel::{Id, Result, Timestamp};

use super::replace;
use crate::catalog::CourseId;
use crate::modules::events::ItemUpdated;
use crate::modules::model::Item;
use crate::modules::queries::{items_of, require_module};

/// What items show of a page, a file, an assignment or a topic that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its new title; `None` where that stays.
    pub title: Option<String>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Whether it is to be seen; `None` where that stays.
    pub published: Option<bool>,
}

/// Gives the items that lead to something what became of it, for a command that checked who asks.
pub fn follow_content<K>(
    tx: &mut Tx<'_>,
    course: CourseId,
    content: Id<K>,
    shown: &Shown,
) -> Result<()> {
    for (id, old) in items_of(tx, course, content)? {
        let visible = match shown.published {
            Some(published) => published && require_module(tx, course, old.module)?.published,
            None => old.visible,
        };
        let new = Item {
            title: shown.title.as_ref().unwrap_or(&old.title).clone(),
            due_at: shown.due_at,
            visible,
            published: shown.published.or(old.published),
            ..old.clone()
        };
        if new != old {
            replace(tx, (course, id), &old, &new)?;
            tx.emit(&ItemUpdated { course, item: id })?;
        }
    }
    Ok(())
}
