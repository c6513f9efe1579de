//! The transaction that a command writes in: a snapshot plus an overlay of changes.
//!
//! It holds no lock of the engine. The overlay is shared by the commands of one group; an undo log
//! takes back those of a command that was refused or panicked.

use std::ops::Deref;

use rand::RngCore;
use rand::rngs::StdRng;

use kernel::{Fault, Id, Result, Timestamp, Uuid7};

use crate::engines::{Change, Slice, Space};
use crate::key::Key;
use crate::record::{Record, encode_into};
use crate::snapshot::{Snapshot, read_count};
use crate::table::{Row, Table};

/// The longest key that the engine takes, in bytes. It panics at a longer one.
const KEY_BYTES_MAX: usize = 65_535;

/// The most ids of a command that are remembered as new.
const FRESH_MAX: usize = 64;
/// How much room for encoding is kept from one record to the next, in bytes.
const SCRATCH_KEPT: usize = 64 * 1024;

/// A running transaction. Reads see its own writes and those of earlier commands of its group.
pub struct Tx {
    snapshot: Snapshot,
    undo: Vec<(Space, Slice, Before)>,
    bytes: usize,
    now: Timestamp,
    ids: Uuid7,
    rng: StdRng,
    /// Ids that this command was given: nothing stands under them but what it put there. Those
    /// that are forgotten are looked up as any other.
    fresh: Vec<[u8; 16]>,
    /// Where records are encoded.
    scratch: Vec<u8>,
}

/// A place in a transaction that it can be taken back to.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

/// What the overlay held under a key before a command changed it.
enum Before {
    Nothing,
    Pending(Option<Slice>),
}

impl Deref for Tx {
    type Target = Snapshot;
    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl Tx {
    pub(crate) fn new(snapshot: Snapshot, rng: StdRng) -> Self {
        let now = Timestamp::default();
        Self {
            snapshot,
            undo: Vec::new(),
            bytes: 0,
            now,
            ids: Uuid7::default(),
            rng,
            fresh: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The moment of this command: the same however often it asks, never before an earlier
    /// command's.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves the moment of this command forward, for one that tells of a stretch of time. A moment
    /// that is over already changes nothing.
    pub fn advance(&mut self, to: Timestamp) {
        self.now = self.now.max(to);
    }

    /// A fresh id. Its order is the order of making.
    pub fn new_id<K>(&mut self) -> Id<K> {
        let random = self.rng.next_u64();
        let id: Id<K> = self.ids.next(self.now, random);
        if self.fresh.len() == FRESH_MAX {
            self.fresh.clear();
        }
        self.fresh.push(id.bytes());
        id
    }

    /// Puts a record, and changes what is derived from it.
    pub fn put<K: Key, R: Record>(
        &mut self,
        table: &Table<K, R>,
        key: &K,
        record: &R,
    ) -> Result<()> {
        let encoded = self.encoded(record)?;
        let key_bytes = table.key_bytes(key);
        if !table.derived().is_empty() {
            let old = if self.is_first_under(table.space(), &key_bytes) {
                None
            } else {
                self.get(table, key)?
            };
            self.derive(table, key, old.as_ref(), Some(record))?;
        }
        self.set(table.space(), key_bytes, Some(encoded))
    }

    fn encoded<R: Record>(&mut self, record: &R) -> Result<Slice> {
        self.scratch.clear();
        self.scratch.shrink_to(SCRATCH_KEPT);
        encode_into(&mut self.scratch, record)?;
        Ok(Slice::from(self.scratch.as_slice()))
    }

    /// Whether a key is an id that this command was given, and nothing was put under it yet.
    fn is_first_under(&self, space: Space, key: &[u8]) -> bool {
        let is_fresh = key
            .get(2..)
            .is_some_and(|id| self.fresh.iter().any(|it| it == id));
        is_fresh && !self.snapshot.overlay.of(space).contains_key(key)
    }

    /// Removes a record and what is derived from it; whether there was one.
    pub fn remove<K: Key, R: Record>(&mut self, table: &Table<K, R>, key: &K) -> Result<bool> {
        let Some(old) = self.get(table, key)? else {
            return Ok(false);
        };
        self.derive(table, key, Some(&old), None)?;
        self.set(table.space(), table.key_bytes(key), None)?;
        Ok(true)
    }

    /// Removes a record that need not be looked at: nothing is derived from its table.
    pub fn discard<K: Key, R: Record>(&mut self, table: &Table<K, R>, key: &K) -> Result<()> {
        if !table.derived().is_empty() {
            return self.remove(table, key).map(drop);
        }
        self.set(table.space(), table.key_bytes(key), None)
    }

    fn derive<K: Key, R: Record>(
        &mut self,
        table: &Table<K, R>,
        key: &K,
        old: Option<&R>,
        new: Option<&R>,
    ) -> Result<()> {
        for derived in table.derived() {
            let before = old.and_then(|record| derived.row(key, record));
            let after = new.and_then(|record| derived.row(key, record));
            if before != after {
                before.map_or(Ok(()), |row| self.withdraw(row))?;
                after.map_or(Ok(()), |row| self.enter(row, derived.name()))?;
            }
        }
        Ok(())
    }

    fn withdraw(&mut self, row: Row) -> Result<()> {
        match row {
            Row::Entry(key) | Row::Sole(key, _) => self.set(Space::Indexes, key, None),
            Row::One(key) => {
                let count = self.count_at(&key)?.saturating_sub(1);
                let value = (count > 0).then(|| Slice::from(count.encoded()));
                self.set(Space::Indexes, key, value)
            }
        }
    }

    fn enter(&mut self, row: Row, name: &str) -> Result<()> {
        match row {
            Row::Entry(key) => self.set(Space::Indexes, key, Some(Slice::from(&[][..]))),
            Row::Sole(key, value) => {
                // Commands look before they put and refuse in their own words; this is the guard.
                if self.get_bytes(Space::Indexes, &key)?.is_some() {
                    return Err(Fault::new(format!("{name} has this value already")).into());
                }
                self.set(Space::Indexes, key, Some(Slice::from(value)))
            }
            Row::One(key) => {
                let count = self.count_at(&key)? + 1;
                self.set(Space::Indexes, key, Some(Slice::from(count.encoded())))
            }
        }
    }

    fn count_at(&self, key: &[u8]) -> Result<u64> {
        Ok(self
            .kept_bytes(Space::Indexes, key)?
            .map_or(0, |value| read_count(&value)))
    }

    fn set(&mut self, space: Space, key: Vec<u8>, value: Option<Slice>) -> Result<()> {
        if key.len() > KEY_BYTES_MAX {
            let fault = format!(
                "a key of {} bytes is longer than the engine takes",
                key.len()
            );
            return Err(Fault::new(fault).into());
        }
        let key = Slice::from(key);
        self.bytes += key.len() + value.as_ref().map_or(0, |value| value.len());
        let old = self
            .snapshot
            .overlay
            .of_mut(space)
            .insert(key.clone(), value);
        self.undo
            .push((space, key, old.map_or(Before::Nothing, Before::Pending)));
        Ok(())
    }

    /// Begins the next command of the group.
    pub(crate) fn begin(&mut self, wall: Timestamp) {
        self.undo.clear();
        self.fresh.clear();
        self.now = self.now.max(wall);
    }

    /// The place that this command has come to.
    pub fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    /// Takes back what this command wrote since the mark.
    pub fn back_to(&mut self, mark: Mark) {
        while self.undo.len() > mark.0 {
            let Some((space, key, before)) = self.undo.pop() else {
                return;
            };
            let overlay = self.snapshot.overlay.of_mut(space);
            match before {
                Before::Pending(value) => overlay.insert(key, value),
                Before::Nothing => overlay.remove(&key),
            };
        }
    }

    /// Takes back what the command wrote.
    pub(crate) fn roll_back(&mut self) {
        self.back_to(Mark(0));
    }

    /// How many bytes the group has to write, at most.
    pub(crate) fn group_bytes(&self) -> usize {
        self.bytes
    }

    /// Takes the changes of the group, in the order of their keys.
    pub(crate) fn take_changes(&mut self, changes: &mut Vec<Change>) {
        self.bytes = 0;
        for space in Space::ALL {
            let overlay = std::mem::take(self.snapshot.overlay.of_mut(space));
            changes.extend(overlay.into_iter().map(|(key, value)| (space, key, value)));
        }
    }

    /// Goes on over a newer view.
    pub(crate) fn rebase(&mut self, snapshot: Snapshot) {
        self.undo.clear();
        self.snapshot = snapshot;
    }
}
