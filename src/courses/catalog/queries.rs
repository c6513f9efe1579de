//! Reading courses, as far as the viewer may.

use unicode_normalization::UnicodeNormalization;

use app::{Actor, OrRefuse};
use kernel::{Cursor, Page, PageRequest, Result, problems};
use store::{All, Key, Range, Snapshot};

use super::CourseId;
use super::model::{Course, CourseState, code_key};
use super::problems::{COURSE_ARCHIVED, COURSE_NOT_FOUND};
use super::tables::{COURSE_OF_CODE, COURSES, COURSES_BY_CODE, COURSES_IN_SCHOOL};
use crate::enrollments::{self, Enrollment};

/// The longest text that a search for courses takes, in characters.
const SEARCH_CHARS_MAX: usize = 256;

/// A course as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewed {
    /// The course's id.
    pub id: CourseId,
    /// The course.
    pub course: Course,
    /// The viewer's enrolment, if they are enrolled.
    pub enrollment: Option<Enrollment>,
    /// Whether the viewer is of the course's staff, or an administrator.
    pub staff: bool,
}

impl Viewed {
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
pub fn course(snapshot: &Snapshot, id: CourseId) -> Result<Option<Course>> {
    snapshot.get(&COURSES, &id)
}

/// The course of this code, whoever asks.
pub fn with_code(snapshot: &Snapshot, code: &str) -> Result<Option<CourseId>> {
    snapshot.find(&COURSE_OF_CODE, &code_key(code))
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
    let visible = staff || (enrollment.is_some() && course.state != CourseState::Draft);
    Ok(visible.then_some(Viewed {
        id,
        course,
        enrollment,
        staff,
    }))
}

/// The course as the actor sees it; `NOT_FOUND` where they may not.
pub fn require_visible(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    actor.require_signed_in()?;
    view(snapshot, actor, id)?.or_refuse(COURSE_NOT_FOUND)
}

/// The course, for its staff: `NOT_FOUND` for who may not see it, `FORBIDDEN` for who may.
pub fn require_staff(snapshot: &Snapshot, actor: &Actor, id: CourseId) -> Result<Viewed> {
    let viewed = require_visible(snapshot, actor, id)?;
    viewed.require_staff()?;
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
    let viewed = require_visible(snapshot, actor, id)?;
    let teaches = viewed
        .enrollment
        .as_ref()
        .is_some_and(Enrollment::is_active_instructor);
    if !teaches && !actor.is_admin() {
        return problems::FORBIDDEN.refuse();
    }
    viewed.require_changeable()?;
    Ok(viewed)
}

/// Which courses are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseFilter {
    /// In the code or the title, without regard to case.
    pub search: Option<String>,
    /// In this state.
    pub state: Option<CourseState>,
    /// Only those that the viewer is enrolled in.
    pub mine: bool,
}

impl CourseFilter {
    fn takes(&self, course: &Course) -> bool {
        let found = self.search.as_ref().is_none_or(|search| {
            course.code.to_lowercase().contains(search)
                || course.title.to_lowercase().contains(search)
        });
        found && self.state.is_none_or(|state| course.state == state)
    }

    fn takes_all(&self) -> bool {
        self.search.is_none() && self.state.is_none() && !self.mine
    }
}

/// The courses that the actor may see, by code.
pub fn courses(
    snapshot: &Snapshot,
    actor: &Actor,
    filter: &CourseFilter,
    request: &PageRequest,
) -> Result<Page<Viewed>> {
    actor.require_signed_in()?;
    let search = filter.search.as_ref().map(|text| {
        text.trim()
            .nfc()
            .take(SEARCH_CHARS_MAX)
            .collect::<String>()
            .to_lowercase()
    });
    let filter = CourseFilter {
        search: search.filter(|text| !text.is_empty()),
        ..filter.clone()
    };
    if actor.is_admin() && filter.takes_all() {
        return all_courses(snapshot, actor, request);
    }
    let mut seen = if actor.is_admin() && !filter.mine {
        every_course(snapshot, actor)?
    } else {
        courses_of(snapshot, actor)?
    };
    seen.retain(|viewed| filter.takes(&viewed.course));
    seen.sort_by_cached_key(place);
    page_of(seen, request)
}

/// A page of all courses: reads no more than it shows.
fn all_courses(snapshot: &Snapshot, actor: &Actor, request: &PageRequest) -> Result<Page<Viewed>> {
    let total = snapshot.count(&COURSES_IN_SCHOOL, &0)?;
    let page = snapshot.entries_page(&COURSES_BY_CODE, &All, request, total)?;
    let mut entries = Vec::with_capacity(page.entries.len());
    for (cursor, (_, id)) in page.entries {
        entries.extend(view(snapshot, actor, id)?.map(|viewed| (cursor, viewed)));
    }
    Ok(Page {
        entries,
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
    })
}

fn every_course(snapshot: &Snapshot, actor: &Actor) -> Result<Vec<Viewed>> {
    let ids = snapshot.entries(&COURSES_BY_CODE, &All, Range::ALL)?;
    ids.filter_map(|entry| {
        entry
            .and_then(|(_, id)| view(snapshot, actor, id))
            .transpose()
    })
    .collect()
}

/// The courses that the actor is enrolled in and may see.
fn courses_of(snapshot: &Snapshot, actor: &Actor) -> Result<Vec<Viewed>> {
    let Some(user) = actor.user_id() else {
        return Ok(Vec::new());
    };
    let mut seen = Vec::new();
    for id in enrollments::courses_of(snapshot, user)? {
        seen.extend(view(snapshot, actor, id)?.filter(|viewed| viewed.enrollment.is_some()));
    }
    Ok(seen)
}

/// The place of a course in the order of codes, as the index has it.
fn place(viewed: &Viewed) -> Vec<u8> {
    (code_key(&viewed.course.code), viewed.id).encoded()
}

fn page_of(seen: Vec<Viewed>, request: &PageRequest) -> Result<Page<Viewed>> {
    Range::of(request).require_cursor::<(String, CourseId)>()?;
    let total = u64::try_from(seen.len()).unwrap_or(u64::MAX);
    let after = request.after().map(Cursor::key);
    let mut rest = seen
        .into_iter()
        .map(|viewed| (Cursor::at(place(&viewed)), viewed))
        .filter(|(cursor, _)| after.is_none_or(|after| cursor.key() > after));
    let entries: Vec<_> = rest.by_ref().take(request.size()).collect();
    let has_next = rest.next().is_some();
    Ok(Page {
        entries,
        has_next,
        has_previous: after.is_some(),
        total,
    })
}
