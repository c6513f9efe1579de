//! What an enrolment is, and what each role may. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use kernel::{Result, Timestamp};

use super::problems::ENROLLMENT_STATE_INVALID;
use crate::change::Change;
use crate::sections::SectionId;

/// What somebody is in a course.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CourseRole {
    /// Teaches: may do everything in the course.
    Instructor,
    /// Helps to teach: may do everything but enrol and publish.
    Assistant,
    /// Learns.
    Student,
    /// Looks on: reads what students read.
    Observer,
    /// Makes the content, and sees no work.
    Designer,
}

/// Where an enrolment is on its way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EnrollmentState {
    /// Asked to come; may look, not take part.
    Invited,
    /// Takes part.
    Active,
    /// Has taken part; may look.
    Completed,
    /// No longer in the course.
    Inactive,
}

/// Somebody's place in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    /// As what.
    pub role: CourseRole,
    /// Where it is on its way.
    pub state: EnrollmentState,
    /// Since when.
    pub enrolled_at: Timestamp,
    /// In which section of the course, if in one.
    #[serde(default)]
    pub section: Option<SectionId>,
    /// Whether its owner came by themselves, and so may leave by themselves.
    #[serde(default)]
    pub by_self: bool,
}

/// What is to change of an enrolment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EnrollmentChange {
    /// As what.
    pub role: Option<CourseRole>,
    /// Where it is on its way; nobody is invited anew.
    pub state: Option<EnrollmentState>,
    /// In which section of the course.
    pub section: Change<Option<SectionId>>,
}

impl EnrollmentChange {
    /// The enrolment as it will be.
    pub(super) fn apply(self, enrollment: &Enrollment) -> Result<Enrollment> {
        if self.state == Some(EnrollmentState::Invited)
            && enrollment.state != EnrollmentState::Invited
        {
            return Err(ENROLLMENT_STATE_INVALID.on("state"));
        }
        let state = self.state.unwrap_or(enrollment.state);
        Ok(Enrollment {
            role: self.role.unwrap_or(enrollment.role),
            state,
            section: self.section.over(enrollment.section),
            // Whom others took out does not come back by themselves.
            by_self: enrollment.by_self && state != EnrollmentState::Inactive,
            enrolled_at: enrollment.enrolled_at,
        })
    }
}

impl Enrollment {
    /// Whether it lets its owner look into the course.
    pub fn holds(&self) -> bool {
        self.state != EnrollmentState::Inactive
    }

    /// Whether its owner takes part now.
    pub fn is_active(&self) -> bool {
        self.state == EnrollmentState::Active
    }

    /// Whether its owner is of the course's staff: sees drafts and makes content.
    pub fn is_active_staff(&self) -> bool {
        self.is_active()
            && match self.role {
                CourseRole::Instructor | CourseRole::Assistant | CourseRole::Designer => true,
                CourseRole::Student | CourseRole::Observer => false,
            }
    }

    /// Whether its owner sees and grades the work of others.
    pub fn may_grade(&self) -> bool {
        self.is_active() && matches!(self.role, CourseRole::Instructor | CourseRole::Assistant)
    }

    /// Whether its owner answers for the course: enrols others and publishes it.
    pub fn is_active_instructor(&self) -> bool {
        self.is_active() && self.role == CourseRole::Instructor
    }

    /// Whether its owner learns in the course now.
    pub fn is_active_student(&self) -> bool {
        self.is_active() && self.role == CourseRole::Student
    }
}
