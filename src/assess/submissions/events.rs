//! What happens to submissions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use super::SubmissionId;
use crate::assignments::AssignmentId;

/// A learner handed something in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentSubmitted {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The submission.
    pub submission: SubmissionId,
    /// Who.
    pub user: UserId,
    /// The how-manyth time.
    pub attempt: u32,
    /// Whether it was late.
    pub late: bool,
}

impl Event for AssignmentSubmitted {
    const SUBJECT: &'static str = "edusphere.assignments.submitted";
    const KEY: &'static str = "submission";
    fn key(&self) -> String {
        self.submission.to_string()
    }
}
