//! Changes an extension.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::events::ExtensionUpdated;
use super::model::{ExtensionChange, Holder};
use super::problems::EXTENSION_NOT_FOUND;
use super::queries::extension;
use super::tables::EXTENSIONS;
use crate::assignments::{self, AssignmentId};

/// Changes what somebody is given.
#[derive(Debug, Clone)]
pub struct UpdateExtension {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Whose it is.
    pub holder: Holder,
    /// What is to become of it.
    pub change: ExtensionChange,
}

impl Command for UpdateExtension {
    type Out = ();
    const NAME: &'static str = "extensions.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        assignments::require_changing_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let assignment = assignments::existing(tx, self.assignment)?;
        let (course, holder) = (assignment.course, self.holder);
        let old = extension(tx, course, (holder, self.assignment))?;
        let old = old.or_refuse(EXTENSION_NOT_FOUND)?;
        let new = self.change.over(old);
        new.require_sense(assignment.terms())?;
        if new == old {
            return Ok(());
        }
        tx.put(&EXTENSIONS, &(course, holder, self.assignment), &new)?;
        tx.emit(&ExtensionUpdated {
            course,
            assignment: self.assignment,
            holder,
        })
    }
}
