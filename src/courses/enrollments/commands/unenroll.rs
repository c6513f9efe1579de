//! Takes somebody out of a course.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::Result;
use store::{Range, Snapshot};

use crate::catalog::{self, CourseId};
use crate::enrollments::events::UserUnenrolled;
use crate::enrollments::model::{Enrollment, EnrollmentState};
use crate::enrollments::problems::ENROLLMENT_NOT_FOUND;
use crate::enrollments::queries::enrollment;
use crate::enrollments::tables::ENROLLMENTS;

/// Takes somebody out of a course, for its instructors and administrators. What they handed in is
/// kept; they are in no list and no section any more. Who is out already stays so.
#[derive(Debug, Clone)]
pub struct Unenroll {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
}

impl Command for Unenroll {
    type Out = ();
    const NAME: &'static str = "courses.unenroll";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.user);
        let before = enrollment(tx, place.0, place.1)?.or_refuse(ENROLLMENT_NOT_FOUND)?;
        let by_self = false;
        unenroll(tx, place, &Enrollment { by_self, ..before })
    }
}

/// Ends an enrolment, unless it has ended.
pub(super) fn unenroll(
    tx: &mut Tx<'_>,
    place: (CourseId, UserId),
    before: &Enrollment,
) -> Result<()> {
    if !before.holds() {
        return Ok(());
    }
    let after = Enrollment {
        state: EnrollmentState::Inactive,
        section: None,
        ..before.clone()
    };
    tx.put(&ENROLLMENTS, &place, &after)?;
    tx.emit(&UserUnenrolled {
        course: place.0,
        user: place.1,
    })
}

/// Takes everybody out of a course that is deleted.
pub(crate) fn unenroll_all(tx: &mut Tx<'_>, course: CourseId) -> Result<()> {
    let places: Vec<((CourseId, UserId), Enrollment)> = tx
        .scan(&ENROLLMENTS, &course, Range::ALL)?
        .collect::<Result<_>>()?;
    for (place, before) in places {
        unenroll(tx, place, &before)?;
    }
    Ok(())
}
