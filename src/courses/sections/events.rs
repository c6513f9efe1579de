//! What happens to sections.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::SectionId;
use crate::catalog::CourseId;

/// A course got another section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SectionCreated {
    /// The course.
    pub course: CourseId,
    /// The section.
    pub section: SectionId,
}

impl Event for SectionCreated {
    const SUBJECT: &'static str = "edusphere.courses.section_created";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A section was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SectionUpdated {
    /// The course.
    pub course: CourseId,
    /// The section.
    pub section: SectionId,
}

impl Event for SectionUpdated {
    const SUBJECT: &'static str = "edusphere.courses.section_updated";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A section was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SectionDeleted {
    /// The course.
    pub course: CourseId,
    /// The section.
    pub section: SectionId,
}

impl Event for SectionDeleted {
    const SUBJECT: &'static str = "edusphere.courses.section_deleted";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
