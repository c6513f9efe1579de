//! Takes oneself out of a course.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::unenroll::unenroll;
use crate::catalog::{self, CourseId};
use crate::enrollments::problems::{ENROLLMENT_NOT_FOUND, NOT_SELF_ENROLLED};
use crate::enrollments::queries::enrollment;

/// Takes the signed-in person out of a course that they came into by themselves. What they handed
/// in is kept, and they may come back.
#[derive(Debug, Clone)]
pub struct LeaveCourse {
    /// The course.
    pub course: CourseId,
}

impl Command for LeaveCourse {
    type Out = ();
    const NAME: &'static str = "courses.leave";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_user()?;
        let viewed = catalog::require_visible(snapshot, actor, self.course)?;
        let enrollment = viewed.enrollment.as_ref().or_refuse(ENROLLMENT_NOT_FOUND)?;
        if !enrollment.by_self {
            return NOT_SELF_ENROLLED.refuse();
        }
        viewed.require_changeable()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, tx.user()?);
        let before = enrollment(tx, place.0, place.1)?.or_refuse(ENROLLMENT_NOT_FOUND)?;
        unenroll(tx, place, &before)
    }
}
