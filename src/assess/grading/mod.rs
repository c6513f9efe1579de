//! Grading: what a submission was found to be worth, hidden until grades are posted.

mod events;
mod grade_submission;

use serde::{Deserialize, Serialize};

use app::{EventType, Feature, Pairing, UserId};
use kernel::{Problem, ProblemKind, Result, Timestamp};
use store::{Record, Snapshot, Table};

pub use self::events::SubmissionGraded;
pub use self::grade_submission::GradeSubmission;
use crate::submissions::SubmissionId;

/// What a submission was found to be worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    /// In points of the assignment.
    pub score: f64,
    /// What the grader wrote, as typed.
    pub feedback: Option<String>,
    /// Who graded.
    pub grader: UserId,
    /// When.
    pub graded_at: Timestamp,
}

impl Record for Grade {
    const VERSION: u8 = 1;
}

static GRADES: Table<SubmissionId, Grade> = Table::new(0x0310, "grades");

/// Not a score.
pub const SCORE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "SCORE_INVALID",
    "A score is a number from 0 to 1,000,000.",
);
/// The feedback is too long.
pub const FEEDBACK_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "FEEDBACK_TOO_LONG",
    "Feedback has at most 64 KiB.",
);

static GRADED: Pairing<SubmissionGraded, SubmissionId, Grade> =
    Pairing::recurring(&GRADES, |event| event.submission);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&GRADES],
    events: &[EventType::of::<SubmissionGraded>()],
    problems: &[SCORE_INVALID, FEEDBACK_TOO_LONG],
    witnesses: &[&GRADED],
    ..Feature::named("grading")
};

/// The grade of a submission, whoever asks.
pub(crate) fn grade(snapshot: &Snapshot, submission: SubmissionId) -> Result<Option<Grade>> {
    snapshot.get(&GRADES, &submission)
}

#[cfg(test)]
mod tests;
