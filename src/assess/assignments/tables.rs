//! Where assignments stand in the store.

use courses::catalog::CourseId;
use store::{Count, Index, Record, Table};

use super::AssignmentId;
use super::model::Assignment;

impl Record for Assignment {
    const VERSION: u8 = 1;
}

pub(super) static ASSIGNMENTS: Table<AssignmentId, Assignment> =
    Table::new(0x0301, "assignments").derives(&[&ASSIGNMENTS_OF_COURSE, &ASSIGNMENTS_IN_COURSE]);

/// The assignments of a course, the oldest first.
pub(super) static ASSIGNMENTS_OF_COURSE: Index<AssignmentId, Assignment, CourseId> =
    Index::new(0x0306, "assignments_of_course", |_, assignment| {
        Some(assignment.course)
    });

/// How many a course has.
pub(super) static ASSIGNMENTS_IN_COURSE: Count<AssignmentId, Assignment, CourseId> =
    Count::new(0x0307, "assignments_in_course", |_, assignment| {
        Some(assignment.course)
    });
