//! What happens to comments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use super::CommentId;
use crate::assignments::AssignmentId;
use crate::submissions::SubmissionId;

/// Somebody wrote about a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionCommented {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The submission.
    pub submission: SubmissionId,
    /// Whose it is.
    pub user: UserId,
    /// The comment.
    pub comment: CommentId,
    /// Who wrote it.
    pub author: UserId,
}

impl Event for SubmissionCommented {
    const SUBJECT: &'static str = "edusphere.assignments.commented";
    const KEY: &'static str = "submission";
    fn key(&self) -> String {
        self.submission.to_string()
    }
}
