//! Adds a module at the end of a course.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::{Range, Snapshot};

use crate::catalog::{self, CourseId, title_of};
use crate::modules::ModuleId;
use crate::modules::events::ModuleCreated;
use crate::modules::model::Module;
use crate::modules::problems::TOO_MANY_MODULES;
use crate::modules::tables::MODULES;

/// The most modules of one course.
const MODULES_MAX: usize = 500;

/// Adds a module.
#[derive(Debug, Clone)]
pub struct CreateModule {
    /// The course.
    pub course: CourseId,
    /// What it is called.
    pub title: String,
    /// Whether learners see it.
    pub published: bool,
}

impl Command for CreateModule {
    type Out = ModuleId;
    const NAME: &'static str = "modules.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<ModuleId> {
        let title = title_of(&self.title)?;
        let id = tx.new_id();
        add_module(tx, (self.course, id), title, self.published)?;
        Ok(id)
    }
}

/// Adds a module under an id that was chosen before.
pub(crate) fn add_module(
    tx: &mut Tx<'_>,
    place: (CourseId, ModuleId),
    title: String,
    published: bool,
) -> Result<()> {
    let (mut count, mut last) = (0, 0);
    for entry in tx.scan(&MODULES, &place.0, Range::ALL)? {
        let (_, module) = entry?;
        count += 1;
        last = last.max(module.position);
    }
    if count >= MODULES_MAX {
        return TOO_MANY_MODULES.refuse();
    }
    tx.put(
        &MODULES,
        &place,
        &Module {
            title,
            position: last + 1,
            published,
        },
    )?;
    tx.emit(&ModuleCreated {
        course: place.0,
        module: place.1,
    })
}
