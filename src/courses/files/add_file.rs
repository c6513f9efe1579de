//! Adds a file whose bytes are on disk.

use app::{Actor, Command, IDEMPOTENCY_KEY_REUSED, OrRefuse, Tx, once};
use kernel::Result;
use store::Snapshot;

use super::FileId;
use super::blobs::Blob;
use super::events::FileAdded;
use super::model::{File, Limits};
use super::problems::FILE_NOT_FOUND;
use super::queries::file;
use super::room::{Keeper, Room};
use super::tables::FILES;
use crate::catalog::CourseId;

/// Adds a file that was uploaded: to the course when its staff did so, for a learner's own work
/// when a learner did. Made by [`Upload::finish`](super::Upload::finish).
#[derive(Debug, Clone)]
pub struct AddFile {
    pub(super) course: CourseId,
    pub(super) name: String,
    pub(super) media_type: &'static str,
    pub(super) blob: Blob,
    pub(super) published: bool,
    pub(super) limits: Limits,
    pub(super) idempotency_key: Option<String>,
}

impl Command for AddFile {
    type Out = FileId;
    const NAME: &'static str = "files.add";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        Keeper::of(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<FileId> {
        let id = once::<Self>(tx, self.idempotency_key.as_deref(), |tx| self.add(tx))?;
        if self.idempotency_key.is_some() {
            self.require_same(tx, id)?;
        }
        Ok(id)
    }
}

impl AddFile {
    /// A file that came under the key of another one would be lost in silence.
    fn require_same(&self, tx: &Tx<'_>, first: FileId) -> Result<()> {
        let first = file(tx, first)?.or_refuse(FILE_NOT_FOUND)?;
        if first.course != self.course || first.hash != self.blob.hash {
            return Err(IDEMPOTENCY_KEY_REUSED.on("idempotencyKey"));
        }
        Ok(())
    }

    fn add(&self, tx: &mut Tx<'_>) -> Result<FileId> {
        let keeper = Keeper::of(tx, tx.actor(), self.course)?;
        // Others may have filled the room since the upload began.
        let room = Room::left(tx, (keeper, self.course), &self.limits)?;
        if self.blob.bytes > room.bytes() {
            return Err(room.refusal());
        }
        let id = tx.new_id();
        let file = File {
            course: self.course,
            name: self.name.clone(),
            media_type: self.media_type.to_owned(),
            bytes: self.blob.bytes,
            hash: self.blob.hash,
            added_at: tx.now(),
            published: self.published,
            owner: keeper.owner(),
        };
        put_file(tx, id, &file)?;
        Ok(id)
    }
}

/// Puts the record of a file whose bytes are on disk.
pub(crate) fn put_file(tx: &mut Tx<'_>, id: FileId, file: &File) -> Result<()> {
    tx.put(&FILES, &id, file)?;
    tx.emit(&FileAdded {
        course: file.course,
        file: id,
    })
}
