//! Shows a course to its learners.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CoursePublished;
use crate::catalog::model::{Course, CourseState};
use crate::catalog::problems::{COURSE_ARCHIVED, COURSE_NOT_FOUND};
use crate::catalog::queries::{course, require_instructor};
use crate::catalog::tables::COURSES;

/// Publishes a draft. A course that is published already stays as it is.
#[derive(Debug, Clone)]
pub struct PublishCourse {
    /// The course.
    pub course: CourseId,
}

impl Command for PublishCourse {
    type Out = ();
    const NAME: &'static str = "courses.publish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = course(tx, self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        match course.state {
            CourseState::Published => Ok(()),
            CourseState::Archived => COURSE_ARCHIVED.refuse(),
            CourseState::Draft => {
                let published = Course {
                    state: CourseState::Published,
                    ..Course::clone(&course)
                };
                tx.put(&COURSES, &self.course, &published)?;
                tx.emit(&CoursePublished {
                    course: self.course,
                })
            }
        }
    }
}
