//! Copies an assignment into the copy of its course.

use app::Tx;
use courses::copies::Copying;
use kernel::Result;

use super::existing;
use crate::assignments::AssignmentId;
use crate::assignments::events::AssignmentCreated;
use crate::assignments::model::Assignment;
use crate::assignments::tables::ASSIGNMENTS;

/// Puts the copy of an assignment: its dates move with the course, its grades are not posted yet.
pub fn copy(
    tx: &mut Tx<'_>,
    (from, to): (AssignmentId, AssignmentId),
    copying: &Copying,
) -> Result<()> {
    let original = existing(tx, from)?;
    let assignment = Assignment {
        course: copying.course(),
        instructions: copying.html(&original.instructions)?,
        due_at: copying.moment(original.due_at),
        unlock_at: copying.moment(original.unlock_at),
        lock_at: copying.moment(original.lock_at),
        grades_posted_at: None,
        ..original
    };
    tx.put(&ASSIGNMENTS, &to, &assignment)?;
    tx.emit(&AssignmentCreated {
        course: assignment.course,
        assignment: to,
    })
}
