//! What happens to assignments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;
use courses::catalog::CourseId;

use super::AssignmentId;

/// Work was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentCreated {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for AssignmentCreated {
    const SUBJECT: &'static str = "edusphere.assignments.created";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// The grades of an assignment were shown to its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradesPosted {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for GradesPosted {
    const SUBJECT: &'static str = "edusphere.assignments.grades_posted";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// What is set was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentUpdated {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for AssignmentUpdated {
    const SUBJECT: &'static str = "edusphere.assignments.updated";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// Work was shown to its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentPublished {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for AssignmentPublished {
    const SUBJECT: &'static str = "edusphere.assignments.published";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// Work was hidden from its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentUnpublished {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for AssignmentUnpublished {
    const SUBJECT: &'static str = "edusphere.assignments.unpublished";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// The grades of an assignment were hidden from its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GradesHidden {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for GradesHidden {
    const SUBJECT: &'static str = "edusphere.assignments.grades_hidden";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// Work that nobody had handed anything in for was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentDeleted {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Event for AssignmentDeleted {
    const SUBJECT: &'static str = "edusphere.assignments.deleted";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}
