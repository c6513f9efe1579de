//! Where courses stand in the store.

use store::{Count, Index, Record, Table, Unique};

use super::CourseId;
use super::model::{Course, code_key};

impl Record for Course {
    const VERSION: u8 = 1;
}

pub(super) static COURSES: Table<CourseId, Course> =
    Table::new(0x0201, "courses").derives(&[&COURSE_OF_CODE, &COURSES_BY_CODE, &COURSES_IN_SCHOOL]);

/// The course of a code, without regard to case.
pub(super) static COURSE_OF_CODE: Unique<CourseId, Course, String> =
    Unique::new(0x0202, "course_of_code", |_, course| {
        Some(code_key(&course.code))
    });

/// All courses in the order of their codes.
pub(super) static COURSES_BY_CODE: Index<CourseId, Course, String> =
    Index::new(0x0203, "courses_by_code", |_, course| {
        Some(code_key(&course.code))
    });

/// How many there are.
pub(super) static COURSES_IN_SCHOOL: Count<CourseId, Course, u8> =
    Count::new(0x0204, "courses_in_school", |_, _| Some(0));
