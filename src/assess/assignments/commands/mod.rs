//! What can be done to assignments.

mod copy;
mod create_assignment;
mod delete_assignment;
mod hide_grades;
mod import;
mod post_grades;
mod publish_assignment;
mod unpublish_assignment;
mod update_assignment;

pub use self::copy::copy;
pub use self::create_assignment::CreateAssignment;
pub use self::delete_assignment::DeleteAssignment;
pub use self::hide_grades::HideGrades;
pub use self::import::{import, left_out};
pub use self::post_grades::PostGrades;
pub use self::publish_assignment::{PublishAssignment, publish};
pub use self::unpublish_assignment::UnpublishAssignment;
pub use self::update_assignment::UpdateAssignment;

use std::sync::Arc;

use app::{Actor, OrRefuse, Tx};
use courses::catalog;
use courses::modules::{Shown, follow_content};
use kernel::{Result, problems};
use store::Snapshot;

use super::AssignmentId;
use super::model::Assignment;
use super::problems::ASSIGNMENT_NOT_FOUND;
use super::queries::{assignment, view};

/// The assignment, for the course's staff to change it: `NOT_FOUND` for who may not see it,
/// `FORBIDDEN` for who may, `COURSE_ARCHIVED` in an archive.
fn require_author(snapshot: &Snapshot, actor: &Actor, id: AssignmentId) -> Result<()> {
    actor.require_signed_in()?;
    let viewed = view(snapshot, actor, id)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
    catalog::require_author(snapshot, actor, viewed.course.id).map(drop)
}

/// The assignment, for those who grade.
fn require_grader(snapshot: &Snapshot, actor: &Actor, id: AssignmentId) -> Result<()> {
    actor.require_signed_in()?;
    let viewed = view(snapshot, actor, id)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
    if viewed.may_grade(actor) {
        Ok(())
    } else {
        problems::FORBIDDEN.refuse()
    }
}

/// The assignment, for those who grade, in a course that is not archived.
pub(crate) fn require_changing_grader(
    snapshot: &Snapshot,
    actor: &Actor,
    id: AssignmentId,
) -> Result<()> {
    require_grader(snapshot, actor, id)?;
    let viewed = view(snapshot, actor, id)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
    viewed.course.require_changeable()
}

/// The assignment that a command which is permitted is about.
pub(crate) fn existing(tx: &Tx<'_>, id: AssignmentId) -> Result<Assignment> {
    let found = assignment(tx, id)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
    Ok(Arc::unwrap_or_clone(found))
}

/// Has the items that lead here show or hide what learners may or may not see.
fn follow_state(tx: &mut Tx<'_>, id: AssignmentId, changed: &Assignment) -> Result<()> {
    let shown = Shown {
        title: None,
        due_at: changed.due_at,
        published: Some(changed.published),
    };
    follow_content(tx, changed.course, id, &shown)
}
