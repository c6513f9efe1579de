//! Reading extensions, and the terms that hold for somebody.

use std::collections::BTreeMap;

use app::{Actor, UserId};
use courses::catalog::{self, CourseId};
use courses::enrollments::CourseRole;
use kernel::{Result, Timestamp, problems};
use store::{Range, Snapshot};

use super::model::{Extension, Holder};
use super::tables::{EXTENSIONS, EXTENSIONS_OF_ASSIGNMENT, EXTENSIONS_OF_COURSE};
use crate::assignments::{self, Assignment, AssignmentId, Terms};

/// The most extensions that are shown with an assignment.
const EXTENSIONS_MAX: usize = 1_000;

/// What the extensions of one learner change in one course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extended(BTreeMap<AssignmentId, Extension>);

impl Extended {
    /// The terms that hold for the learner.
    pub fn terms(&self, id: AssignmentId, assignment: &Assignment) -> Terms {
        let terms = assignment.terms();
        self.0
            .get(&id)
            .map_or(terms, |extension| extension.over(terms))
    }

    /// When an assignment is due for the learner that is due at `due_at` for everybody.
    pub fn due_at(&self, id: AssignmentId, due_at: Option<Timestamp>) -> Option<Timestamp> {
        let extension = self.0.get(&id);
        extension.and_then(|extension| extension.due_at).or(due_at)
    }
}

/// The viewer's extensions in a course, for a student of it; nobody else has any. Reads one count
/// where the course has no extensions, and else one stretch of them.
pub fn of_viewer(snapshot: &Snapshot, actor: &Actor, course: &catalog::Viewed) -> Result<Extended> {
    let learns = |role: CourseRole| role == CourseRole::Student;
    let enrollment = course.enrollment.as_ref();
    let learner = actor
        .user_id()
        .zip(enrollment.filter(|enrollment| learns(enrollment.role)));
    let Some((user, _)) = learner else {
        return Ok(Extended::default());
    };
    if snapshot.count(&EXTENSIONS_OF_COURSE, &course.id)? == 0 {
        return Ok(Extended::default());
    }
    let mut extended = Extended::default();
    let place = (course.id, Holder::User(user));
    for entry in snapshot.scan(&EXTENSIONS, &place, Range::ALL)? {
        let ((_, _, assignment), extension) = entry?;
        extended.0.insert(assignment, extension);
    }
    Ok(extended)
}

/// The terms of an assignment that hold for a learner, whoever asks. Reads one count where the
/// course has no extensions.
pub(crate) fn terms_for(
    snapshot: &Snapshot,
    (id, assignment): (AssignmentId, &Assignment),
    user: UserId,
) -> Result<Terms> {
    let terms = assignment.terms();
    if snapshot.count(&EXTENSIONS_OF_COURSE, &assignment.course)? == 0 {
        return Ok(terms);
    }
    let extension = extension(snapshot, assignment.course, (Holder::User(user), id))?;
    Ok(extension.map_or(terms, |extension| extension.over(terms)))
}

/// An extension, whoever asks.
pub(super) fn extension(
    snapshot: &Snapshot,
    course: CourseId,
    (holder, assignment): (Holder, AssignmentId),
) -> Result<Option<Extension>> {
    snapshot.get(&EXTENSIONS, &(course, holder, assignment))
}

/// The extensions of an assignment that the actor sees, for those who grade.
pub fn extensions_of(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: &assignments::Viewed,
) -> Result<Vec<(Holder, Extension)>> {
    if !assignment.may_grade(actor) {
        return problems::FORBIDDEN.refuse();
    }
    let entries = snapshot.entries(&EXTENSIONS_OF_ASSIGNMENT, &assignment.id, Range::ALL)?;
    let mut found = Vec::new();
    for entry in entries.take(EXTENSIONS_MAX) {
        let (_, place) = entry?;
        found.extend(
            snapshot
                .get(&EXTENSIONS, &place)?
                .map(|extension| (place.1, extension)),
        );
    }
    Ok(found)
}
