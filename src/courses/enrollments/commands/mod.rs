//! What can be done to enrolments.

mod enroll;

pub use self::enroll::Enroll;
pub(crate) use self::enroll::add;
