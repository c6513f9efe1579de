//! Courses of classes.

use app::Tx;
use kernel::Result;

use super::{Doing, Done, changed, perform};
use crate::catalog::{
    ArchiveCourse, CourseChange, CourseId, CourseState, CreateCourse, DeleteCourse, NewCourse,
    RestoreCourse, UpdateCourse, course, with_code, with_external_id,
};
use crate::change::Change;
use crate::rosters::model::Class;
use crate::rosters::problems::REFERENCE_UNKNOWN;
use crate::rosters::report::Fate;
use crate::terms::{self, TermId};

impl Doing<'_> {
    pub(super) fn class(&mut self, tx: &mut Tx<'_>, class: &Class) -> Result<Done> {
        let there = with_external_id(tx, &class.id)?;
        match (there, class.gone) {
            (None, true) => Ok(Done::All(Fate::Unchanged)),
            (Some(id), true) => self.end(tx, id),
            (None, false) => {
                let new = NewCourse::titled(&free_code(tx, class)?, &class.title)?
                    .description(&class.description)?
                    .term(self.term(tx, class)?)
                    .external_id(Some(class.id.clone()));
                let create = CreateCourse {
                    course: new,
                    idempotency_key: None,
                };
                perform(tx, &create)?;
                Ok(Done::All(Fate::Added))
            }
            (Some(id), false) => self.update(tx, id, class),
        }
    }

    /// Code and description are the school's own once the course is there.
    fn update(&mut self, tx: &mut Tx<'_>, id: CourseId, class: &Class) -> Result<Done> {
        let before = course(tx, id)?;
        let archived = |state| state == CourseState::Archived;
        if self.was_gone() && before.as_ref().is_some_and(|course| archived(course.state)) {
            perform(tx, &RestoreCourse { course: id })?;
        }
        let change = CourseChange {
            title: Some(class.title.clone()),
            term: Change::To(self.term(tx, class)?),
            ..CourseChange::default()
        };
        perform(tx, &UpdateCourse { course: id, change })?;
        Ok(changed(&before, &course(tx, id)?))
    }

    /// A course that was taught is kept to be read; one that never was goes.
    fn end(&self, tx: &mut Tx<'_>, id: CourseId) -> Result<Done> {
        let state = course(tx, id)?.map(|course| course.state);
        match state {
            Some(CourseState::Published) => perform(tx, &ArchiveCourse { course: id })?,
            Some(CourseState::Draft) => {
                let delete = DeleteCourse {
                    course: id,
                    neighbours: self.neighbours,
                };
                perform(tx, &delete)?;
            }
            Some(CourseState::Archived) | None => return Ok(Done::All(Fate::Unchanged)),
        }
        Ok(Done::All(Fate::Removed))
    }

    fn term(&mut self, tx: &Tx<'_>, class: &Class) -> Result<Option<TermId>> {
        let Some(term) = &class.term else {
            return Ok(None);
        };
        let found = terms::with_external_id(tx, term)?;
        if found.is_none() {
            self.note("termSourcedIds", REFERENCE_UNKNOWN);
        }
        Ok(found)
    }
}

/// The first of the codes that no course has; where all are taken, the last is refused as such.
fn free_code(tx: &Tx<'_>, class: &Class) -> Result<String> {
    let mut last = String::new();
    for code in &class.codes {
        last.clone_from(code);
        if with_code(tx, code)?.is_none() {
            break;
        }
    }
    Ok(last)
}
