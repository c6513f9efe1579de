//! Records as they were decoded, kept between snapshots.
//!
//! A point read of the engine costs microseconds and decoding costs more; most reads of a school
//! are of the same few courses, people and lists. The cache lies *behind* the snapshot: it gives
//! what the engine would give for that snapshot, or nothing.
//!
//! How it knows. A slot says since which version its value stands. Before the committer publishes
//! version `v`, it passes the keys that `v` changes to [`RecordCache::change`]: their slots lose
//! their values and stand since `v`. So a reader whose snapshot is not older than the slot may
//! take the value, one whose snapshot is older reads the engine. What a reader has read may be
//! put into the cache only if the key has not changed since its snapshot. For keys that have no
//! slot, because nobody asked for them or because they were evicted, each shard remembers the
//! newest version that changed any of them, its `floor`: readers older than the floor put nothing
//! in. A slot that holds bytes takes the new ones over: counts change with every other commit.
//!
//! A list of all rows under one id is kept under that prefix: every change drops the slot of its
//! key and the slot of its key's first eighteen bytes, a table's number and one id.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxSeededState;

use crate::engines::Slice;

/// How many parts the cache has, each with a lock of its own. A power of two.
const SHARDS: usize = 64;
/// The prefix under which lists are kept: the table's number and an id.
pub(crate) const LIST_PREFIX_BYTES: usize = 18;
/// What a slot costs beside its value, about.
const SLOT_BYTES: usize = 160;

/// What is kept under a key.
#[derive(Clone)]
pub(crate) enum Value {
    /// There is nothing.
    Absent,
    /// The bytes as they stand in the engine.
    Bytes(Slice),
    /// What was decoded from them.
    Decoded(Arc<dyn Any + Send + Sync>),
}

/// What became of the cache so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct CacheStats {
    /// Reads that it answered.
    pub hits: u64,
    /// Reads that it left to the engine.
    pub misses: u64,
    /// Keys in it.
    pub entries: u64,
    /// Memory that it takes, about.
    pub bytes: u64,
}

/// Values by key, each since a version.
pub(crate) struct RecordCache {
    shards: Box<[Mutex<Shard>]>,
    shard_bytes_max: usize,
    hasher: FxSeededState,
}

struct Shard {
    slots: HashMap<Arc<[u8]>, Slot, FxSeededState>,
    /// Keys in the order in which their slots are looked at for eviction.
    order: VecDeque<Arc<[u8]>>,
    bytes: usize,
    /// No key without a slot has changed since this version.
    floor: u64,
    hits: u64,
    misses: u64,
}

struct Slot {
    /// The key has not changed since this version.
    since: u64,
    value: Option<Value>,
    bytes: usize,
    /// Asked for since it was last looked at for eviction.
    used: bool,
}

impl RecordCache {
    /// An empty cache that takes at most about this much memory.
    pub(crate) fn new(bytes_max: u64) -> Self {
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        // Names that people choose are among the keys: nobody shall know which ones collide.
        let seed = RandomState::new().hash_one(0);
        let hasher = FxSeededState::with_seed(usize::try_from(seed).unwrap_or(usize::MAX));
        let shard = || Shard {
            slots: HashMap::with_hasher(hasher.clone()),
            order: VecDeque::new(),
            bytes: 0,
            floor: 0,
            hits: 0,
            misses: 0,
        };
        Self {
            shards: (0..SHARDS).map(|_| Mutex::new(shard())).collect(),
            shard_bytes_max: bytes_max / SHARDS,
            hasher,
        }
    }

    /// The value under a key as of a version, if it is kept.
    pub(crate) fn get(&self, key: &[u8], version: u64) -> Option<Value> {
        let mut shard = self.shard(key);
        let found = shard.slots.get_mut(key).and_then(|slot| {
            slot.used = true;
            slot.value.as_ref().filter(|_| slot.since <= version)
        });
        let found = found.cloned();
        if found.is_some() {
            shard.hits += 1;
        } else {
            shard.misses += 1;
        }
        found
    }

    /// Keeps what was read under a key as of a version, unless the key may have changed since.
    /// `bytes` is what the value takes, about; what is too large is not kept.
    pub(crate) fn keep(&self, key: &[u8], version: u64, value: Value, bytes: usize) {
        let bytes = bytes + key.len() + SLOT_BYTES;
        if bytes > self.shard_bytes_max / 8 {
            return;
        }
        let mut shard = self.shard(key);
        let shard = &mut *shard;
        if let Some(slot) = shard.slots.get_mut(key) {
            if slot.value.is_none() && slot.since <= version {
                shard.bytes = shard.bytes - slot.bytes + bytes;
                slot.value = Some(value);
                slot.bytes = bytes;
            }
        } else if shard.floor <= version {
            let key: Arc<[u8]> = key.into();
            let slot = Slot {
                since: shard.floor,
                value: Some(value),
                bytes,
                used: false,
            };
            shard.order.push_back(Arc::clone(&key));
            shard.slots.insert(key, slot);
            shard.bytes += bytes;
        }
        shard.evict(self.shard_bytes_max);
    }

    /// Takes note that a version changes a key, and to what. To be called before the version is
    /// published, for each key that it changes.
    pub(crate) fn change(&self, key: &[u8], version: u64, to: Option<&Slice>) {
        self.change_one(key, version, to);
        if let Some(prefix) = key.get(..LIST_PREFIX_BYTES)
            && key.len() > LIST_PREFIX_BYTES
        {
            self.change_one(prefix, version, None);
        }
    }

    fn change_one(&self, key: &[u8], version: u64, to: Option<&Slice>) {
        let mut shard = self.shard(key);
        let shard = &mut *shard;
        if let Some(slot) = shard.slots.get_mut(key) {
            let to = to.filter(|_| matches!(slot.value, Some(Value::Bytes(_))));
            let bytes = to.map_or(0, |to| to.len()) + key.len() + SLOT_BYTES;
            shard.bytes = shard.bytes - slot.bytes + bytes;
            slot.since = version;
            slot.value = to.cloned().map(Value::Bytes);
            slot.bytes = bytes;
        } else {
            shard.floor = version;
        }
    }

    /// What became of the cache so far.
    pub(crate) fn stats(&self) -> CacheStats {
        let mut stats = CacheStats::default();
        for shard in &self.shards {
            let shard = lock(shard);
            stats.hits += shard.hits;
            stats.misses += shard.misses;
            stats.entries += shard.slots.len() as u64;
            stats.bytes += shard.bytes as u64;
        }
        stats
    }

    fn shard(&self, key: &[u8]) -> MutexGuard<'_, Shard> {
        // The map within a shard takes the low bits of the same hash.
        let place = (self.hasher.hash_one(key) >> 32) as usize % SHARDS;
        let shard = self.shards.get(place);
        lock(shard.expect("the remainder is less than the number of shards"))
    }
}

impl Shard {
    /// Evicts what was not asked for lately until the shard fits, in the manner of a clock.
    fn evict(&mut self, bytes_max: usize) {
        while self.bytes > bytes_max {
            let Some(key) = self.order.pop_front() else {
                return;
            };
            let Some(slot) = self.slots.get_mut(&key) else {
                continue;
            };
            if slot.used {
                slot.used = false;
                self.order.push_back(key);
                continue;
            }
            self.bytes -= slot.bytes;
            self.floor = self.floor.max(slot.since);
            self.slots.remove(&key);
        }
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
