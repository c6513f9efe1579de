//! What happens to files.

use serde::{Deserialize, Serialize};

use app::Event;

use super::FileId;
use crate::catalog::CourseId;

/// A course has a new file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileAdded {
    /// The course.
    pub course: CourseId,
    /// The file.
    pub file: FileId,
}

impl Event for FileAdded {
    const SUBJECT: &'static str = "edusphere.courses.file_added";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A file has another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileRenamed {
    /// The course.
    pub course: CourseId,
    /// The file.
    pub file: FileId,
    /// The new name.
    pub name: String,
}

impl Event for FileRenamed {
    const SUBJECT: &'static str = "edusphere.courses.file_renamed";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
