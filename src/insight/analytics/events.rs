//! What learners do that changes no record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;
use courses::pages::PageId;

/// Somebody in a course read one of its pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageViewed {
    /// The course.
    pub course: CourseId,
    /// The page.
    pub page: PageId,
    /// Who.
    pub user: UserId,
}

impl Event for PageViewed {
    const SUBJECT: &'static str = "edusphere.analytics.page_viewed";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
