//! What happens to grades.

use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use crate::assignments::AssignmentId;
use crate::submissions::SubmissionId;

/// A submission was graded, or graded again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionGraded {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The submission.
    pub submission: SubmissionId,
    /// Whose it is.
    pub user: UserId,
    /// In points of the assignment.
    pub score: f64,
}

impl Event for SubmissionGraded {
    const SUBJECT: &'static str = "edusphere.assignments.graded";
    fn key(&self) -> String {
        self.submission.to_string()
    }
}
