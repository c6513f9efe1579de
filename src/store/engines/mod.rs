//! What keeps the bytes: `fjall` on disk, `memory` for tests and simulations.
//!
//! The port is small: take a snapshot, read from it, write one atomic batch. An engine is chosen
//! when a store is opened; nothing outside this folder can tell which one runs.

mod fjall;
mod memory;

#[cfg(test)]
mod conformance;

use std::ops::Bound;
use std::path::Path;

use kernel::Result;

use crate::data_dir::Quarantine;
use crate::snapshot::Snapshot;

pub(crate) use self::fjall::{EngineOpenError, ManifestError, SalvageError};
use self::fjall::{FjallEngine, FjallSnapshot};
use self::memory::{MemoryEngine, MemorySnapshot};

/// Bytes that are cheap to clone.
pub(crate) type Slice = ::fjall::Slice;

/// A part of the store with its own access pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// Records, read by point and by short scan.
    Records,
    /// What is derived from records.
    Indexes,
    /// The event log, appended and scanned.
    Events,
    /// Positions of projections and consumers.
    Consumers,
    /// What the store and the log know about themselves.
    Meta,
}

impl Space {
    /// All of them, in the order of their discriminants.
    pub(crate) const ALL: [Self; 5] = [
        Self::Records,
        Self::Indexes,
        Self::Events,
        Self::Consumers,
        Self::Meta,
    ];

    /// Whether what is read from it is kept in the record cache.
    pub(crate) const fn is_cached(self) -> bool {
        matches!(self, Self::Records | Self::Indexes | Self::Consumers)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Indexes => "indexes",
            Self::Events => "events",
            Self::Consumers => "consumers",
            Self::Meta => "meta",
        }
    }
}

/// One value of each kind for each [`Space`].
#[derive(Debug, Clone, Default)]
pub(crate) struct PerSpace<T>([T; 5]);

impl<T> PerSpace<T> {
    pub(crate) fn build<E>(mut make: impl FnMut(Space) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self([
            make(Space::Records)?,
            make(Space::Indexes)?,
            make(Space::Events)?,
            make(Space::Consumers)?,
            make(Space::Meta)?,
        ]))
    }

    pub(crate) fn of(&self, space: Space) -> &T {
        let [records, indexes, events, consumers, meta] = &self.0;
        match space {
            Space::Records => records,
            Space::Indexes => indexes,
            Space::Events => events,
            Space::Consumers => consumers,
            Space::Meta => meta,
        }
    }

    pub(crate) fn of_mut(&mut self, space: Space) -> &mut T {
        let [records, indexes, events, consumers, meta] = &mut self.0;
        match space {
            Space::Records => records,
            Space::Indexes => indexes,
            Space::Events => events,
            Space::Consumers => consumers,
            Space::Meta => meta,
        }
    }
}

/// A stretch of keys.
pub(crate) type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// A key and its value.
pub(crate) type Pair = (Slice, Slice);

/// Pairs in the order of their keys, or against it.
pub(crate) type Pairs<'a> = Box<dyn Iterator<Item = Result<Pair>> + Send + 'a>;

/// One change: the new value, or `None` for a removal.
pub(crate) type Change = (Space, Slice, Option<Slice>);

/// What keeps the bytes.
#[derive(Debug)]
pub enum Engine {
    /// On disk.
    #[doc(hidden)]
    Fjall(FjallEngine),
    /// In memory, lost when dropped.
    #[doc(hidden)]
    Memory(MemoryEngine),
}

impl Engine {
    /// The engine on disk, in this directory, made if it is not there. A torn last batch is cut
    /// after a copy of it went to `quarantine`.
    pub(crate) fn on_disk(
        directory: &Path,
        quarantine: &Quarantine,
        cache_bytes: u64,
    ) -> Result<Self, EngineOpenError> {
        FjallEngine::open(directory, quarantine, cache_bytes).map(Self::Fjall)
    }

    /// An empty engine in memory.
    pub fn in_memory() -> Self {
        Self::Memory(MemoryEngine::default())
    }

    /// An empty engine in memory whose disk fails after so many groups, for tests of what follows.
    pub fn failing_after(groups: u64) -> Self {
        Self::Memory(MemoryEngine::failing_after(groups))
    }

    /// An engine in memory that begins with what another one in memory held, for tests that try
    /// many things from one state; `None` for a state on disk.
    pub fn forked(snapshot: &Snapshot) -> Option<Self> {
        match &snapshot.base.engine {
            EngineSnapshot::Memory(held) => Some(Self::Memory(MemoryEngine::from(held.clone()))),
            EngineSnapshot::Fjall(_) => None,
        }
    }

    /// A stable view of everything written so far.
    pub(crate) fn snapshot(&self) -> EngineSnapshot {
        match self {
            Self::Fjall(engine) => EngineSnapshot::Fjall(engine.snapshot()),
            Self::Memory(engine) => EngineSnapshot::Memory(engine.snapshot()),
        }
    }

    /// Writes all changes or none, and returns when they are on stable storage. After an error
    /// the engine takes no more writes until it is opened again.
    pub(crate) fn write(&self, changes: &[Change]) -> Result<()> {
        match self {
            Self::Fjall(engine) => engine.write(changes),
            Self::Memory(engine) => engine.write(changes),
        }
    }
}

/// The steps of giving room back to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reclaim {
    /// What is left is written anew, which takes its time.
    Rewrite,
    /// What was written before is removed, once something was committed behind it.
    Remove,
}

/// A stable view of an engine.
#[derive(Clone)]
pub(crate) enum EngineSnapshot {
    Fjall(FjallSnapshot),
    Memory(MemorySnapshot),
}

impl EngineSnapshot {
    /// What takes a step of giving back to the disk the room of what was removed from a space. It
    /// keeps no view open.
    pub(crate) fn reclaimer(
        &self,
        space: Space,
        step: Reclaim,
    ) -> Box<dyn FnOnce() -> Result<()> + Send> {
        match self {
            Self::Fjall(snapshot) => Box::new(snapshot.reclaimer(space, step)),
            Self::Memory(_) => Box::new(|| Ok(())),
        }
    }

    /// The value under a key.
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<Slice>> {
        match self {
            Self::Fjall(snapshot) => snapshot.get(space, key),
            Self::Memory(snapshot) => Ok(snapshot.get(space, key)),
        }
    }

    /// The pairs within bounds, backwards when asked.
    pub(crate) fn scan(&self, space: Space, bounds: Bounds, backwards: bool) -> Pairs<'static> {
        match self {
            Self::Fjall(snapshot) => snapshot.scan(space, bounds, backwards),
            Self::Memory(snapshot) => snapshot.scan(space, bounds, backwards),
        }
    }
}
