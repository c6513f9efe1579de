//! Reading assignments, as far as the viewer may.

use std::sync::Arc;

use app::Actor;
use courses::catalog::CourseId;
use courses::enrollments::Enrollment;
use courses::{catalog, modules};
use kernel::{Page, PageRequest, Result};
use store::{Range, Snapshot};

use super::AssignmentId;
use super::model::Assignment;
use super::tables::{ASSIGNMENTS, ASSIGNMENTS_IN_COURSE, ASSIGNMENTS_OF_COURSE};

/// An assignment as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewed {
    /// The assignment's id.
    pub id: AssignmentId,
    /// The assignment.
    pub assignment: Arc<Assignment>,
    /// Its course, as the viewer sees it.
    pub course: catalog::Viewed,
}

impl Viewed {
    /// Whether the viewer sees and grades the work of others.
    pub fn may_grade(&self, actor: &Actor) -> bool {
        let grades = self
            .course
            .enrollment
            .as_ref()
            .is_some_and(Enrollment::may_grade);
        grades || actor.is_admin()
    }
}

/// The assignment with this id, whoever asks.
pub fn assignment(snapshot: &Snapshot, id: AssignmentId) -> Result<Option<Arc<Assignment>>> {
    snapshot.shared(&ASSIGNMENTS, &id)
}

/// What items show of an assignment; `None` for one that is not of the course.
pub fn shown_in(
    snapshot: &Snapshot,
    course: CourseId,
    id: AssignmentId,
) -> Result<Option<modules::Shown>> {
    let found = assignment(snapshot, id)?.filter(|found| found.course == course);
    Ok(found.map(|found| modules::Shown {
        title: None,
        due_at: found.due_at,
        published: Some(found.published),
    }))
}

/// The ids of the assignments of a course, the oldest first, for its staff: those that no item
/// leads to as well.
pub fn list(
    snapshot: &Snapshot,
    viewed: &catalog::Viewed,
    request: &PageRequest,
) -> Result<Page<AssignmentId>> {
    viewed.require_staff()?;
    let total = snapshot.count(&ASSIGNMENTS_IN_COURSE, &viewed.id)?;
    let page = snapshot.entries_page(&ASSIGNMENTS_OF_COURSE, &viewed.id, request, total)?;
    Ok(page.map(|(_, id)| id))
}

/// The assignments of a course, whoever asks, the oldest first.
pub fn assignments_of(snapshot: &Snapshot, course: CourseId) -> Result<Vec<AssignmentId>> {
    snapshot
        .entries(&ASSIGNMENTS_OF_COURSE, &course, Range::ALL)?
        .map(|entry| entry.map(|(_, assignment)| assignment))
        .collect()
}

/// The assignment as the actor sees it: staff always, others when it is published and, where
/// items lead to it, one of them is visible.
pub fn view(snapshot: &Snapshot, actor: &Actor, id: AssignmentId) -> Result<Option<Viewed>> {
    let Some(assignment) = assignment(snapshot, id)? else {
        return Ok(None);
    };
    let Some(course) = catalog::view(snapshot, actor, assignment.course)? else {
        return Ok(None);
    };
    if course.staff {
        return Ok(Some(Viewed {
            id,
            assignment,
            course,
        }));
    }
    let visible = assignment.published && modules::is_reachable(snapshot, assignment.course, id)?;
    Ok(visible.then_some(Viewed {
        id,
        assignment,
        course,
    }))
}
