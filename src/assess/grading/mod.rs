//! Grading: what a submission was found to be worth, hidden until grades are posted.

mod events;
mod excuse_student;
mod grade_submission;
mod model;
mod note_grade_reads;
mod problems;
mod reads;
mod tables;
mod withdraw_excuse;

use app::{Actor, EventType, Feature, Pairing, UserId};
use kernel::Result;
use store::{Range, Snapshot};

pub use self::events::{ExcuseWithdrawn, GradeRead, GradesRead, StudentExcused, SubmissionGraded};
pub use self::excuse_student::ExcuseStudent;
pub use self::grade_submission::GradeSubmission;
pub use self::model::{Excuse, Grade};
pub use self::note_grade_reads::NoteGradeReads;
pub use self::problems::*;
pub use self::reads::GradeReads;
use self::tables::{EXCUSES, GRADES};
pub use self::withdraw_excuse::WithdrawExcuse;
pub(crate) use self::withdraw_excuse::withdraw_all;
use crate::assignments::{self, AssignmentId};
use crate::submissions::SubmissionId;

static GRADED: Pairing<SubmissionGraded, SubmissionId, Grade> =
    Pairing::recurring(&GRADES, |event| event.submission);
static EXCUSED: Pairing<StudentExcused, (AssignmentId, UserId), Excuse> =
    Pairing::recurring(&EXCUSES, |event: &StudentExcused| {
        (event.assignment, event.user)
    })
    .removable();

/// The most excused learners that are shown with an assignment.
const EXCUSED_MAX: usize = 1_000;

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&GRADES, &EXCUSES],
    events: &[
        EventType::of::<SubmissionGraded>(),
        EventType::of::<StudentExcused>(),
        EventType::of::<ExcuseWithdrawn>(),
        EventType::of::<GradesRead>(),
    ],
    problems: ALL,
    witnesses: &[&GRADED, &EXCUSED],
    ..Feature::named("grading")
};

/// The grade of a submission, whoever asks.
pub(crate) fn grade(snapshot: &Snapshot, submission: SubmissionId) -> Result<Option<Grade>> {
    snapshot.get(&GRADES, &submission)
}

/// Whether somebody is excused from an assignment, for what the viewer may already see.
pub fn is_excused(snapshot: &Snapshot, assignment: AssignmentId, user: UserId) -> Result<bool> {
    snapshot.has(&EXCUSES, &(assignment, user))
}

/// Who is excused from an assignment that the actor sees, for those who grade.
pub fn excused_from(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: &assignments::Viewed,
) -> Result<Vec<UserId>> {
    if !assignment.may_grade(actor) {
        return kernel::problems::FORBIDDEN.refuse();
    }
    let excuses = snapshot.scan(&EXCUSES, &assignment.id, Range::ALL)?;
    excuses
        .take(EXCUSED_MAX)
        .map(|entry| entry.map(|((_, user), _)| user))
        .collect()
}

#[cfg(test)]
mod tests;
