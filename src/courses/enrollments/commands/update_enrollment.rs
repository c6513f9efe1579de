//! Changes somebody's place in a course.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use super::replace;
use crate::catalog::{self, CourseId};
use crate::enrollments::model::{Enrollment, EnrollmentChange};
use crate::enrollments::problems::ENROLLMENT_NOT_FOUND;
use crate::enrollments::queries::enrollment;
use crate::sections;

/// Changes what is given of an enrolment, for the course's instructors and administrators.
#[derive(Debug, Clone)]
pub struct UpdateEnrollment {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// What changes.
    pub change: EnrollmentChange,
}

impl Command for UpdateEnrollment {
    type Out = Enrollment;
    const NAME: &'static str = "courses.update_enrollment";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Enrollment> {
        let before = enrollment(tx, self.course, self.user)?.or_refuse(ENROLLMENT_NOT_FOUND)?;
        let after = self.change.apply(&before)?;
        if let Some(section) = after.section
            && before.section != after.section
        {
            sections::require_section(tx, self.course, section)?;
        }
        if after != before {
            replace(tx, (self.course, self.user), &after)?;
        }
        Ok(after)
    }
}
