//! Enrolments: who is in a course, and as what.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Feature, Pairing, UserId};

pub use self::commands::{Enroll, EnrollSelf, LeaveCourse, Unenroll, UpdateEnrollment};
pub(crate) use self::commands::{add, unenroll_all};
pub use self::events::{EnrollmentUpdated, UserEnrolled, UserUnenrolled};
pub use self::model::{CourseRole, Enrollment, EnrollmentChange, EnrollmentState};
pub use self::problems::*;
pub(crate) use self::queries::is_section_used;
pub use self::queries::{
    active_students, courses_of, enrollment, enrollments_in, enrollments_of, instructors,
    require_part, require_participant, shares_course,
};
use crate::catalog::CourseId;

static ENROLLED: Pairing<UserEnrolled, (CourseId, UserId), Enrollment> =
    Pairing::new(&tables::ENROLLMENTS, |event| (event.course, event.user));

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::ENROLLMENTS],
    events: &[
        EventType::of::<UserEnrolled>(),
        EventType::of::<EnrollmentUpdated>(),
        EventType::of::<UserUnenrolled>(),
    ],
    problems: ALL,
    witnesses: &[&ENROLLED],
    ..Feature::named("enrollments")
};

#[cfg(test)]
mod tests;
