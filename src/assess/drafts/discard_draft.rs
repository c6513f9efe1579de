//! Throws away what a learner has begun.

use app::{Actor, Command, Tx, UserId};
use courses::catalog::CourseId;
use kernel::Result;
use store::Snapshot;

use super::events::DraftDiscarded;
use super::tables::DRAFTS;
use crate::assignments::{self, AssignmentId};
use crate::submissions;

/// Throws away what the signed-in learner has begun. Without a draft nothing happens.
#[derive(Debug, Clone)]
pub struct DiscardDraft {
    /// For which assignment.
    pub assignment: AssignmentId,
}

impl Command for DiscardDraft {
    type Out = ();
    const NAME: &'static str = "drafts.discard";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        submissions::require_learner(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.assignment, tx.user()?);
        let course = assignments::existing(tx, self.assignment)?.course;
        discard(tx, place, course)
    }
}

pub(super) fn discard(
    tx: &mut Tx<'_>,
    place: (AssignmentId, UserId),
    course: CourseId,
) -> Result<()> {
    if tx.remove(&DRAFTS, &place)? {
        let (assignment, user) = place;
        tx.emit(&DraftDiscarded {
            course,
            assignment,
            user,
        })?;
    }
    Ok(())
}
