//! What can be done to enrolments.

mod enroll;
mod enroll_self;
mod leave_course;
mod unenroll;
mod update_enrollment;

pub use self::enroll::Enroll;
pub(crate) use self::enroll::add;
pub use self::enroll_self::EnrollSelf;
pub use self::leave_course::LeaveCourse;
pub use self::unenroll::Unenroll;
pub(crate) use self::unenroll::unenroll_all;
pub use self::update_enrollment::UpdateEnrollment;

use app::{Tx, UserId};
use kernel::Result;

use super::events::EnrollmentUpdated;
use super::model::Enrollment;
use super::tables::ENROLLMENTS;
use crate::catalog::CourseId;

/// Puts an enrolment that was another one before.
fn replace(tx: &mut Tx<'_>, place: (CourseId, UserId), enrollment: &Enrollment) -> Result<()> {
    tx.put(&ENROLLMENTS, &place, enrollment)?;
    tx.emit(&EnrollmentUpdated {
        course: place.0,
        user: place.1,
        role: enrollment.role,
        state: enrollment.state,
        section: enrollment.section,
    })
}
