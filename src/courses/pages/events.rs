//! What happens to pages.

use serde::{Deserialize, Serialize};

use app::Event;

use super::PageId;
use crate::catalog::CourseId;

/// A course has a new page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageCreated {
    /// The course.
    pub course: CourseId,
    /// The page.
    pub page: PageId,
}

impl Event for PageCreated {
    const SUBJECT: &'static str = "edusphere.courses.page_created";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
