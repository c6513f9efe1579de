//! Makes a course, as a draft.

use app::{Actor, Command, Tx, once_for};
use kernel::Result;
use people::users::{EXTERNAL_ID_TAKEN, ExternalId};
use store::Snapshot;

use crate::catalog::CourseId;
use crate::catalog::events::CourseCreated;
use crate::catalog::model::{Course, CourseState, NewCourse};
use crate::catalog::problems::CODE_TAKEN;
use crate::catalog::queries::{with_code, with_external_id};
use crate::catalog::tables::COURSES;
use crate::enrollments::{self, CourseRole};
use crate::terms;

/// Makes a course; whoever makes it becomes its first instructor.
#[derive(Debug, Clone)]
pub struct CreateCourse {
    /// The course.
    pub course: NewCourse,
    /// The same for each try of one creation: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for CreateCourse {
    type Out = CourseId;
    const NAME: &'static str = "courses.create";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<CourseId> {
        let key = self.idempotency_key.as_deref();
        once_for::<Self>(tx, key, &self.course, |tx| {
            let id = tx.new_id();
            create(tx, id, &self.course)?;
            enroll_maker(tx, id)?;
            Ok(id)
        })
    }
}

/// Makes the person who made a course its first instructor.
pub(crate) fn enroll_maker(tx: &mut Tx<'_>, id: CourseId) -> Result<()> {
    if let Some(user) = tx.actor().user_id() {
        enrollments::add(tx, (id, user), CourseRole::Instructor, None)?;
    }
    Ok(())
}

/// Refuses a code and an id of another program that another course has.
pub(super) fn require_free(
    tx: &Tx<'_>,
    id: CourseId,
    (code, external_id): (&str, Option<&ExternalId>),
) -> Result<()> {
    if with_code(tx, code)?.is_some_and(|other| other != id) {
        return Err(CODE_TAKEN.on("code"));
    }
    if let Some(external_id) = external_id
        && with_external_id(tx, external_id)?.is_some_and(|other| other != id)
    {
        return Err(EXTERNAL_ID_TAKEN.on("externalId"));
    }
    Ok(())
}

/// Makes a course under an id that was chosen before.
pub(crate) fn create(tx: &mut Tx<'_>, id: CourseId, new: &NewCourse) -> Result<()> {
    require_free(tx, id, (&new.code, new.external_id.as_ref()))?;
    if let Some(term) = new.term {
        terms::require_term(tx, term, "termId")?;
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
        visibility: new.visibility,
        term: new.term,
        external_id: new.external_id.clone(),
        self_enrollment: false,
        seats: None,
        deleted: false,
        join_code: None,
    };
    tx.put(&COURSES, &id, &course)?;
    tx.emit(&CourseCreated {
        course: id,
        code: course.code,
    })
}
