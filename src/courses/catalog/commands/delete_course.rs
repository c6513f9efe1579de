//! Deletes a draft.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CourseDeleted;
use crate::catalog::model::{Course, CourseState};
use crate::catalog::problems::{COURSE_IN_USE, COURSE_NOT_FOUND};
use crate::catalog::queries::{course, require_instructor};
use crate::catalog::tables::COURSES;
use crate::neighbours::Neighbours;
use crate::{enrollments, sections};

/// Deletes a draft in which nobody posted or handed in anything, with its sections and the places
/// of its people. Its content stays in the store, out of reach.
#[derive(Debug, Clone)]
pub struct DeleteCourse {
    /// The course.
    pub course: CourseId,
    /// Who knows of what was posted and handed in.
    pub neighbours: Neighbours,
}

impl Command for DeleteCourse {
    type Out = ();
    const NAME: &'static str = "courses.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = course(tx, self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        let Neighbours {
            has_work,
            has_posts,
            ..
        } = self.neighbours;
        if course.state != CourseState::Draft
            || has_work(tx, self.course)?
            || has_posts(tx, self.course)?
        {
            return COURSE_IN_USE.refuse();
        }
        enrollments::unenroll_all(tx, self.course)?;
        sections::delete_all(tx, self.course)?;
        let deleted = Course {
            deleted: true,
            ..Course::clone(&course)
        };
        tx.put(&COURSES, &self.course, &deleted)?;
        tx.emit(&CourseDeleted {
            course: self.course,
        })
    }
}
