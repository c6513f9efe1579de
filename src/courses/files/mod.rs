//! Files of a course: a record of each, and the bytes on disk under their hash.
//!
//! Two files with the same bytes share them. Bytes are durable before the record that names them
//! is committed, and are never changed.

mod blobs;
mod events;
mod tables;

use serde::{Deserialize, Serialize};

use app::{Actor, EventType, Feature, Pairing, Tx};
use kernel::{Fault, Problem, ProblemKind, Result, Timestamp};
use store::{All, Findings, Range, Snapshot};

pub use self::blobs::{Blob, Blobs, Hash};
pub use self::events::FileAdded;
use crate::catalog::{self, CourseId};
use crate::modules;

kernel::id_kind!(pub FileKind, FileId, "file");

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The course it belongs to.
    pub course: CourseId,
    /// The name to show and to download as.
    pub name: String,
    /// By its name's ending.
    pub media_type: String,
    /// How many bytes.
    pub bytes: u64,
    /// The BLAKE3 hash of the bytes.
    pub hash: Hash,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether learners may read it.
    pub published: bool,
}

/// No such file, or not to be seen.
pub const FILE_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such file here, or you may not see it.",
);

static ADDED: Pairing<FileAdded, FileId, File> = Pairing::new(&tables::FILES, |event| event.file);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::FILES],
    events: &[EventType::of::<FileAdded>()],
    witnesses: &[&ADDED],
    ..Feature::named("files")
};

/// The file with this id, whoever asks.
pub(crate) fn file(snapshot: &Snapshot, id: FileId) -> Result<Option<File>> {
    snapshot.get(&tables::FILES, &id)
}

/// The file, as the actor sees it: staff always, others when it is published and, where items
/// lead to it, one of them is visible.
pub fn viewed(snapshot: &Snapshot, actor: &Actor, id: FileId) -> Result<Option<File>> {
    let Some(file) = file(snapshot, id)? else {
        return Ok(None);
    };
    let Some(viewed) = catalog::view(snapshot, actor, file.course)? else {
        return Ok(None);
    };
    let shown = file.published && modules::is_reachable(snapshot, file.course, id)?;
    Ok((viewed.staff || shown).then_some(file))
}

/// Notes every file whose bytes are not there or not those that were stored.
pub fn verify(snapshot: &Snapshot, blobs: &Blobs, findings: &mut Findings) -> Result<()> {
    for entry in snapshot.scan(&tables::FILES, &All, Range::ALL)? {
        // A record that does not decode is reported by the table's own verification.
        let Ok((id, file)) = entry else { continue };
        findings.files += 1;
        let whole = blobs.verify(file.hash);
        let whole = whole.map_err(|error| Fault::caused(format!("reading {id}"), error))?;
        findings.expect(whole, || {
            format!(
                "files: the bytes of {id} ({}) are missing or damaged",
                file.name
            )
        });
    }
    Ok(())
}

/// Puts the record of a file whose bytes are on disk.
pub(crate) fn put_file(tx: &mut Tx<'_>, id: FileId, file: &File) -> Result<()> {
    tx.put(&tables::FILES, &id, file)?;
    tx.emit(&FileAdded {
        course: file.course,
        file: id,
    })
}

#[cfg(test)]
mod tests;
