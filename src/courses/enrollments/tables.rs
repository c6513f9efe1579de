//! Where enrolments stand in the store.

use app::UserId;
use store::{Count, Index, Newest, Record, Table};

use super::model::Enrollment;
use crate::catalog::CourseId;
use crate::sections::SectionId;

impl Record for Enrollment {
    const VERSION: u8 = 1;
}

pub(super) static ENROLLMENTS: Table<(CourseId, UserId), Enrollment> =
    Table::new(0x0210, "enrollments").derives(&[
        &ENROLLMENTS_OF_USER,
        &ENROLLMENTS_OF_USER_COUNT,
        &ACTIVE_STUDENTS,
        &INSTRUCTORS,
        &ENROLLMENTS_IN_SECTION,
        &ENROLLMENTS_IN_COURSE,
    ]);

/// A person's enrolments, the newest first.
pub(super) static ENROLLMENTS_OF_USER: Index<(CourseId, UserId), Enrollment, (UserId, Newest)> =
    Index::new(0x0211, "enrollments_of_user", |(_, user), enrollment| {
        enrollment
            .holds()
            .then_some((*user, Newest(enrollment.enrolled_at)))
    });

/// How many enrolments a person has.
pub(super) static ENROLLMENTS_OF_USER_COUNT: Count<(CourseId, UserId), Enrollment, UserId> =
    Count::new(
        0x0212,
        "enrollments_of_user_count",
        |(_, user), enrollment| enrollment.holds().then_some(*user),
    );

/// How many students a course has now.
pub(super) static ACTIVE_STUDENTS: Count<(CourseId, UserId), Enrollment, CourseId> =
    Count::new(0x0213, "active_students", |(course, _), enrollment| {
        enrollment.is_active_student().then_some(*course)
    });

/// Who teaches a course now, in the order of their enrolment.
pub(super) static INSTRUCTORS: Index<
    (CourseId, UserId),
    Enrollment,
    (CourseId, kernel::Timestamp),
> = Index::new(0x0214, "instructors", |(course, _), enrollment| {
    enrollment
        .is_active_instructor()
        .then_some((*course, enrollment.enrolled_at))
});

/// How many enrolments name a section, whatever their state.
pub(super) static ENROLLMENTS_IN_SECTION: Count<(CourseId, UserId), Enrollment, SectionId> =
    Count::new(0x0288, "enrollments_in_section", |_, enrollment| {
        enrollment.section
    });

/// How many enrolments a course has, whatever their state.
pub(super) static ENROLLMENTS_IN_COURSE: Count<(CourseId, UserId), Enrollment, CourseId> =
    Count::new(0x02b2, "enrollments_in_course", |(course, _), _| {
        Some(*course)
    });
