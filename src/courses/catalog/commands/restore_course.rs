//! Takes a course out of the archive.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CourseRestored;
use crate::catalog::model::{Course, CourseState};
use crate::catalog::problems::COURSE_NOT_FOUND;
use crate::catalog::queries::{course, require_teacher};
use crate::catalog::tables::COURSES;

/// Has an archived course taught again. One that is not archived stays as it is.
#[derive(Debug, Clone)]
pub struct RestoreCourse {
    /// The course.
    pub course: CourseId,
}

impl Command for RestoreCourse {
    type Out = ();
    const NAME: &'static str = "courses.restore";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_teacher(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = course(tx, self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        if course.state != CourseState::Archived {
            return Ok(());
        }
        let published = Course {
            state: CourseState::Published,
            ..Course::clone(&course)
        };
        tx.put(&COURSES, &self.course, &published)?;
        tx.emit(&CourseRestored {
            course: self.course,
        })
    }
}
