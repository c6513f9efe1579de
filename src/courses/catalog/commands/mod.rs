//! What can be done to courses.

mod create_course;
mod publish_course;

pub use self::create_course::CreateCourse;
pub(crate) use self::create_course::{create, enroll_maker};
pub use self::publish_course::PublishCourse;
