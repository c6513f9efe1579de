//! Takes an excuse back.

use app::{Actor, Command, Tx, UserId};
use kernel::Result;
use store::{Range, Snapshot};

use super::events::ExcuseWithdrawn;
use super::model::Excuse;
use super::tables::EXCUSES;
use crate::assignments::{self, AssignmentId};

/// Takes an excuse back. Without one nothing happens.
#[derive(Debug, Clone)]
pub struct WithdrawExcuse {
    /// From which assignment.
    pub assignment: AssignmentId,
    /// Whose.
    pub user: UserId,
}

impl Command for WithdrawExcuse {
    type Out = ();
    const NAME: &'static str = "grades.withdraw_excuse";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        assignments::require_changing_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let excuse = tx.get(&EXCUSES, &(self.assignment, self.user))?;
        excuse.map_or(Ok(()), |excuse| {
            withdraw(tx, (self.assignment, self.user), &excuse)
        })
    }
}

/// Takes back all excuses from an assignment that is deleted.
pub(crate) fn withdraw_all(tx: &mut Tx<'_>, assignment: AssignmentId) -> Result<()> {
    let excuses: Vec<((AssignmentId, UserId), Excuse)> = tx
        .scan(&EXCUSES, &assignment, Range::ALL)?
        .collect::<Result<_>>()?;
    for (place, excuse) in excuses {
        withdraw(tx, place, &excuse)?;
    }
    Ok(())
}

fn withdraw(
    tx: &mut Tx<'_>,
    (assignment, user): (AssignmentId, UserId),
    excuse: &Excuse,
) -> Result<()> {
    tx.remove(&EXCUSES, &(assignment, user))?;
    tx.emit(&ExcuseWithdrawn {
        course: excuse.course,
        assignment,
        user,
    })
}
