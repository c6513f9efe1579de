//! Excuses a learner from an assignment.

use app::{Actor, Command, Tx, UserId};
use courses::enrollments::{CourseRole, enrollment};
use kernel::Result;
use store::Snapshot;

use super::events::StudentExcused;
use super::model::Excuse;
use super::tables::EXCUSES;
use crate::assignments::{self, AssignmentId};
use crate::extensions::NOT_A_LEARNER;

/// Excuses a learner: what they hand in, or do not, does not count for them.
#[derive(Debug, Clone)]
pub struct ExcuseStudent {
    /// From which assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub user: UserId,
}

impl Command for ExcuseStudent {
    type Out = ();
    const NAME: &'static str = "grades.excuse";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        assignments::require_changing_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let (course, place) = (
            assignments::existing(tx, self.assignment)?.course,
            (self.assignment, self.user),
        );
        let learns = enrollment(tx, course, self.user)?
            .is_some_and(|enrollment| enrollment.role == CourseRole::Student);
        if !learns {
            return Err(NOT_A_LEARNER.on("userId"));
        }
        if tx.has(&EXCUSES, &place)? {
            return Ok(());
        }
        let excused_at = tx.now();
        tx.put(&EXCUSES, &place, &Excuse { course, excused_at })?;
        tx.emit(&StudentExcused {
            course,
            assignment: self.assignment,
            user: self.user,
        })
    }
}
