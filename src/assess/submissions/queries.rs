//! Reading submissions, as far as the viewer may.

use app::{Actor, OrRefuse, UserId};
use courses::catalog::CourseId;
use courses::files::{File, FileId};
use kernel::{Cursor, Page, PageRequest, Result, problems};
use store::{Key, Range, Snapshot};

use super::SubmissionId;
use super::model::{Submission, SubmissionState};
use super::tables::{SUBMISSION_COUNT, SUBMISSIONS, SUBMISSIONS_OF_ASSIGNMENT};
use crate::assignments::{self, ASSIGNMENT_NOT_FOUND, AssignmentId};
use crate::grading::{self, Grade};

/// The most of one's own attempts that are shown.
const OWN_MAX: usize = 1_000;

/// A submission as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewed {
    /// The submission's id.
    pub id: SubmissionId,
    /// The submission.
    pub submission: Submission,
    /// Its grade, where there is one that the viewer may see.
    pub grade: Option<Grade>,
}

impl Viewed {
    /// Where it is on its way, for this viewer.
    pub fn state(&self) -> SubmissionState {
        if self.grade.is_some() {
            SubmissionState::Graded
        } else {
            SubmissionState::Submitted
        }
    }
}

/// The submission with this id, whoever asks.
pub(crate) fn submission(snapshot: &Snapshot, id: SubmissionId) -> Result<Option<Submission>> {
    snapshot.get(&SUBMISSIONS, &id)
}

/// Whether anybody has handed anything in for an assignment.
pub(crate) fn any_of(snapshot: &Snapshot, assignment: AssignmentId) -> Result<bool> {
    Ok(snapshot.count(&SUBMISSION_COUNT, &assignment)? > 0)
}

/// Whether anybody has handed anything in in a course.
pub fn any_in(snapshot: &Snapshot, course: CourseId) -> Result<bool> {
    for assignment in assignments::assignments_of(snapshot, course)? {
        if any_of(snapshot, assignment)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody handed a file in: of a learner's own file they themselves, of the course's
/// anybody, so that all that was handed in in the course is looked through.
pub fn has_handed_in(snapshot: &Snapshot, id: FileId, file: &File) -> Result<bool> {
    for assignment in assignments::assignments_of(snapshot, file.course)? {
        let entries = match file.owner {
            Some(owner) => snapshot
                .entries(&SUBMISSIONS_OF_ASSIGNMENT, &(assignment, owner), Range::ALL)?
                .collect::<Result<Vec<_>>>()?,
            None => snapshot
                .entries(&SUBMISSIONS_OF_ASSIGNMENT, &assignment, Range::ALL)?
                .collect::<Result<Vec<_>>>()?,
        };
        for (_, submitted) in entries {
            let found = submission(snapshot, submitted)?;
            if found.is_some_and(|found| found.work.file_ids().contains(&id)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The submission as the actor sees it: their own, or anybody's for those who grade.
pub fn view(snapshot: &Snapshot, actor: &Actor, id: SubmissionId) -> Result<Option<Viewed>> {
    let Some(submission) = submission(snapshot, id)? else {
        return Ok(None);
    };
    let Some(assignment) = assignments::view(snapshot, actor, submission.assignment)? else {
        return Ok(None);
    };
    let grades = assignment.may_grade(actor);
    if !grades && actor.user_id() != Some(submission.user) {
        return Ok(None);
    }
    graded(snapshot, &assignment, grades, (id, submission)).map(Some)
}

fn graded(
    snapshot: &Snapshot,
    assignment: &assignments::Viewed,
    grades: bool,
    (id, submission): (SubmissionId, Submission),
) -> Result<Viewed> {
    let shown = grades || assignment.assignment.grades_posted_at.is_some();
    let grade = if shown {
        grading::grade(snapshot, id)?
    } else {
        None
    };
    Ok(Viewed {
        id,
        submission,
        grade,
    })
}

/// The actor's own submissions for an assignment that they see, by attempt.
pub fn own_submissions(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: &assignments::Viewed,
) -> Result<Vec<Viewed>> {
    let place = (assignment.id, actor.require_user()?);
    let mut own = Vec::new();
    for entry in snapshot
        .entries(&SUBMISSIONS_OF_ASSIGNMENT, &place, Range::ALL)?
        .take(OWN_MAX)
    {
        let (_, id) = entry?;
        if let Some(found) = submission(snapshot, id)? {
            own.push(graded(
                snapshot,
                assignment,
                assignment.may_grade(actor),
                (id, found),
            )?);
        }
    }
    Ok(own)
}

/// Which submissions are wanted; by default all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubmissionFilter {
    /// Only what waits for a grade: each learner's newest attempt, if it has none and they are not
    /// excused.
    pub ungraded: bool,
    /// Only what came late.
    pub late: bool,
}

/// A page of everybody's submissions for an assignment by learner and attempt, for those who
/// grade.
pub fn submissions_of(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: AssignmentId,
    (filter, request): (SubmissionFilter, &PageRequest),
) -> Result<Page<Viewed>> {
    actor.require_signed_in()?;
    let viewed = assignments::view(snapshot, actor, assignment)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
    if !viewed.may_grade(actor) {
        return problems::FORBIDDEN.refuse();
    }
    let page = if filter == SubmissionFilter::default() {
        let total = snapshot.count(&SUBMISSION_COUNT, &assignment)?;
        snapshot.entries_page(&SUBMISSIONS_OF_ASSIGNMENT, &assignment, request, total)?
    } else {
        filtered(snapshot, assignment, filter, request)?
    };
    page.read(|(_, id)| {
        let found = submission(snapshot, id)?;
        let found = found.map(|found| graded(snapshot, &viewed, true, (id, found)));
        found.transpose()
    })
}

/// An entry of the list of an assignment's submissions.
type Entry = ((AssignmentId, UserId, u32), SubmissionId);

/// A page of the submissions that a filter takes. It reads those of the whole assignment, for
/// nothing else tells how many it takes.
fn filtered(
    snapshot: &Snapshot,
    assignment: AssignmentId,
    filter: SubmissionFilter,
    request: &PageRequest,
) -> Result<Page<Entry>> {
    Range::of(request).require_cursor::<Entry>()?;
    let mut entries = snapshot
        .entries(&SUBMISSIONS_OF_ASSIGNMENT, &assignment, Range::ALL)?
        .peekable();
    let mut page = Page {
        entries: Vec::new(),
        has_next: false,
        has_previous: request.after().is_some(),
        total: 0,
    };
    while let Some(entry) = entries.next() {
        let (place, id) = entry?;
        let newest = match entries.peek() {
            Some(Ok(((_, user, _), _))) => *user != place.1,
            Some(Err(_)) | None => true,
        };
        if !filter.takes(snapshot, (place.1, id), newest)? {
            continue;
        }
        page.total += 1;
        let cursor = Cursor::at((place, id).encoded());
        if request
            .after()
            .is_some_and(|after| cursor.key() <= after.key())
        {
            continue;
        }
        if page.entries.len() < request.size() {
            page.entries.push((cursor, (place, id)));
        } else {
            page.has_next = true;
        }
    }
    Ok(page)
}

impl SubmissionFilter {
    fn takes(
        self,
        snapshot: &Snapshot,
        (user, id): (UserId, SubmissionId),
        newest: bool,
    ) -> Result<bool> {
        let Some(found) = submission(snapshot, id)? else {
            return Ok(false);
        };
        if self.late && !found.late {
            return Ok(false);
        }
        let waits = || -> Result<bool> {
            let graded = grading::grade(snapshot, id)?.is_some();
            Ok(!graded && !grading::is_excused(snapshot, found.assignment, user)?)
        };
        Ok(!self.ungraded || (newest && waits()?))
    }
}
