//! Reading courses, as far as the viewer may.

use std::sync::Arc;

use app::Actor;
use kernel::{Error, Result, problems};
use people::users::ExternalId;
use store::Snapshot;

use super::CourseId;
use super::model::{Course, CourseState, code_key};
use super::problems::{COURSE_ARCHIVED, COURSE_NOT_FOUND};
use super::tables::{COURSE_OF_CODE, COURSE_OF_EXTERNAL_ID, COURSES, COURSES_IN_TERM};
use crate::enrollments::{self, Enrollment};
use crate::terms::TermId;

/// A course as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewed {
    /// The course's id.
    pub id: CourseId,
    /// The course.
    pub course: Arc<Course>,
    /// The viewer's enrolment, if they are enrolled.
    pub enrollment: Option<Enrollment>,
    /// Whether the viewer is of the course's staff, or an administrator.
    pub staff: bool,
}

impl Viewed {
    /// Whether the viewer is in the course, or an administrator: others only look at what is open
    /// to them, and see nothing of its people and their work.
    pub fn is_member(&self) -> bool {
        self.staff || self.enrollment.is_some()
    }

    /// Refuses all but the course's staff.
    pub fn require_staff(&self) -> Result<()> {
        if self.staff {
            Ok(())
        } else {
            problems::FORBIDDEN.refuse()
        }
    }

    /// Refuses an archived course: it can be read, not changed.
    pub fn require_changeable(&self) -> Result<()> {
        if self.course.state == CourseState::Archived {
            COURSE_ARCHIVED.refuse()
        } else {
            Ok(())
        }
    }
}

/// The course with this id, whoever asks: for what the viewer may already see.
pub fn course(snapshot: &Snapshot, id: CourseId) -> Result<Option<Arc<Course>>> {
    let course = snapshot.shared(&COURSES, &id)?;
    Ok(course.filter(|course| !course.deleted))
}

/// The course of this code, whoever asks.
pub fn with_code(snapshot: &Snapshot, code: &str) -> Result<Option<CourseId>> {
    snapshot.find(&COURSE_OF_CODE, &code_key(code))
}

/// The course that another program calls so, whoever asks.
pub fn with_external_id(snapshot: &Snapshot, id: &ExternalId) -> Result<Option<CourseId>> {
    snapshot.find(&COURSE_OF_EXTERNAL_ID, &id.as_str().to_owned())
}

/// Whether a course is in the term.
pub(crate) fn is_term_used(snapshot: &Snapshot, term: TermId) -> Result<bool> {
    Ok(snapshot.count(&COURSES_IN_TERM, &term)? > 0)
}

/// The course as the actor sees it; `None` where they may not.
pub fn view(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Option<Viewed>> {
    let Some(course) = course(snapshot, id)? else {
        return Ok(None);
    };
    let enrollment = match actor.user_id() {
        Some(user) => enrollments::enrollment(snapshot, id, user)?,
        None => None,
    };
    let enrollment = enrollment.filter(Enrollment::holds);
    let staff = actor.is_admin() || enrollment.as_ref().is_some_and(Enrollment::is_active_staff);
    let visible = staff
        || (enrollment.is_some() && course.state != CourseState::Draft)
        || course.is_open_to(is_signed_in(actor));
    Ok(visible.then_some(Viewed {
        id,
        course,
        enrollment,
        staff,
    }))
}

pub(super) fn is_signed_in(actor: &Actor) -> bool {
    actor.require_signed_in().is_ok()
}

/// The course as the actor sees it. Where they may not, it is `NOT_FOUND`, and whoever is not
/// signed in is asked to sign in, whether there is such a course or not.
pub fn require_visible(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    view(snapshot, actor, id)?.ok_or_else(|| hidden(actor))
}

/// Why the actor is not shown a course.
pub fn hidden(actor: &Actor) -> Error {
    let signed_in = actor.require_signed_in();
    signed_in.err().unwrap_or_else(|| COURSE_NOT_FOUND.error())
}

/// The course, for its staff: `NOT_FOUND` for who may not see it, `FORBIDDEN` for who may.
pub fn require_staff(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    actor.require_signed_in()?;
    let viewed = require_visible(snapshot, actor, id)?;
    viewed.require_staff()?;
    Ok(viewed)
}

/// The course, for those who see and grade the work of others in it: who teach, and administrators.
pub fn require_grader(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    actor.require_signed_in()?;
    let viewed = require_visible(snapshot, actor, id)?;
    let grades = viewed
        .enrollment
        .as_ref()
        .is_some_and(Enrollment::may_grade);
    if !grades && !actor.is_admin() {
        return problems::FORBIDDEN.refuse();
    }
    Ok(viewed)
}

/// The course, for its staff to change its content; an archived one is refused.
pub fn require_author(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    let viewed = require_staff(snapshot, actor, id)?;
    viewed.require_changeable()?;
    Ok(viewed)
}

/// The course, for who answers for it to change it: its instructors and administrators. An
/// archived one is refused.
pub fn require_instructor(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    let viewed = require_teacher(snapshot, actor, id)?;
    viewed.require_changeable()?;
    Ok(viewed)
}

/// The course, for who answers for it, archived or not: its instructors and administrators.
pub(super) fn require_teacher(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    actor.require_signed_in()?;
    let viewed = require_visible(snapshot, actor, id)?;
    let teaches = viewed
        .enrollment
        .as_ref()
        .is_some_and(Enrollment::is_active_instructor);
    if !teaches && !actor.is_admin() {
        return problems::FORBIDDEN.refuse();
    }
    Ok(viewed)
}
