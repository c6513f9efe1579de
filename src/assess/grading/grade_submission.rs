//! Grades a submission.

use std::time::Duration;

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, problems};
use store::Snapshot;

use super::events::SubmissionGraded;
use super::grade;
use super::model::{Grade, after_lateness, require_feedback, require_score};
use super::tables::GRADES;
use crate::assignments::{self, ASSIGNMENT_NOT_FOUND, Change, Terms};
use crate::extensions;
use crate::submissions::{self, SUBMISSION_NOT_FOUND, Submission, SubmissionId};

/// Grades a submission, or grades it again: the grades before are kept as events. More points than
/// the assignment has are extra credit; what lateness takes is taken here.
#[derive(Debug, Clone)]
pub struct GradeSubmission {
    /// The submission.
    pub submission: SubmissionId,
    /// In points of the assignment, before what lateness takes.
    pub score: f64,
    /// What to tell the learner; an empty text is none.
    pub feedback: Change<Option<String>>,
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
        require_score(self.score)?;
        let before = grade(tx, self.submission)?.and_then(|grade| grade.feedback);
        let feedback = self.feedback.clone().over(before);
        require_feedback(feedback.as_deref())?;
        let graded =
            submissions::submission(tx, self.submission)?.or_refuse(SUBMISSION_NOT_FOUND)?;
        let assignment =
            assignments::assignment(tx, graded.assignment)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
        let terms = extensions::terms_for(tx, (graded.assignment, &assignment), graded.user)?;
        let score = after_lateness(&assignment, self.score, late_by(&graded, terms));
        let taken = score < self.score;
        let grade = Grade {
            score,
            feedback: feedback.filter(|text| !text.trim().is_empty()),
            grader: tx.user()?,
            graded_at: tx.now(),
            entered: taken.then_some(self.score),
        };
        tx.put(&GRADES, &self.submission, &grade)?;
        tx.emit(&SubmissionGraded {
            course: graded.course,
            assignment: graded.assignment,
            submission: self.submission,
            user: graded.user,
            score,
            entered_score: Some(self.score),
        })
    }
}

/// How late work was, by the due date that holds for its learner now. What was in time when it was handed in stays
/// so, whatever becomes of the due date.
fn late_by(submission: &Submission, terms: Terms) -> Duration {
    match terms.due_at {
        Some(due) if submission.late => submission.submitted_at.since(due),
        Some(_) | None => Duration::ZERO,
    }
}
