//! Hides an assignment from its learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, follow_state, require_author};
use crate::assignments::AssignmentId;
use crate::assignments::events::AssignmentUnpublished;
use crate::assignments::model::Assignment;
use crate::assignments::tables::ASSIGNMENTS;

/// Hides an assignment, and the items that lead to it, from its learners. What they handed in is kept,
/// and seen again when it is published again.
#[derive(Debug, Clone)]
pub struct UnpublishAssignment {
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Command for UnpublishAssignment {
    type Out = ();
    const NAME: &'static str = "assignments.unpublish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let old = existing(tx, self.assignment)?;
        if !old.published {
            return Ok(());
        }
        let changed = Assignment {
            published: false,
            ..old
        };
        tx.put(&ASSIGNMENTS, &self.assignment, &changed)?;
        tx.emit(&AssignmentUnpublished {
            course: changed.course,
            assignment: self.assignment,
        })?;
        follow_state(tx, self.assignment, &changed)
    }
}
