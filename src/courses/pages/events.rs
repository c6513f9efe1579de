//! What happens to pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::PageId;
use crate::catalog::CourseId;

/// A course has a new page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageCreated {
    /// The course.
    pub course: CourseId,
    /// The page.
    pub page: PageId,
}

impl Event for PageCreated {
    const SUBJECT: &'static str = "edusphere.courses.page_created";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A page was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageUpdated {
    /// The course.
    pub course: CourseId,
    /// The page.
    pub page: PageId,
}

impl Event for PageUpdated {
    const SUBJECT: &'static str = "edusphere.courses.page_updated";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A page was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageDeleted {
    /// The course.
    pub course: CourseId,
    /// The page.
    pub page: PageId,
}

impl Event for PageDeleted {
    const SUBJECT: &'static str = "edusphere.courses.page_deleted";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
