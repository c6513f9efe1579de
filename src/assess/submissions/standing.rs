//! How somebody stands with an assignment, whoever asks: for what is derived from it.

use app::UserId;
use kernel::Result;
use store::{Range, Snapshot};

use super::queries::submission;
use super::tables::SUBMISSIONS_OF_ASSIGNMENT;
use crate::assignments::AssignmentId;
use crate::grading;

/// The most attempts that are looked at.
const ATTEMPTS_MAX: usize = 1_000;

/// How somebody stands with an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// How often they have handed in.
    pub attempts: u32,
    /// How often late.
    pub late: u32,
    /// The score of the newest attempt that has one, in points.
    pub score: Option<f64>,
}

/// How somebody stands with an assignment.
pub fn standing(snapshot: &Snapshot, assignment: AssignmentId, user: UserId) -> Result<Standing> {
    let mut standing = Standing::default();
    let newest_first = snapshot.entries(
        &SUBMISSIONS_OF_ASSIGNMENT,
        &(assignment, user),
        Range::BACKWARDS,
    )?;
    for entry in newest_first.take(ATTEMPTS_MAX) {
        let ((_, _, attempt), id) = entry?;
        standing.attempts = standing.attempts.max(attempt);
        let late = submission(snapshot, id)?.is_some_and(|found| found.late);
        standing.late += u32::from(late);
        if standing.score.is_none() {
            standing.score = grading::grade(snapshot, id)?.map(|grade| grade.score);
        }
    }
    Ok(standing)
}
