//! Drafts: what a learner has begun and not handed in yet.
//!
//! A learner has at most one for each assignment, saved as they type. Nobody else sees it, not
//! even those who grade. Handing in removes it.

mod discard_draft;
mod events;
mod save_draft;
mod tables;

use serde::{Deserialize, Serialize};

use app::{Actor, EventType, Feature, Pairing, Tx, UserId};
use courses::catalog::CourseId;
use courses::files::FileId;
use kernel::{Result, Timestamp};
use store::{Range, Snapshot};

pub use self::discard_draft::DiscardDraft;
pub use self::events::{DraftDiscarded, DraftSaved};
pub use self::save_draft::{Begun, SaveDraft};
use self::tables::DRAFTS;
use crate::assignments::{self, AssignmentId};

/// What a learner has begun, as they typed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// In which course.
    pub course: CourseId,
    /// The text.
    pub body: Option<String>,
    /// The address, which need not be whole yet.
    pub url: Option<String>,
    /// The files.
    pub file_ids: Vec<FileId>,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

static SAVED: Pairing<DraftSaved, (AssignmentId, UserId), Draft> =
    Pairing::recurring(&DRAFTS, |event: &DraftSaved| (event.assignment, event.user)).removable();

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&DRAFTS],
    events: &[
        EventType::of::<DraftSaved>(),
        EventType::of::<DraftDiscarded>(),
    ],
    witnesses: &[&SAVED],
    ..Feature::named("drafts")
};

/// The actor's own draft for an assignment that they see.
pub fn own_draft(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: &assignments::Viewed,
) -> Result<Option<Draft>> {
    match actor.user_id() {
        Some(user) => snapshot.get(&DRAFTS, &(assignment.id, user)),
        None => Ok(None),
    }
}

/// Removes the draft of what is handed in, which tells of it.
pub(crate) fn hand_in(tx: &mut Tx<'_>, assignment: AssignmentId, user: UserId) -> Result<()> {
    let place = (assignment, user);
    // Most work is handed in without one, time and again by the same learners.
    if tx.shared(&DRAFTS, &place)?.is_none() {
        return Ok(());
    }
    tx.remove(&DRAFTS, &place).map(drop)
}

/// Discards all drafts for an assignment that is deleted.
pub(crate) fn discard_all(tx: &mut Tx<'_>, assignment: AssignmentId) -> Result<()> {
    let drafts: Vec<((AssignmentId, UserId), Draft)> = tx
        .scan(&DRAFTS, &assignment, Range::ALL)?
        .collect::<Result<_>>()?;
    for (place, draft) in drafts {
        discard_draft::discard(tx, place, draft.course)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
