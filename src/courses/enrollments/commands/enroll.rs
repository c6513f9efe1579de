//! Brings somebody into a course.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::Result;
use people::users::{self, USER_NOT_FOUND};
use store::Snapshot;

use crate::catalog::{self, CourseId};
use crate::enrollments::events::UserEnrolled;
use crate::enrollments::model::{CourseRole, Enrollment, EnrollmentState};
use crate::enrollments::problems::ALREADY_ENROLLED;
use crate::enrollments::queries::enrollment;
use crate::enrollments::tables::ENROLLMENTS;

/// Enrols somebody, active from now on.
#[derive(Debug, Clone)]
pub struct Enroll {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: CourseRole,
}

impl Command for Enroll {
    type Out = Enrollment;
    const NAME: &'static str = "courses.enroll";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Enrollment> {
        let user = users::user(tx, self.user)?;
        user.filter(|user| !user.disabled)
            .or_refuse(USER_NOT_FOUND)
            .map_err(|e| e.on("userId"))?;
        if enrollment(tx, self.course, self.user)?.is_some() {
            return Err(ALREADY_ENROLLED.on("userId"));
        }
        add(tx, (self.course, self.user), self.role)
    }
}

/// Enrols somebody who is not in the course yet.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    place: (CourseId, UserId),
    role: CourseRole,
) -> Result<Enrollment> {
    let enrollment = Enrollment {
        role,
        state: EnrollmentState::Active,
        enrolled_at: tx.now(),
    };
    tx.put(&ENROLLMENTS, &place, &enrollment)?;
    tx.emit(&UserEnrolled {
        course: place.0,
        user: place.1,
        role,
    })?;
    Ok(enrollment)
}
