//! Hands work in.

use app::{Actor, Command, IDEMPOTENCY_KEY_REUSED, OrRefuse, Tx, once};
use courses::enrollments::{self, CourseRole};
use courses::{files, progress};
use kernel::Result;
use store::Snapshot;

use super::SubmissionId;
use super::events::AssignmentSubmitted;
use super::model::{Submission, Work};
use super::problems::{FILE_NOT_USABLE, SUBMISSION_NOT_FOUND};
use super::queries::submission;
use super::tables::{ATTEMPTS, SUBMISSIONS};
use crate::assignments::{self, ASSIGNMENT_NOT_FOUND, AssignmentId};
use crate::{drafts, extensions};

/// Hands work in, as the signed-in learner.
#[derive(Debug, Clone)]
pub struct SubmitAssignment {
    /// For which assignment.
    pub assignment: AssignmentId,
    /// The work.
    pub work: Work,
    /// The same for each try of one submission: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for SubmitAssignment {
    type Out = SubmissionId;
    const NAME: &'static str = "assignments.submit";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_learner(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<SubmissionId> {
        let id = once::<Self>(tx, self.idempotency_key.as_deref(), |tx| self.submit(tx))?;
        if self.idempotency_key.is_some() {
            self.require_same(tx, id)?;
        }
        Ok(id)
    }
}

/// The assignment, for those who can hand in: students who see it, in an open course.
pub(crate) fn require_learner(
    snapshot: &Snapshot,
    actor: &Actor,
    assignment: AssignmentId,
) -> Result<()> {
    actor.require_user()?;
    let viewed = assignments::view(snapshot, actor, assignment)?;
    let course = viewed.or_refuse(ASSIGNMENT_NOT_FOUND)?.course;
    enrollments::require_part(&course, &[CourseRole::Student])
}

impl SubmitAssignment {
    /// Work that went under the key of other work would be lost in silence.
    fn require_same(&self, tx: &Tx<'_>, first: SubmissionId) -> Result<()> {
        let first = submission(tx, first)?.or_refuse(SUBMISSION_NOT_FOUND)?;
        if first.assignment != self.assignment || first.work != self.work {
            return Err(IDEMPOTENCY_KEY_REUSED.on("idempotencyKey"));
        }
        Ok(())
    }

    fn submit(&self, tx: &mut Tx<'_>) -> Result<SubmissionId> {
        let (user, now) = (tx.user()?, tx.now());
        let assignment =
            assignments::assignment(tx, self.assignment)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
        self.work.require_kinds(assignment.kinds)?;
        let terms = extensions::terms_for(tx, (self.assignment, &assignment), user)?;
        let attempts = tx.count(&ATTEMPTS, &(self.assignment, user))?;
        if let Some(problem) = terms.refuses(now, attempts) {
            return problem.refuse();
        }
        for file in self.work.file_ids() {
            let usable = files::viewed(tx, tx.actor(), *file)?
                .is_some_and(|file| file.course == assignment.course);
            if !usable {
                return Err(FILE_NOT_USABLE.on("fileIds"));
            }
        }
        let id = tx.new_id();
        let submission = Submission {
            assignment: self.assignment,
            course: assignment.course,
            user,
            attempt: u32::try_from(attempts + 1).unwrap_or(u32::MAX),
            submitted_at: now,
            late: terms.is_late(now),
            work: self.work.clone(),
        };
        tx.put(&SUBMISSIONS, &id, &submission)?;
        tx.emit(&AssignmentSubmitted {
            course: assignment.course,
            assignment: self.assignment,
            submission: id,
            user,
            attempt: submission.attempt,
            late: submission.late,
        })?;
        drafts::hand_in(tx, self.assignment, user)?;
        progress::complete_content(tx, assignment.course, user, self.assignment)?;
        Ok(id)
    }
}
