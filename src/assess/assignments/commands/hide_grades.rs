//! Hides the grades of an assignment.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, require_grader};
use crate::assignments::AssignmentId;
use crate::assignments::events::GradesHidden;
use crate::assignments::model::Assignment;
use crate::assignments::tables::ASSIGNMENTS;

/// Hides the grades of an assignment from its learners until they are posted again.
#[derive(Debug, Clone)]
pub struct HideGrades {
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Command for HideGrades {
    type Out = ();
    const NAME: &'static str = "grades.hide";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let posted = existing(tx, self.assignment)?;
        if posted.grades_posted_at.is_none() {
            return Ok(());
        }
        let course = posted.course;
        let hidden = Assignment {
            grades_posted_at: None,
            ..posted
        };
        tx.put(&ASSIGNMENTS, &self.assignment, &hidden)?;
        tx.emit(&GradesHidden {
            course,
            assignment: self.assignment,
        })
    }
}
