//! Reading submissions, as far as the viewer may.

use app::{Actor, OrRefuse};
use kernel::{Page, PageRequest, Result, problems};
use store::{Range, Snapshot};

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

/// A page of everybody's submissions for an assignment, for those who grade.
pub fn submissions_of(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: AssignmentId,
    request: &PageRequest,
) -> Result<Page<Viewed>> {
    actor.require_signed_in()?;
    let viewed = assignments::view(snapshot, actor, assignment)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
    if !viewed.may_grade(actor) {
        return problems::FORBIDDEN.refuse();
    }
    let total = snapshot.count(&SUBMISSION_COUNT, &assignment)?;
    let page = snapshot.entries_page(&SUBMISSIONS_OF_ASSIGNMENT, &assignment, request, total)?;
    let mut entries = Vec::with_capacity(page.entries.len());
    for (cursor, (_, id)) in page.entries {
        if let Some(found) = submission(snapshot, id)? {
            entries.push((cursor, graded(snapshot, &viewed, true, (id, found))?));
        }
    }
    Ok(Page {
        entries,
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
    })
}
