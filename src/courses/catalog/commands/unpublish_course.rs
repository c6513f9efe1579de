//! Hides a course from its learners.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CourseUnpublished;
use crate::catalog::model::{Course, CourseState};
use crate::catalog::problems::{COURSE_ARCHIVED, COURSE_HAS_WORK, COURSE_NOT_FOUND};
use crate::catalog::queries::{course, require_instructor};
use crate::catalog::tables::COURSES;
use crate::neighbours::Neighbours;

/// Makes a published course a draft again, while nobody has handed anything in. A draft stays as
/// it is.
#[derive(Debug, Clone)]
pub struct UnpublishCourse {
    /// The course.
    pub course: CourseId,
    /// Who knows of what was handed in.
    pub neighbours: Neighbours,
}

impl Command for UnpublishCourse {
    type Out = ();
    const NAME: &'static str = "courses.unpublish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = course(tx, self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        match course.state {
            CourseState::Draft => return Ok(()),
            CourseState::Archived => return COURSE_ARCHIVED.refuse(),
            CourseState::Published => {}
        }
        if (self.neighbours.has_work)(tx, self.course)? {
            return COURSE_HAS_WORK.refuse();
        }
        let draft = Course {
            state: CourseState::Draft,
            ..Course::clone(&course)
        };
        tx.put(&COURSES, &self.course, &draft)?;
        tx.emit(&CourseUnpublished {
            course: self.course,
        })
    }
}
