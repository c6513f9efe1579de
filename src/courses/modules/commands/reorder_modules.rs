//! Puts the modules of a course into another order.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{order_modules, sorted_as};
use crate::catalog::{self, CourseId};
use crate::modules::ModuleId;
use crate::modules::events::ModulesReordered;
use crate::modules::problems::ORDER_INCOMPLETE;
use crate::modules::queries::in_order;

/// Puts the modules of a course into this order, in which each of them is named once.
#[derive(Debug, Clone)]
pub struct ReorderModules {
    /// The course.
    pub course: CourseId,
    /// All its modules, in their new order.
    pub modules: Vec<ModuleId>,
}

impl Command for ReorderModules {
    type Out = ();
    const NAME: &'static str = "modules.reorder";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = in_order(tx, self.course)?;
        if before.iter().map(|(id, _)| id).eq(&self.modules) {
            return Ok(());
        }
        let after = sorted_as(before, &self.modules);
        let after = after.ok_or_else(|| ORDER_INCOMPLETE.on("moduleIds"))?;
        order_modules(tx, self.course, after)?;
        tx.emit(&ModulesReordered {
            course: self.course,
        })
    }
}
