//! Changes a module.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use crate::catalog::{self, CourseId, title_of};
use crate::modules::ModuleId;
use crate::modules::events::ModuleUpdated;
use crate::modules::model::Module;
use crate::modules::queries::require_module;
use crate::modules::tables::MODULES;

/// Gives a module another title.
#[derive(Debug, Clone)]
pub struct UpdateModule {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
    /// What it is to be called.
    pub title: String,
}

impl Command for UpdateModule {
    type Out = ();
    const NAME: &'static str = "modules.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let title = title_of(&self.title)?;
        let before = require_module(tx, self.course, self.module)?;
        if title == before.title {
            return Ok(());
        }
        let after = Module { title, ..before };
        tx.put(&MODULES, &(self.course, self.module), &after)?;
        tx.emit(&ModuleUpdated {
            course: self.course,
            module: self.module,
        })
    }
}
