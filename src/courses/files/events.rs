//! What happens to files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::FileId;
use crate::catalog::CourseId;

/// A course has a new file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileAdded {
    /// The course.
    pub course: CourseId,
    /// The file.
    pub file: FileId,
}

impl Event for FileAdded {
    const SUBJECT: &'static str = "edusphere.courses.file_added";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A file has another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A file was shown to learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilePublished {
    /// The course.
    pub course: CourseId,
    /// The file.
    pub file: FileId,
}

impl Event for FilePublished {
    const SUBJECT: &'static str = "edusphere.courses.file_published";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A file was hidden from learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileUnpublished {
    /// The course.
    pub course: CourseId,
    /// The file.
    pub file: FileId,
}

impl Event for FileUnpublished {
    const SUBJECT: &'static str = "edusphere.courses.file_unpublished";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A file was deleted. Its bytes stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileDeleted {
    /// The course.
    pub course: CourseId,
    /// The file.
    pub file: FileId,
}

impl Event for FileDeleted {
    const SUBJECT: &'static str = "edusphere.courses.file_deleted";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
