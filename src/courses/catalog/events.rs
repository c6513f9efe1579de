//! What happens to courses.

use serde::{Deserialize, Serialize};

use app::Event;

use super::CourseId;

/// A course was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CourseCreated {
    /// The course.
    pub course: CourseId,
    /// Its code.
    pub code: String,
}

impl Event for CourseCreated {
    const SUBJECT: &'static str = "edusphere.courses.created";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A course became visible to its learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CoursePublished {
    /// The course.
    pub course: CourseId,
}

impl Event for CoursePublished {
    const SUBJECT: &'static str = "edusphere.courses.published";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
