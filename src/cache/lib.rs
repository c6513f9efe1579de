//! A cache on disk for what can be made again: values by the hash of what they were made from.
//!
//! - Nothing in it is the only copy of anything. What cannot be read is a miss, what cannot be
//!   written is not kept, and neither is an error of the caller's.
//! - It never takes more room than it was given: the oldest half goes when it is full.
//! - Every value is compared with its checksum each time it is read, so what the disk made of it is
//!   never taken for it.
//! - Nothing is synced. After a power cut some or all of it is gone.
//!
//! `docs/adr/0026` says why it is two files of our own. One process has it open at a time, as it
//! lies in the data directory, which is locked.

mod halves;
mod record;

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::halves::Halves;

pub use crate::record::VALUE_BYTES_MAX;

/// A hash of what a value was made from.
pub type Key = [u8; 32];

/// Values by hash, on disk.
#[derive(Debug)]
pub struct Cache {
    /// `None` when there is no place for it: then it keeps nothing.
    halves: Mutex<Option<Halves>>,
    hits: AtomicU64,
    misses: AtomicU64,
    failures: AtomicU64,
}

/// A cache, ready for use.
#[derive(Debug)]
pub struct Opened {
    /// The cache.
    pub cache: Cache,
    /// What of it was thrown away or cannot be, and why, a sentence each.
    pub notes: Vec<String>,
}

/// How a cache is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// How often a value was there, since it was opened.
    pub hits: u64,
    /// How often none was.
    pub misses: u64,
    /// How often the disk failed, so that a value was not kept or not found.
    pub failures: u64,
    /// How many values there are.
    pub entries: usize,
    /// How much room it takes on the disk.
    pub bytes: u64,
}

impl Cache {
    /// Opens the cache in a folder of its own, with room for so many bytes. What of it cannot be
    /// read is thrown away, and a folder that cannot be used makes a cache that keeps nothing: the
    /// notes say so.
    pub fn open_or_throw_away(folder: &Path, bytes_max: u64) -> Opened {
        let mut notes = Vec::new();
        let halves = Halves::open(folder, bytes_max, &mut notes);
        let halves = halves
            .map_err(|error| notes.push(format!("the cache keeps nothing: {error}")))
            .ok();
        let cache = Self {
            halves: Mutex::new(halves),
            hits: AtomicU64::default(),
            misses: AtomicU64::default(),
            failures: AtomicU64::default(),
        };
        Opened { cache, notes }
    }

    /// The value of a key, if it is there.
    pub fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let value = self.read(key);
        let count = if value.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        count.fetch_add(1, Ordering::Relaxed);
        value
    }

    /// Keeps a value under a key, instead of the one it had. One of more than [`VALUE_BYTES_MAX`],
    /// or than half of the room, is not kept.
    pub fn put(&self, key: &Key, value: &[u8]) {
        if let Some(halves) = &mut *self.halves() {
            let written = halves.put(key, value);
            self.note(written);
        }
    }

    /// How it is doing.
    pub fn stats(&self) -> Stats {
        let (entries, bytes) = self.halves().as_ref().map_or((0, 0), Halves::size);
        Stats {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            entries,
            bytes,
        }
    }

    fn read(&self, key: &Key) -> Option<Vec<u8>> {
        // The file is read without the lock. When it is deleted meanwhile it can still be read.
        let (place, file) = self.halves().as_ref()?.find(key)?;
        let value = place.read(&file, key);
        let value = self.note(value)?;
        if value.is_none()
            && let Some(halves) = &mut *self.halves()
        {
            halves.forget(key, place);
        }
        value
    }

    fn note<T>(&self, done: io::Result<T>) -> Option<T> {
        done.inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::Relaxed);
        })
        .ok()
    }

    fn halves(&self) -> MutexGuard<'_, Option<Halves>> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
