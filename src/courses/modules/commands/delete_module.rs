//! Deletes a module.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{order_modules, take_out};
use crate::catalog::{self, CourseId};
use crate::modules::ModuleId;
use crate::modules::events::ModuleDeleted;
use crate::modules::queries::{in_order, items_in, require_module};
use crate::modules::tables::MODULES;

/// Deletes a module with its items. What is behind them stays in the course.
#[derive(Debug, Clone)]
pub struct DeleteModule {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Command for DeleteModule {
    type Out = ();
    const NAME: &'static str = "modules.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.module);
        require_module(tx, place.0, place.1)?;
        for (id, item) in items_in(tx, place.0, place.1)? {
            take_out(tx, (place.0, id), &item)?;
        }
        tx.remove(&MODULES, &place)?;
        let left = in_order(tx, self.course)?;
        order_modules(tx, self.course, left)?;
        tx.emit(&ModuleDeleted {
            course: place.0,
            module: place.1,
        })
    }
}
