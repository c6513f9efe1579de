//! Makes a course, as a draft.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CourseCreated;
use crate::catalog::model::{Course, CourseState, NewCourse};
use crate::catalog::problems::CODE_TAKEN;
use crate::catalog::queries::with_code;
use crate::catalog::tables::COURSES;
use crate::enrollments::{self, CourseRole};

/// Makes a course; whoever makes it becomes its first instructor.
#[derive(Debug, Clone)]
pub struct CreateCourse {
    /// The course.
    pub course: NewCourse,
}

impl Command for CreateCourse {
    type Out = CourseId;
    const NAME: &'static str = "courses.create";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<CourseId> {
        let id = tx.new_id();
        create(tx, id, &self.course)?;
        enroll_maker(tx, id)?;
        Ok(id)
    }
}

/// Makes the person who made a course its first instructor.
pub(crate) fn enroll_maker(tx: &mut Tx<'_>, id: CourseId) -> Result<()> {
    if let Some(user) = tx.actor().user_id() {
        enrollments::add(tx, (id, user), CourseRole::Instructor)?;
    }
    Ok(())
}

/// Makes a course under an id that was chosen before.
pub(crate) fn create(tx: &mut Tx<'_>, id: CourseId, new: &NewCourse) -> Result<()> {
    if with_code(tx, &new.code)?.is_some() {
        return Err(CODE_TAKEN.on("code"));
    }
    let course = Course {
        code: new.code.clone(),
        title: new.title.clone(),
        description: new.description.clone(),
        language: new.language.clone(),
        state: CourseState::Draft,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        created_at: tx.now(),
    };
    tx.put(&COURSES, &id, &course)?;
    tx.emit(&CourseCreated {
        course: id,
        code: course.code,
    })
}
