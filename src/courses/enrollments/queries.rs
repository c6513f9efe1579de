//! Reading enrolments.

use app::{Actor, UserId};
use kernel::{Page, PageRequest, Result};
use store::{Range, Snapshot};

use super::model::{CourseRole, Enrollment};
use super::problems::NOT_A_PARTICIPANT;
use super::tables::{
    ACTIVE_STUDENTS, ENROLLMENTS, ENROLLMENTS_IN_COURSE, ENROLLMENTS_IN_SECTION,
    ENROLLMENTS_OF_USER, ENROLLMENTS_OF_USER_COUNT, INSTRUCTORS,
};
use crate::catalog::{self, COURSE_NOT_OPEN, CourseId, CourseState, Viewed};
use crate::sections::SectionId;

/// The most courses of one person that are looked through.
const COURSES_OF_USER_MAX: usize = 2_000;
/// The most instructors that are shown with a course.
const INSTRUCTORS_MAX: usize = 50;

/// Somebody's place in a course, whatever its state.
pub fn enrollment(
    snapshot: &Snapshot,
    course: CourseId,
    user: UserId,
) -> Result<Option<Enrollment>> {
    let enrollment = snapshot.shared(&ENROLLMENTS, &(course, user))?;
    Ok(enrollment.map(|enrollment| Enrollment::clone(&enrollment)))
}

/// The courses that somebody is in, the newest enrolment first.
pub fn courses_of(snapshot: &Snapshot, user: UserId) -> Result<Vec<CourseId>> {
    let entries = snapshot.listed_entries(&ENROLLMENTS_OF_USER, &user)?;
    let courses = entries.iter().map(|(_, (course, _))| *course);
    Ok(courses.take(COURSES_OF_USER_MAX).collect())
}

/// A page of somebody's enrolments that the viewer may see, the newest first: all of one's own,
/// and everybody's for administrators; of others those in courses whose staff the viewer is.
pub fn enrollments_of(
    snapshot: &Snapshot,
    actor: &Actor,
    user: UserId,
    request: &PageRequest,
) -> Result<Page<(CourseId, Enrollment)>> {
    let own = actor.is_admin() || actor.user_id() == Some(user);
    let mut seen = Vec::new();
    for entry in snapshot.entries(&ENROLLMENTS_OF_USER, &user, Range::of(request))? {
        let (place, (course, user)) = entry?;
        let viewed = catalog::view(snapshot, actor, course)?;
        if viewed.is_some_and(|viewed| own || viewed.staff) {
            seen.push((place, (course, user)));
        }
        if seen.len() > request.size() {
            break;
        }
    }
    let total = if actor.is_admin() {
        snapshot.count(&ENROLLMENTS_OF_USER_COUNT, &user)?
    } else {
        visible_count(snapshot, actor, user, own)?
    };
    page(snapshot, seen, request, total)
}

fn visible_count(snapshot: &Snapshot, actor: &Actor, user: UserId, own: bool) -> Result<u64> {
    let mut count = 0;
    for course in courses_of(snapshot, user)? {
        let viewed = catalog::view(snapshot, actor, course)?;
        count += u64::from(viewed.is_some_and(|viewed| own || viewed.staff));
    }
    Ok(count)
}

type Entry = ((UserId, store::Newest), (CourseId, UserId));

fn page(
    snapshot: &Snapshot,
    mut seen: Vec<Entry>,
    request: &PageRequest,
    total: u64,
) -> Result<Page<(CourseId, Enrollment)>> {
    let has_next = seen.len() > request.size();
    seen.truncate(request.size());
    let mut entries = Vec::with_capacity(seen.len());
    for entry in seen {
        let (_, (course, user)) = entry;
        let cursor = kernel::Cursor::at(store::Key::encoded(&entry));
        entries.extend(enrollment(snapshot, course, user)?.map(|found| (cursor, (course, found))));
    }
    Ok(Page {
        entries,
        has_next,
        has_previous: request.after().is_some(),
        total,
    })
}

/// A page of the enrolments of a course, whatever their state, for its staff.
pub fn enrollments_in(
    snapshot: &Snapshot,
    viewed: &Viewed,
    request: &PageRequest,
) -> Result<Page<(UserId, Enrollment)>> {
    viewed.require_staff()?;
    let total = snapshot.count(&ENROLLMENTS_IN_COURSE, &viewed.id)?;
    let page = snapshot.page(&ENROLLMENTS, &viewed.id, request, total)?;
    Ok(page.map(|((_, user), found)| (user, found)))
}

/// Whether somebody's enrolment names the section, whatever its state.
pub(crate) fn is_section_used(snapshot: &Snapshot, section: SectionId) -> Result<bool> {
    Ok(snapshot.count(&ENROLLMENTS_IN_SECTION, &section)? > 0)
}

/// How many students take part in a course now.
pub fn active_students(snapshot: &Snapshot, course: CourseId) -> Result<u64> {
    snapshot.count(&ACTIVE_STUDENTS, &course)
}

/// Who teaches a course now, the longest first.
pub fn instructors(snapshot: &Snapshot, course: CourseId) -> Result<Vec<UserId>> {
    let entries = snapshot.listed_entries(&INSTRUCTORS, &course)?;
    let users = entries.iter().map(|(_, (_, user))| *user);
    Ok(users.take(INSTRUCTORS_MAX).collect())
}

/// Whether two people are in one course that both may see: then each may know the other's name.
pub fn shares_course(snapshot: &Snapshot, actor: &Actor, other: UserId) -> Result<bool> {
    let Some(user) = actor.user_id() else {
        return Ok(false);
    };
    for course in courses_of(snapshot, user)? {
        let both =
            enrollment(snapshot, course, other)?.is_some_and(|enrollment| enrollment.holds());
        if both && catalog::view(snapshot, actor, course)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The course, for somebody who takes part in it with one of these roles. Refuses who may not see
/// it with `NOT_FOUND`, who does not take part with `FORBIDDEN`, and a course that is not open
/// with `COURSE_NOT_OPEN`.
pub fn require_participant(
    snapshot: &Snapshot,
    actor: &Actor,
    course: CourseId,
    roles: &[CourseRole],
) -> Result<Viewed> {
    actor.require_signed_in()?;
    let viewed = catalog::require_visible(snapshot, actor, course)?;
    require_part(&viewed, roles)?;
    Ok(viewed)
}

/// Refuses a viewer of a course who does not take part in it with one of these roles, with
/// `FORBIDDEN`, and a course that is not open, with `COURSE_NOT_OPEN`.
pub fn require_part(viewed: &Viewed, roles: &[CourseRole]) -> Result<()> {
    let takes_part = viewed
        .enrollment
        .as_ref()
        .is_some_and(|enrollment| enrollment.is_active() && roles.contains(&enrollment.role));
    if !takes_part {
        return NOT_A_PARTICIPANT.refuse();
    }
    if viewed.course.state != CourseState::Published {
        return COURSE_NOT_OPEN.refuse();
    }
    Ok(())
}
