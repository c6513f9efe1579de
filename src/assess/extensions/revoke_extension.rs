//! Takes an extension away.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::{Range, Snapshot};

use super::events::ExtensionRevoked;
use super::model::Holder;
use super::problems::EXTENSION_NOT_FOUND;
use super::tables::{EXTENSIONS, EXTENSIONS_OF_ASSIGNMENT, Place};
use crate::assignments::{self, AssignmentId};

/// Takes an extension away. What was handed in under it stays as it was taken.
#[derive(Debug, Clone)]
pub struct RevokeExtension {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Whose it is.
    pub holder: Holder,
}

impl Command for RevokeExtension {
    type Out = ();
    const NAME: &'static str = "extensions.revoke";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        assignments::require_changing_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let course = assignments::existing(tx, self.assignment)?.course;
        if revoke(tx, (course, self.holder, self.assignment))? {
            Ok(())
        } else {
            EXTENSION_NOT_FOUND.refuse()
        }
    }
}

/// Takes away all extensions of an assignment that is deleted.
pub(crate) fn revoke_all(tx: &mut Tx<'_>, assignment: AssignmentId) -> Result<()> {
    let places: Vec<Place> = tx
        .entries(&EXTENSIONS_OF_ASSIGNMENT, &assignment, Range::ALL)?
        .map(|entry| entry.map(|(_, place)| place))
        .collect::<Result<_>>()?;
    for place in places {
        revoke(tx, place)?;
    }
    Ok(())
}

/// Takes one away; whether there was one.
fn revoke(tx: &mut Tx<'_>, place: Place) -> Result<bool> {
    let was_there = tx.remove(&EXTENSIONS, &place)?;
    if was_there {
        let (course, holder, assignment) = place;
        tx.emit(&ExtensionRevoked {
            course,
            assignment,
            holder,
        })?;
    }
    Ok(was_there)
}
