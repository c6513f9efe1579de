//! Brings oneself into a course.

use app::{Actor, Command, OrRefuse, Tx, once_for};
use kernel::Result;
use store::Snapshot;

use super::enroll::{active, put};
use super::replace;
use crate::catalog::{self, COURSE_NOT_OPEN, Course, CourseId, CourseState};
use crate::enrollments::model::{CourseRole, Enrollment};
use crate::enrollments::problems::{
    ALREADY_ENROLLED, COURSE_FULL, ENROLLMENT_ENDED, JOIN_CODE_WRONG, SELF_ENROLLMENT_CLOSED,
};
use crate::enrollments::queries::{active_students, enrollment};

/// Enrols the signed-in person as a student, where the course is open to that or they have its
/// code, and a seat is free.
#[derive(Debug, Clone)]
pub struct EnrollSelf {
    /// The course.
    pub course: CourseId,
    /// The code of the course, where one is needed.
    pub code: Option<String>,
    /// The same for each try of one enrolment: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for EnrollSelf {
    type Out = Enrollment;
    const NAME: &'static str = "courses.enroll_self";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_user()?;
        let viewed = catalog::view(snapshot, actor, self.course)?;
        let Some(course) = catalog::course(snapshot, self.course)? else {
            return Err(catalog::hidden(actor));
        };
        // Who does not see the course learns nothing of it by a wrong code.
        let invited = self.knows_code_of(&course) && course.state == CourseState::Published;
        if viewed.is_none() && !invited {
            return Err(catalog::hidden(actor));
        }
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Enrollment> {
        let key = self.idempotency_key.as_deref();
        once_for::<Self>(tx, key, &(self.course, &self.code), |tx| self.enroll(tx))
    }
}

impl EnrollSelf {
    fn knows_code_of(&self, course: &Course) -> bool {
        self.code.is_some() && self.code == course.join_code
    }

    fn require_way_in(&self, course: &Course) -> Result<()> {
        if course.state != CourseState::Published {
            return COURSE_NOT_OPEN.refuse();
        }
        match (&self.code, course.self_enrollment) {
            _ if self.knows_code_of(course) => Ok(()),
            (None, true) => Ok(()),
            (None, false) => SELF_ENROLLMENT_CLOSED.refuse(),
            (Some(_), _) => Err(JOIN_CODE_WRONG.on("code")),
        }
    }

    fn enroll(&self, tx: &mut Tx<'_>) -> Result<Enrollment> {
        let place = (self.course, tx.user()?);
        let before = enrollment(tx, place.0, place.1)?;
        if before.as_ref().is_some_and(Enrollment::holds) {
            return ALREADY_ENROLLED.refuse();
        }
        if before.as_ref().is_some_and(|before| !before.by_self) {
            return ENROLLMENT_ENDED.refuse();
        }
        let course = catalog::course(tx, self.course)?.or_refuse(catalog::COURSE_NOT_FOUND)?;
        self.require_way_in(&course)?;
        if let Some(seats) = course.seats
            && active_students(tx, self.course)? >= u64::from(seats)
        {
            return COURSE_FULL.refuse();
        }
        let new = Enrollment {
            by_self: true,
            ..active(tx, CourseRole::Student, None)
        };
        match before {
            Some(_) => replace(tx, place, &new)?,
            None => put(tx, place, &new)?,
        }
        Ok(new)
    }
}
