//! The engine on disk: fjall, one keyspace for each [`Space`], one journal for all of them.
//!
//! A batch is written to the journal, synced, and only then shown to readers; after a failed write
//! or sync fjall refuses every further write until it is opened again.

#[cfg(test)]
mod flips;
mod manifests;
mod salvage;

use std::fmt;
use std::io;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use ::fjall::{
    CompressionType, Database, Guard, Keyspace, KeyspaceCreateOptions, OwnedWriteBatch,
    PersistMode, Readable, Snapshot,
};
use fs_err as fs;

use kernel::{Fault, Result};

use crate::data_dir::Quarantine;

pub(crate) use self::manifests::ManifestError;
pub(crate) use self::salvage::SalvageError;
use super::{Bounds, Change, Pair, Pairs, PerSpace, Reclaim, Slice, Space};

/// How much of the journal is kept, about, before what it holds is sorted onto disk. A start after
/// a kill replays all of it, some 50 to 100 MiB a second.
const JOURNAL_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Memory for changes of one space that are not yet sorted onto disk.
const MEMTABLE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The fewest threads that sort changes onto disk. Of two, one spins while the other compacts and
/// more waits to be compacted; one by itself can wait for room in the queue that only it empties.
/// As batches of events are published, three are some 5 % ahead of two on two cores.
const WORKERS_MIN: usize = 3;
/// The most of them: as many as fjall has.
const WORKERS_MAX: usize = 4;

/// After how many closed views fjall looks which old values nobody can see any more.
const VIEWS_UNTIL_LOOKED: usize = 10_000;

/// Why the directory could not be opened.
#[derive(Debug)]
pub(crate) enum EngineOpenError {
    /// Damage that is not a torn tail, or the tail could not be set aside.
    Salvage(SalvageError),
    /// A list of tables that is not as it was written.
    Manifest(ManifestError),
    /// A part that every database has is not there.
    Incomplete(PathBuf),
    /// The engine's own word on the directory.
    Engine(PathBuf, String),
}

impl fmt::Display for EngineOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Salvage(error) => error.fmt(f),
            Self::Manifest(error) => error.fmt(f),
            Self::Incomplete(path) => write!(f, "{} is missing", path.display()),
            Self::Engine(directory, error) => write!(f, "{}: {error}", directory.display()),
        }
    }
}

impl std::error::Error for EngineOpenError {}

/// An open database.
pub struct FjallEngine {
    database: Database,
    keyspaces: PerSpace<Keyspace>,
}

impl fmt::Debug for FjallEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FjallEngine").finish_non_exhaustive()
    }
}

impl FjallEngine {
    pub(super) fn open(
        directory: &Path,
        quarantine: &Quarantine,
        cache_bytes: u64,
    ) -> Result<Self, EngineOpenError> {
        let failed = |error: String| EngineOpenError::Engine(directory.to_owned(), error);
        if directory.exists() {
            require_parts(directory).map_err(EngineOpenError::Incomplete)?;
            manifests::examine(directory).map_err(EngineOpenError::Manifest)?;
            salvage::salvage(directory, &quarantine.folder, &quarantine.label)
                .map_err(EngineOpenError::Salvage)?;
        } else {
            create(directory, cache_bytes).map_err(|error| failed(error.to_string()))?;
        }
        // On some damage fjall panics where it should refuse.
        catch_unwind(|| Self::at(directory, cache_bytes))
            .unwrap_or_else(|_| {
                let wrong = io::Error::from(io::ErrorKind::InvalidData);
                Err(::fjall::Error::Io(wrong))
            })
            .map_err(|error| failed(error.to_string()))
    }

    fn at(directory: &Path, cache_bytes: u64) -> Result<Self, ::fjall::Error> {
        let cores = available_parallelism().map_or(1, usize::from);
        let database = Database::builder(directory)
            .worker_threads(cores.clamp(WORKERS_MIN, WORKERS_MAX))
            .cache_size(cache_bytes)
            .max_journaling_size(JOURNAL_BYTES_MAX)
            // The checksum of a compressed batch depends on the compressor's version: a journal
            // written by one release could look damaged to the next.
            .journal_compression(CompressionType::None)
            .open()?;
        let keyspaces = PerSpace::build(|space| {
            database.keyspace(space.name(), || {
                KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES_MAX)
            })
        })?;
        // A process that was killed may have left a batch written and not synced. From here on it
        // is shown, so it has to stay.
        database.persist(PersistMode::SyncAll)?;
        Ok(Self {
            database,
            keyspaces,
        })
    }

    /// A view of everything written so far. To be taken only between two writes, by whoever
    /// writes: the engine marks a batch visible too early when a flush ends while it is written.
    pub(super) fn snapshot(&self) -> FjallSnapshot {
        FjallSnapshot {
            snapshot: self.database.snapshot(),
            keyspaces: self.keyspaces.clone(),
        }
    }

    pub(super) fn write(&self, changes: &[Change]) -> Result<()> {
        let batch = OwnedWriteBatch::with_capacity(self.database.clone(), changes.len());
        let mut batch = batch.durability(Some(PersistMode::SyncData));
        for (space, key, value) in changes {
            let keyspace = self.keyspaces.of(*space);
            match value {
                Some(value) => batch.insert(keyspace, key.clone(), value.clone()),
                None => batch.remove(keyspace, key.clone()),
            }
        }
        batch
            .commit()
            .map_err(|error| Fault::caused("writing a group of commits", error).into())
    }
}

/// The parts that a database has from its creation on. fjall takes what is missing for something
/// that never was, and would begin anew.
fn require_parts(directory: &Path) -> Result<(), PathBuf> {
    let keyspaces = directory.join("keyspaces");
    // One folder a keyspace, and one in which fjall lists them.
    let wanted = Space::ALL.len() + 1;
    let count = fs::read_dir(&keyspaces).map_or(0, Iterator::count);
    if count < wanted {
        return Err(keyspaces);
    }
    let is_journal = |entry: &fs::DirEntry| entry.path().extension().is_some_and(|it| it == "jnl");
    let mut entries = fs::read_dir(directory).into_iter().flatten().flatten();
    if entries.any(|entry| is_journal(&entry)) {
        Ok(())
    } else {
        Err(directory.join("0.jnl"))
    }
}

/// Makes an empty database under another name first: a power cut in the middle leaves nothing that
/// looks like one.
fn create(directory: &Path, cache_bytes: u64) -> Result<(), ::fjall::Error> {
    let fresh = directory.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    drop(FjallEngine::at(&fresh, cache_bytes)?);
    fs::rename(&fresh, directory)?;
    if let Some(parent) = directory.parent() {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

/// The database as it was.
#[derive(Clone)]
pub(crate) struct FjallSnapshot {
    snapshot: Snapshot,
    keyspaces: PerSpace<Keyspace>,
}

impl FjallSnapshot {
    pub(super) fn reclaimer(
        &self,
        space: Space,
        step: Reclaim,
    ) -> impl FnOnce() -> Result<()> + Send + 'static {
        let keyspace = self.keyspaces.of(space).clone();
        let newest = self.snapshot.clone();
        move || {
            // fjall looks which old values nobody can see any more each time that so many views
            // were closed, and has no other way to be asked.
            (0..VIEWS_UNTIL_LOOKED).for_each(|_| drop(newest.clone()));
            drop(newest);
            // A flush also removes tables that no view needs any more.
            let flushed = keyspace.rotate_memtable_and_wait();
            flushed
                .and_then(|()| match step {
                    Reclaim::Rewrite => keyspace.major_compact(),
                    Reclaim::Remove => Ok(()),
                })
                .map_err(|error| Fault::caused("giving room back to the disk", error).into())
        }
    }

    pub(super) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Slice>> {
        self.snapshot
            .get(self.keyspaces.of(space), key)
            .map_err(|error| Fault::caused("reading a record", error).into())
    }

    pub(super) fn scan(&self, space: Space, bounds: Bounds, backwards: bool) -> Pairs<'static> {
        let pairs = self.snapshot.range(self.keyspaces.of(space), bounds);
        if backwards {
            Box::new(pairs.rev().map(pair))
        } else {
            Box::new(pairs.map(pair))
        }
    }
}

fn pair(guard: Guard) -> Result<Pair> {
    guard
        .into_inner()
        .map_err(|error| Fault::caused("scanning records", error).into())
}
