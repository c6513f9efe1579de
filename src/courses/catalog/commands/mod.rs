//! What can be done to courses.

mod archive_course;
mod create_course;
mod delete_course;
mod publish_course;
mod restore_course;
mod unpublish_course;
mod update_course;

pub use self::archive_course::ArchiveCourse;
pub use self::create_course::CreateCourse;
pub(crate) use self::create_course::{create, enroll_maker};
pub use self::delete_course::DeleteCourse;
pub use self::publish_course::PublishCourse;
pub use self::restore_course::RestoreCourse;
pub use self::unpublish_course::UnpublishCourse;
pub use self::update_course::UpdateCourse;
