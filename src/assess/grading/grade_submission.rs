//! Grades a submission.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, problems};
use store::Snapshot;

use super::events::SubmissionGraded;
use super::{FEEDBACK_TOO_LONG, GRADES, Grade, SCORE_INVALID};
use crate::assignments;
use crate::submissions::{self, SUBMISSION_NOT_FOUND, SubmissionId};

const SCORE_MAX: f64 = 1_000_000.0;
const FEEDBACK_BYTES_MAX: usize = 64 * 1024;

/// Grades a submission, or grades it again. More points than the assignment has are extra credit.
#[derive(Debug, Clone)]
pub struct GradeSubmission {
    /// The submission.
    pub submission: SubmissionId,
    /// In points of the assignment.
    pub score: f64,
    /// What to tell the learner.
    pub feedback: Option<String>,
}

impl Command for GradeSubmission {
    type Out = ();
    const NAME: &'static str = "submissions.grade";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        // A grade names its grader, so the program itself cannot give one.
        actor.require_user()?;
        let viewed = submissions::view(snapshot, actor, self.submission)?;
        let assignment = viewed
            .or_refuse(SUBMISSION_NOT_FOUND)?
            .submission
            .assignment;
        let assignment = assignments::view(snapshot, actor, assignment)?;
        if assignment.is_some_and(|assignment| assignment.may_grade(actor)) {
            Ok(())
        } else {
            problems::FORBIDDEN.refuse()
        }
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        if !(0.0..=SCORE_MAX).contains(&self.score) {
            return Err(SCORE_INVALID.on("score"));
        }
        if self
            .feedback
            .as_ref()
            .is_some_and(|text| text.len() > FEEDBACK_BYTES_MAX)
        {
            return Err(FEEDBACK_TOO_LONG.on("feedback"));
        }
        let graded =
            submissions::submission(tx, self.submission)?.or_refuse(SUBMISSION_NOT_FOUND)?;
        let grade = Grade {
            score: self.score,
            feedback: self.feedback.clone().filter(|text| !text.trim().is_empty()),
            grader: tx.user()?,
            graded_at: tx.now(),
        };
        tx.put(&GRADES, &self.submission, &grade)?;
        tx.emit(&SubmissionGraded {
            course: graded.course,
            assignment: graded.assignment,
            submission: self.submission,
            user: graded.user,
            score: self.score,
        })
    }
}
