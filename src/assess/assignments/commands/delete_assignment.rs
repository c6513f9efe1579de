//! Deletes an assignment that nobody has handed anything in for.

use app::{Actor, Command, Tx};
use courses::modules::remove_items_of;
use kernel::Result;
use store::Snapshot;

use super::{existing, require_author};
use crate::assignments::AssignmentId;
use crate::assignments::events::AssignmentDeleted;
use crate::assignments::problems::ASSIGNMENT_IN_USE;
use crate::assignments::tables::ASSIGNMENTS;
use crate::{drafts, extensions, grading, submissions};

/// Deletes an assignment, the items that lead to it, and its extensions, drafts and excuses. One
/// that something was handed in for is refused with `ASSIGNMENT_IN_USE`.
#[derive(Debug, Clone)]
pub struct DeleteAssignment {
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Command for DeleteAssignment {
    type Out = ();
    const NAME: &'static str = "assignments.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = existing(tx, self.assignment)?.course;
        if submissions::any_of(tx, self.assignment)? {
            return ASSIGNMENT_IN_USE.refuse();
        }
        extensions::revoke_all(tx, self.assignment)?;
        drafts::discard_all(tx, self.assignment)?;
        grading::withdraw_all(tx, self.assignment)?;
        remove_items_of(tx, course, self.assignment)?;
        tx.remove(&ASSIGNMENTS, &self.assignment)?;
        tx.emit(&AssignmentDeleted {
            course,
            assignment: self.assignment,
        })
    }
}
