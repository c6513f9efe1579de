//! Changes what a course says of itself.

use std::sync::Arc;

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::create_course::require_free;
use crate::catalog::CourseId;
use crate::catalog::events::CourseUpdated;
use crate::catalog::model::CourseChange;
use crate::catalog::problems::COURSE_NOT_FOUND;
use crate::catalog::queries::{course, require_instructor};
use crate::catalog::tables::COURSES;
use crate::terms;

/// Changes what is given of a course, for its instructors and administrators.
#[derive(Debug, Clone)]
pub struct UpdateCourse {
    /// The course.
    pub course: CourseId,
    /// What changes.
    pub change: CourseChange,
}

impl Command for UpdateCourse {
    type Out = ();
    const NAME: &'static str = "courses.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = course(tx, self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        let before = Arc::unwrap_or_clone(before);
        let after = self.change.apply(before.clone())?;
        if after == before {
            return Ok(());
        }
        require_free(tx, self.course, (&after.code, after.external_id.as_ref()))?;
        if let Some(term) = after.term
            && before.term != after.term
        {
            terms::require_term(tx, term, "termId")?;
        }
        tx.put(&COURSES, &self.course, &after)?;
        tx.emit(&CourseUpdated {
            course: self.course,
        })
    }
}
