//! Progress: which items of a course a learner has completed.
//!
//! A learner says so of pages, files and links; handing in an assignment or posting in a
//! discussion completes the item that leads there.

mod commands;
mod events;
mod tables;

use serde::{Deserialize, Serialize};

use app::{EventType, Feature, Pairing, UserId};
use kernel::{Problem, ProblemKind, Result, Timestamp};
use store::{Range, Snapshot};

pub(crate) use self::commands::recount;
pub use self::commands::{CompleteItem, complete_content};
pub use self::events::ItemCompleted;
use crate::catalog::CourseId;
use crate::modules::{self, ItemId};

/// That a learner completed an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// When.
    pub completed_at: Timestamp,
    /// Whether the item counts towards progress now.
    #[serde(default = "it_counts")]
    pub counts: bool,
}

/// What completions say that were noted while items could not be hidden again.
fn it_counts() -> bool {
    true
}

/// How far a learner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Items completed of those that count.
    pub completed_items: u64,
    /// Items that count.
    pub total_items: u64,
}

/// No such item, or not to be seen.
pub const ITEM_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such item in this course, or you may not see it.",
);
/// Nothing to complete.
pub const ITEM_NOT_COMPLETABLE: Problem = Problem::new(
    ProblemKind::Conflict,
    "ITEM_NOT_COMPLETABLE",
    "This item cannot be completed by itself: hand in the assignment, post in the discussion, or wait until it can be done here.",
);

static COMPLETED: Pairing<ItemCompleted, (CourseId, UserId, ItemId), Completion> =
    Pairing::new(&tables::COMPLETIONS, |event| {
        (event.course, event.user, event.item)
    });

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::COMPLETIONS],
    events: &[EventType::of::<ItemCompleted>()],
    problems: &[ITEM_NOT_COMPLETABLE],
    witnesses: &[&COMPLETED],
    ..Feature::named("progress")
};

/// How far somebody is in a course.
pub fn progress(snapshot: &Snapshot, course: CourseId, user: UserId) -> Result<Progress> {
    Ok(Progress {
        completed_items: snapshot.count(&tables::COMPLETED_ITEMS, &(course, user))?,
        total_items: modules::counting_items(snapshot, course)?,
    })
}

/// The items of a course that somebody has completed, of those that count.
pub fn completed(snapshot: &Snapshot, course: CourseId, user: UserId) -> Result<Vec<ItemId>> {
    let completions = snapshot.scan(&tables::COMPLETIONS, &(course, user), Range::ALL)?;
    completions
        .filter(|entry| {
            entry
                .as_ref()
                .map_or(true, |(_, completion)| completion.counts)
        })
        .map(|entry| entry.map(|((_, _, item), _)| item))
        .collect()
}

#[cfg(test)]
mod tests;
