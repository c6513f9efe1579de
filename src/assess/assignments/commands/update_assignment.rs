//! Changes what work is set.

use app::{Actor, Command, Tx};
use courses::modules::{Shown, follow_content};
use kernel::Result;
use store::Snapshot;

use super::{existing, require_author};
use crate::assignments::AssignmentId;
use crate::assignments::events::AssignmentUpdated;
use crate::assignments::model::{Assignment, AssignmentChange, NewAssignment};
use crate::assignments::tables::ASSIGNMENTS;

/// Changes an assignment. What was handed in and graded before stays as it is.
#[derive(Debug, Clone)]
pub struct UpdateAssignment {
    /// The assignment.
    pub assignment: AssignmentId,
    /// What is to become of it.
    pub change: AssignmentChange,
}

impl Command for UpdateAssignment {
    type Out = ();
    const NAME: &'static str = "assignments.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let old = existing(tx, self.assignment)?;
        let new = self.change.clone().over(&NewAssignment::from(&old))?;
        let changed = Assignment {
            course: old.course,
            title: new.title,
            instructions: new.instructions,
            points: new.points,
            due_at: new.due_at,
            unlock_at: new.unlock_at,
            lock_at: new.lock_at,
            attempts_allowed: new.attempts_allowed,
            published: old.published,
            grades_posted_at: old.grades_posted_at,
            kinds: new.kinds,
            accepts_late: new.accepts_late,
            late_penalty: new.late_penalty,
        };
        if changed == old {
            return Ok(());
        }
        tx.put(&ASSIGNMENTS, &self.assignment, &changed)?;
        tx.emit(&AssignmentUpdated {
            course: old.course,
            assignment: self.assignment,
        })?;
        let shown = Shown {
            title: (changed.title != old.title).then_some(changed.title),
            due_at: changed.due_at,
            published: None,
        };
        follow_content(tx, old.course, self.assignment, &shown)
    }
}
