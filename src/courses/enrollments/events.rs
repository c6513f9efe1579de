//! What happens to enrolments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};

use super::model::{CourseRole, EnrollmentState};
use crate::catalog::CourseId;
use crate::sections::SectionId;

/// Somebody came into a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// Somebody's place in a course is another one, or they came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnrollmentUpdated {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: CourseRole,
    /// Where it is on its way.
    pub state: EnrollmentState,
    /// In which section of the course, if in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<SectionId>,
}

impl Event for EnrollmentUpdated {
    const SUBJECT: &'static str = "edusphere.courses.enrollment_updated";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// Somebody left a course or was taken out of it. What they did there is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserUnenrolled {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
}

impl Event for UserUnenrolled {
    const SUBJECT: &'static str = "edusphere.courses.unenrolled";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
