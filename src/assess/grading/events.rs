//! What happens to grades.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use crate::assignments::AssignmentId;
use crate::submissions::SubmissionId;

/// A submission was graded, or graded again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// In points of the assignment, after what lateness took.
    pub score: f64,
    /// What the grader gave; missing in old events, where it was the score.
    #[serde(default)]
    pub entered_score: Option<f64>,
}

impl Event for SubmissionGraded {
    const SUBJECT: &'static str = "edusphere.assignments.graded";
    const KEY: &'static str = "submission";
    fn key(&self) -> String {
        self.submission.to_string()
    }
}

/// A learner was excused from an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StudentExcused {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub user: UserId,
}

impl Event for StudentExcused {
    const SUBJECT: &'static str = "edusphere.assignments.excused";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// An excuse was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExcuseWithdrawn {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub user: UserId,
}

impl Event for ExcuseWithdrawn {
    const SUBJECT: &'static str = "edusphere.assignments.excuse_withdrawn";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// Somebody was shown grades, or comments on work, of others. One event a request and course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradesRead {
    /// Who was shown them.
    pub reader: UserId,
    /// In which course.
    pub course: CourseId,
    /// What they were shown.
    pub read: Vec<GradeRead>,
}

/// A grade, or comments, that somebody was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradeRead {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The submission.
    pub submission: SubmissionId,
    /// Whose it is.
    pub learner: UserId,
}

impl Event for GradesRead {
    const SUBJECT: &'static str = "edusphere.assignments.grades_read";
    const KEY: &'static str = "reader";
    fn key(&self) -> String {
        self.reader.to_string()
    }
}
