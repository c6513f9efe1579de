//! Sets work.

use app::{Actor, Command, Tx};
use courses::catalog::{self, CourseId};
use courses::modules::{Content, ModuleId, NewItem, add_item};
use kernel::Result;
use store::Snapshot;

use crate::assignments::AssignmentId;
use crate::assignments::events::AssignmentCreated;
use crate::assignments::model::{Assignment, NewAssignment};
use crate::assignments::tables::ASSIGNMENTS;

/// Sets work.
#[derive(Debug, Clone)]
pub struct CreateAssignment {
    /// The course.
    pub course: CourseId,
    /// The module at whose end it is added; without one it stands by itself.
    pub module: Option<ModuleId>,
    /// The work.
    pub assignment: NewAssignment,
    /// How long it takes.
    pub estimated_minutes: Option<u32>,
}

impl Command for CreateAssignment {
    type Out = AssignmentId;
    const NAME: &'static str = "assignments.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<AssignmentId> {
        let (id, new) = (tx.new_id(), &self.assignment);
        add(tx, (self.course, id), new)?;
        if let Some(module) = self.module {
            let item = NewItem {
                module,
                title: new.title.clone(),
                content: Content::Assignment(id),
                estimated_minutes: self.estimated_minutes,
                due_at: new.due_at,
                published: new.published,
            };
            add_item(tx, self.course, item)?;
        }
        Ok(id)
    }
}

/// Makes an assignment under an id that was chosen before.
pub(super) fn add(
    tx: &mut Tx<'_>,
    (course, id): (CourseId, AssignmentId),
    new: &NewAssignment,
) -> Result<()> {
    let assignment = Assignment {
        course,
        title: new.title.clone(),
        instructions: new.instructions.clone(),
        points: new.points,
        due_at: new.due_at,
        unlock_at: new.unlock_at,
        lock_at: new.lock_at,
        attempts_allowed: new.attempts_allowed,
        published: new.published,
        grades_posted_at: None,
        kinds: new.kinds,
        accepts_late: new.accepts_late,
        late_penalty: new.late_penalty,
    };
    tx.put(&ASSIGNMENTS, &id, &assignment)?;
    tx.emit(&AssignmentCreated {
        course,
        assignment: id,
    })
}
