//! Copies of courses: the same content once more, for another class or another year.
//!
//! A copy is a draft with the modules, items, pages, files, assignments and topics of its course,
//! and with nobody and no work in it. Links within the course lead into the copy. Files share their
//! bytes with those of the course.

mod copy_course;
mod copying;
mod outline;

pub use self::copy_course::CopyCourse;
pub use self::copying::Copying;

#[cfg(test)]
mod tests;
