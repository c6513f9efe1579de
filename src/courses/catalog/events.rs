//! What happens to courses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::CourseId;

/// A course was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CourseCreated {
    /// The course.
    pub course: CourseId,
    /// Its code.
    pub code: String,
}

impl Event for CourseCreated {
    const SUBJECT: &'static str = "edusphere.courses.created";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A course became visible to its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoursePublished {
    /// The course.
    pub course: CourseId,
}

impl Event for CoursePublished {
    const SUBJECT: &'static str = "edusphere.courses.published";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// What a course says of itself was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CourseUpdated {
    /// The course.
    pub course: CourseId,
}

impl Event for CourseUpdated {
    const SUBJECT: &'static str = "edusphere.courses.updated";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A course became a draft again, which its learners do not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CourseUnpublished {
    /// The course.
    pub course: CourseId,
}

impl Event for CourseUnpublished {
    const SUBJECT: &'static str = "edusphere.courses.unpublished";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A course is over: it can be read, not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CourseArchived {
    /// The course.
    pub course: CourseId,
}

impl Event for CourseArchived {
    const SUBJECT: &'static str = "edusphere.courses.archived";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An archived course is taught again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CourseRestored {
    /// The course.
    pub course: CourseId,
}

impl Event for CourseRestored {
    const SUBJECT: &'static str = "edusphere.courses.restored";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A draft was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CourseDeleted {
    /// The course.
    pub course: CourseId,
}

impl Event for CourseDeleted {
    const SUBJECT: &'static str = "edusphere.courses.deleted";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
