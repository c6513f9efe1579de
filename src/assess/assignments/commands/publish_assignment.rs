//! Shows an assignment to its learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, follow_state, require_author};
use crate::assignments::AssignmentId;
use crate::assignments::events::AssignmentPublished;
use crate::assignments::model::Assignment;
use crate::assignments::tables::ASSIGNMENTS;

/// Shows an assignment, and the items that lead to it, to its learners.
#[derive(Debug, Clone)]
pub struct PublishAssignment {
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Command for PublishAssignment {
    type Out = ();
    const NAME: &'static str = "assignments.publish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        publish(tx, self.assignment)
    }
}

/// Shows an assignment, unless it is shown, for a command that checked who asks.
pub fn publish(tx: &mut Tx<'_>, id: AssignmentId) -> Result<()> {
    let old = existing(tx, id)?;
    if old.published {
        return Ok(());
    }
    let changed = Assignment {
        published: true,
        ..old
    };
    tx.put(&ASSIGNMENTS, &id, &changed)?;
    tx.emit(&AssignmentPublished {
        course: changed.course,
        assignment: id,
    })?;
    follow_state(tx, id, &changed)
}
