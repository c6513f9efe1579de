//! Hides a module from learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::publish_module::show;
use crate::catalog::{self, CourseId};
use crate::modules::ModuleId;
use crate::modules::events::ModuleUnpublished;

/// Hides a module and its items. What learners did there is kept, and counts again when it is shown
/// again.
#[derive(Debug, Clone)]
pub struct UnpublishModule {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Command for UnpublishModule {
    type Out = ();
    const NAME: &'static str = "modules.unpublish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.module);
        if show(tx, place, false)? {
            tx.emit(&ModuleUnpublished {
                course: place.0,
                module: place.1,
            })?;
        }
        Ok(())
    }
}
