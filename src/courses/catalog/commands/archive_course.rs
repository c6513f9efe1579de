//! Ends a course.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CourseArchived;
use crate::catalog::model::{Course, CourseState};
use crate::catalog::problems::{COURSE_NOT_FOUND, COURSE_NOT_PUBLISHED};
use crate::catalog::queries::{course, require_teacher};
use crate::catalog::tables::COURSES;

/// Archives a published course: who is in it reads it, and nothing in it changes any more. An
/// archived course stays as it is.
#[derive(Debug, Clone)]
pub struct ArchiveCourse {
    /// The course.
    pub course: CourseId,
}

impl Command for ArchiveCourse {
    type Out = ();
    const NAME: &'static str = "courses.archive";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_teacher(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = course(tx, self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        match course.state {
            CourseState::Archived => return Ok(()),
            CourseState::Draft => return COURSE_NOT_PUBLISHED.refuse(),
            CourseState::Published => {}
        }
        let archived = Course {
            state: CourseState::Archived,
            ..Course::clone(&course)
        };
        tx.put(&COURSES, &self.course, &archived)?;
        tx.emit(&CourseArchived {
            course: self.course,
        })
    }
}
