//! What happens to enrolments.

use serde::{Deserialize, Serialize};

use app::{Event, UserId};

use super::model::CourseRole;
use crate::catalog::CourseId;

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
}

impl Event for UserEnrolled {
    const SUBJECT: &'static str = "edusphere.courses.enrolled";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
