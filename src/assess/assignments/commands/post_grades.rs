//! Shows the grades of an assignment.

use app::{Actor, Command, Tx};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::{existing, require_grader};
use crate::assignments::AssignmentId;
use crate::assignments::events::GradesPosted;
use crate::assignments::model::Assignment;
use crate::assignments::tables::ASSIGNMENTS;

/// Shows the grades of an assignment to its learners, those given already and those to come.
#[derive(Debug, Clone)]
pub struct PostGrades {
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Command for PostGrades {
    type Out = Timestamp;
    const NAME: &'static str = "grades.post";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let assignment = existing(tx, self.assignment)?;
        if let Some(posted_at) = assignment.grades_posted_at {
            return Ok(posted_at);
        }
        let (course, now) = (assignment.course, tx.now());
        let posted = Assignment {
            grades_posted_at: Some(now),
            ..assignment
        };
        tx.put(&ASSIGNMENTS, &self.assignment, &posted)?;
        tx.emit(&GradesPosted {
            course,
            assignment: self.assignment,
        })?;
        Ok(now)
    }
}
