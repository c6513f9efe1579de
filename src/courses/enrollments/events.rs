//! What happens to enrolments.

use serde::{Deserialize, Serialize};

use app::{Event, UserId};

use super::model::CourseRole;
use crate::catalog::CourseId;
use crate::sections::SectionId;

/// Somebody came into a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserEnrolled {
    /// Which.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: CourseRole,
    /// In which section of the course, if in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<SectionId>,
}

impl Event for UserEnrolled {
    const SUBJECT: &'static str = "edusphere.courses.enrolled";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
