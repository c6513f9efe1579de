//! Deletes a file.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::FileId;
use super::events::FileDeleted;
use super::problems::{FILE_IN_USE, FILE_NOT_FOUND};
use super::queries::{file, viewed};
use super::rename_file::require_keeper;
use super::tables::FILES;
use crate::catalog;
use crate::modules::remove_items_of;
use crate::neighbours::Neighbours;

/// Deletes a file that is in nobody's work, with the items that lead to it: a file of the course
/// by its staff, a learner's own by themselves or who grades. Its bytes stay on the disk, where
/// other files may share them.
#[derive(Debug, Clone)]
pub struct DeleteFile {
    /// The file.
    pub file: FileId,
    /// Who knows what was handed in.
    pub neighbours: Neighbours,
}

impl Command for DeleteFile {
    type Out = ();
    const NAME: &'static str = "files.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_signed_in()?;
        let file = viewed(snapshot, actor, self.file)?.or_refuse(FILE_NOT_FOUND)?;
        if file.owner.is_some() && file.owner == actor.user_id() {
            let course = catalog::require_visible(snapshot, actor, file.course)?;
            return course.require_changeable();
        }
        require_keeper(snapshot, actor, self.file).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let file = file(tx, self.file)?.or_refuse(FILE_NOT_FOUND)?;
        if (self.neighbours.has_handed_in)(tx, self.file, &file)? {
            return FILE_IN_USE.refuse();
        }
        remove_items_of(tx, file.course, self.file)?;
        tx.remove(&FILES, &self.file)?;
        tx.emit(&FileDeleted {
            course: file.course,
            file: self.file,
        })
    }
}
