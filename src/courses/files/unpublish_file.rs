//! Hides a file of the course from learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::FileId;
use super::publish_file::show;
use super::rename_file::require_keeper;

/// Hides a file, and the items that lead to it, from learners.
#[derive(Debug, Clone)]
pub struct UnpublishFile {
    /// The file.
    pub file: FileId,
}

impl Command for UnpublishFile {
    type Out = ();
    const NAME: &'static str = "files.unpublish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_keeper(snapshot, actor, self.file).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        show(tx, self.file, false)
    }
}
