//! Shows a module to learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::replace;
use crate::catalog::{self, CourseId};
use crate::modules::ModuleId;
use crate::modules::events::ModulePublished;
use crate::modules::model::Module;
use crate::modules::queries::{items_in, require_module};
use crate::modules::tables::MODULES;

/// Shows a module, and those of its items that are published themselves. One that is published
/// stays as it is.
#[derive(Debug, Clone)]
pub struct PublishModule {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Command for PublishModule {
    type Out = ();
    const NAME: &'static str = "modules.publish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.module);
        if show(tx, place, true)? {
            tx.emit(&ModulePublished {
                course: place.0,
                module: place.1,
            })?;
        }
        Ok(())
    }
}

/// Shows or hides a module with its items; whether it was not so before.
pub(super) fn show(tx: &mut Tx<'_>, place: (CourseId, ModuleId), published: bool) -> Result<bool> {
    let before = require_module(tx, place.0, place.1)?;
    if before.published == published {
        return Ok(false);
    }
    let after = Module {
        published,
        ..before
    };
    tx.put(&MODULES, &place, &after)?;
    for (id, item) in items_in(tx, place.0, place.1)? {
        let shown = item.shown(item.is_published(), published);
        replace(tx, (place.0, id), &item, &shown)?;
    }
    Ok(true)
}
