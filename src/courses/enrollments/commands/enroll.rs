//! Brings somebody into a course.

use app::{Actor, Command, OrRefuse, Tx, UserId, once_for};
use kernel::Result;
use people::users::{self, USER_NOT_FOUND};
use store::Snapshot;

use super::replace;
use crate::catalog::{self, CourseId};
use crate::enrollments::events::UserEnrolled;
use crate::enrollments::model::{CourseRole, Enrollment, EnrollmentState};
use crate::enrollments::problems::ALREADY_ENROLLED;
use crate::enrollments::queries::enrollment;
use crate::enrollments::tables::ENROLLMENTS;
use crate::sections::{self, SectionId};

/// Enrols somebody, active from now on. Who was in the course before comes back.
#[derive(Debug, Clone)]
pub struct Enroll {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: CourseRole,
    /// In which section of the course, if in one.
    pub section: Option<SectionId>,
    /// The same for each try of one enrolment: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for Enroll {
    type Out = Enrollment;
    const NAME: &'static str = "courses.enroll";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Enrollment> {
        let (key, place) = (self.idempotency_key.as_deref(), (self.course, self.user));
        let input = (place, self.role, self.section);
        once_for::<Self>(tx, key, &input, |tx| self.enroll(tx))
    }
}

impl Enroll {
    fn enroll(&self, tx: &mut Tx<'_>) -> Result<Enrollment> {
        let user = users::user(tx, self.user)?;
        user.filter(|user| !user.disabled)
            .or_refuse(USER_NOT_FOUND)
            .map_err(|e| e.on("userId"))?;
        let place = (self.course, self.user);
        let before = enrollment(tx, place.0, place.1)?;
        if before.as_ref().is_some_and(Enrollment::holds) {
            return Err(ALREADY_ENROLLED.on("userId"));
        }
        if let Some(section) = self.section {
            sections::require_section(tx, self.course, section)?;
        }
        let new = active(tx, self.role, self.section);
        match before {
            Some(_) => replace(tx, place, &new)?,
            None => put(tx, place, &new)?,
        }
        Ok(new)
    }
}

/// An enrolment that begins now.
pub(super) fn active(tx: &Tx<'_>, role: CourseRole, section: Option<SectionId>) -> Enrollment {
    Enrollment {
        role,
        state: EnrollmentState::Active,
        enrolled_at: tx.now(),
        section,
        by_self: false,
    }
}

/// Enrols somebody who is not in the course yet.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    place: (CourseId, UserId),
    role: CourseRole,
    section: Option<SectionId>,
) -> Result<Enrollment> {
    let enrollment = active(tx, role, section);
    put(tx, place, &enrollment)?;
    Ok(enrollment)
}

/// Puts the first enrolment of somebody in a course.
pub(super) fn put(
    tx: &mut Tx<'_>,
    place: (CourseId, UserId),
    enrollment: &Enrollment,
) -> Result<()> {
    tx.put(&ENROLLMENTS, &place, enrollment)?;
    tx.emit(&UserEnrolled {
        course: place.0,
        user: place.1,
        role: enrollment.role,
        section: enrollment.section,
    })
}
