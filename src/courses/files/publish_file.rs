//! Shows a file of the course to learners.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::FileId;
use super::events::{FilePublished, FileUnpublished};
use super::model::File;
use super::problems::FILE_NOT_FOUND;
use super::queries::file;
use super::rename_file::require_keeper;
use super::tables::FILES;
use crate::modules::{Shown, follow_content};

/// Shows a file, and the items that lead to it, to learners. One that is published stays as it is.
#[derive(Debug, Clone)]
pub struct PublishFile {
    /// The file.
    pub file: FileId,
}

impl Command for PublishFile {
    type Out = ();
    const NAME: &'static str = "files.publish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_keeper(snapshot, actor, self.file).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        publish(tx, self.file)
    }
}

/// Shows a file to learners.
pub(crate) fn publish(tx: &mut Tx<'_>, id: FileId) -> Result<()> {
    show(tx, id, true)
}

/// Shows or hides a file, and the items that lead to it.
pub(super) fn show(tx: &mut Tx<'_>, id: FileId, published: bool) -> Result<()> {
    let before = file(tx, id)?.or_refuse(FILE_NOT_FOUND)?;
    if before.published == published {
        return Ok(());
    }
    let course = before.course;
    let after = File {
        published,
        ..before
    };
    tx.put(&FILES, &id, &after)?;
    if published {
        tx.emit(&FilePublished { course, file: id })?;
    } else {
        tx.emit(&FileUnpublished { course, file: id })?;
    }
    let shown = Shown {
        title: None,
        due_at: None,
        published: Some(published),
    };
    follow_content(tx, course, id, &shown)
}
