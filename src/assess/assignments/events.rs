//! What happens to assignments.

use serde::{Deserialize, Serialize};

use app::Event;
use courses::catalog::CourseId;

use super::AssignmentId;

/// Work was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentCreated {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for AssignmentCreated {
    const SUBJECT: &'static str = "edusphere.assignments.created";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// The grades of an assignment were shown to its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GradesPosted {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for GradesPosted {
    const SUBJECT: &'static str = "edusphere.assignments.grades_posted";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}
