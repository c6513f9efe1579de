//! Where courses stand in the store.

use store::{Count, Index, Record, Table, Unique};

use super::CourseId;
use super::model::{Course, code_key};
use crate::terms::TermId;

impl Record for Course {
    const VERSION: u8 = 1;
}

pub(super) static COURSES: Table<CourseId, Course> = Table::new(0x0201, "courses").derives(&[
    &COURSE_OF_CODE,
    &COURSES_BY_CODE,
    &COURSES_IN_SCHOOL,
    &COURSES_OPEN_TO_SCHOOL,
    &COURSES_OPEN_TO_SCHOOL_COUNT,
    &COURSES_OPEN_TO_ALL,
    &COURSES_OPEN_TO_ALL_COUNT,
    &COURSE_OF_EXTERNAL_ID,
    &COURSES_IN_TERM,
]);

/// The course of a code, without regard to case.
pub(super) static COURSE_OF_CODE: Unique<CourseId, Course, String> =
    Unique::new(0x0202, "course_of_code", |_, course| {
        (!course.deleted).then(|| code_key(&course.code))
    });

/// All courses in the order of their codes.
pub(super) static COURSES_BY_CODE: Index<CourseId, Course, String> =
    Index::new(0x0203, "courses_by_code", |_, course| {
        (!course.deleted).then(|| code_key(&course.code))
    });

/// How many there are.
pub(super) static COURSES_IN_SCHOOL: Count<CourseId, Course, u8> =
    Count::new(0x0204, "courses_in_school", |_, course| {
        (!course.deleted).then_some(0)
    });

/// The courses that everybody sees who is signed in, in the order of their codes.
pub(super) static COURSES_OPEN_TO_SCHOOL: Index<CourseId, Course, String> =
    Index::new(0x0270, "courses_open_to_school", |_, course| {
        course.is_open_to(true).then(|| code_key(&course.code))
    });

/// How many there are of these.
pub(super) static COURSES_OPEN_TO_SCHOOL_COUNT: Count<CourseId, Course, u8> =
    Count::new(0x0271, "courses_open_to_school_count", |_, course| {
        course.is_open_to(true).then_some(0)
    });

/// The courses that everybody sees, in the order of their codes.
pub(super) static COURSES_OPEN_TO_ALL: Index<CourseId, Course, String> =
    Index::new(0x0272, "courses_open_to_all", |_, course| {
        course.is_open_to(false).then(|| code_key(&course.code))
    });

/// How many there are of these.
pub(super) static COURSES_OPEN_TO_ALL_COUNT: Count<CourseId, Course, u8> =
    Count::new(0x0273, "courses_open_to_all_count", |_, course| {
        course.is_open_to(false).then_some(0)
    });

/// The course that another program calls so.
pub(super) static COURSE_OF_EXTERNAL_ID: Unique<CourseId, Course, String> =
    Unique::new(0x0274, "course_of_external_id", |_, course| {
        let external_id = course.external_id.clone().filter(|_| !course.deleted);
        external_id.map(Into::into)
    });

/// How many courses are in a term.
pub(super) static COURSES_IN_TERM: Count<CourseId, Course, TermId> =
    Count::new(0x0275, "courses_in_term", |_, course| {
        course.term.filter(|_| !course.deleted)
    });
