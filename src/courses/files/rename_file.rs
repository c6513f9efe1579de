//! Gives a file another name.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, problems};
use store::Snapshot;

use super::FileId;
use super::events::FileRenamed;
use super::kinds::{ending, media_type_of};
use super::model::File;
use super::names::shown_name;
use super::problems::{FILE_NOT_FOUND, FILE_TYPE_MISMATCH};
use super::queries::{file, sees_work, viewed};
use super::tables::FILES;
use crate::catalog;

/// Gives a file another name of the same kind: a file of the course by its staff, a learner's own
/// by who grades.
#[derive(Debug, Clone)]
pub struct RenameFile {
    /// The file.
    pub file: FileId,
    /// The name; it is cleaned as that of an upload.
    pub name: String,
}

impl Command for RenameFile {
    type Out = ();
    const NAME: &'static str = "files.rename";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_keeper(snapshot, actor, self.file).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let file = file(tx, self.file)?.or_refuse(FILE_NOT_FOUND)?;
        let name = shown_name(&self.name);
        if name == file.name {
            return Ok(());
        }
        let same = ending(&name) == ending(&file.name)
            || media_type_of(&ending(&name)) == Some(file.media_type.as_str());
        if !same {
            return Err(FILE_TYPE_MISMATCH.on("name"));
        }
        let course = file.course;
        let renamed = File {
            name: name.clone(),
            ..file
        };
        tx.put(&FILES, &self.file, &renamed)?;
        tx.emit(&FileRenamed {
            course,
            file: self.file,
            name,
        })
    }
}

/// The file, for who may change it.
pub(super) fn require_keeper(snapshot: &Snapshot, actor: &Actor, id: FileId) -> Result<File> {
    actor.require_signed_in()?;
    let file = viewed(snapshot, actor, id)?.or_refuse(FILE_NOT_FOUND)?;
    let course = catalog::require_author(snapshot, actor, file.course)?;
    if file.owner.is_some() && !sees_work(actor, &course) {
        return problems::FORBIDDEN.refuse();
    }
    Ok(file)
}
