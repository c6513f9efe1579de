//! What a feature registers, in its `mod.rs`, so that the whole program can know all of it.

use std::collections::HashSet;

use kernel::{Problem, Result};
use store::{All, Findings, Key, Range, Record, Snapshot, Table, Verify};

use eventlog::{Follower, Message, Projection};

use crate::event::{Event, EventType, read};
use crate::expiry::Expiry;
use crate::search::Searchable;

/// A feature's parts.
pub struct Feature {
    /// Its name: that of its folder.
    pub name: &'static str,
    /// Its tables.
    pub tables: &'static [&'static dyn Verify],
    /// The events it records.
    pub events: &'static [EventType],
    /// The reasons it refuses for.
    pub problems: &'static [Problem],
    /// Which event tells of which record.
    pub witnesses: &'static [&'static dyn Witness],
    /// What it derives from the log.
    pub projections: &'static [&'static dyn Projection],
    /// What of it reads the log and keeps elsewhere what it makes of it.
    pub followers: &'static [&'static dyn Follower],
    /// Its records that are over after a while.
    pub expiries: &'static [&'static dyn Expiry],
    /// Its records that can be found.
    pub searchables: &'static [&'static dyn Searchable],
}

impl Feature {
    /// A feature of this name that has nothing yet.
    pub const fn named(name: &'static str) -> Self {
        Self {
            name,
            tables: &[],
            events: &[],
            problems: &[],
            witnesses: &[],
            projections: &[],
            followers: &[],
            expiries: &[],
            searchables: &[],
        }
    }
}

/// A promise that records and events agree, to be verified.
pub trait Witness: Sync {
    /// The subject of the event that tells of a new record.
    fn subject(&self) -> &'static str;
    /// Whether an event may tell of the same record again.
    fn recurs(&self) -> bool;
    /// How it is told that such a record is gone, if it ever goes.
    fn removal(&self) -> Option<&'static dyn Ending>;
    /// The key of the record that an event of this subject tells of.
    fn key(&self, message: &Message) -> Result<Vec<u8>>;
    /// Compares the records with the keys that events told of, and whether retention has removed
    /// some of these events: then a record may be there that nothing tells of any more.
    fn compare(
        &self,
        snapshot: &Snapshot,
        told: (&HashSet<Vec<u8>>, bool),
        findings: &mut Findings,
    ) -> Result<()>;
}

/// Which event tells that a record is gone.
pub trait Ending: Sync {
    /// The subject of the event.
    fn subject(&self) -> &'static str;
    /// The key of the record that an event of this subject tells of.
    fn key(&self, message: &Message) -> Result<Vec<u8>>;
}

/// An event of type `E` tells that the record with its key is gone.
pub struct Removal<E, K> {
    key: fn(&E) -> K,
}

impl<E, K> Removal<E, K> {
    /// Declares which record an event ends.
    pub const fn new(key: fn(&E) -> K) -> Self {
        Self { key }
    }
}

impl<E: Event, K: Key> Ending for Removal<E, K> {
    fn subject(&self) -> &'static str {
        E::SUBJECT
    }

    fn key(&self, message: &Message) -> Result<Vec<u8>> {
        read::<E>(message).map(|event| (self.key)(&event).encoded())
    }
}

/// Each record of the table was told of by an event of type `E`, and each such event tells of a
/// record that is there, unless a later event told that it is gone.
pub struct Pairing<E, K: 'static, R: 'static> {
    table: &'static Table<K, R>,
    key: fn(&E) -> K,
    recurs: bool,
    removable: bool,
    removal: Option<&'static dyn Ending>,
}

impl<E, K, R> Pairing<E, K, R> {
    /// Declares the promise: one event a record.
    pub const fn new(table: &'static Table<K, R>, key: fn(&E) -> K) -> Self {
        Self {
            table,
            key,
            recurs: false,
            removable: false,
            removal: None,
        }
    }

    /// Declares the promise for records that change: one event or more a record.
    pub const fn recurring(table: &'static Table<K, R>, key: fn(&E) -> K) -> Self {
        Self {
            table,
            key,
            recurs: true,
            removable: false,
            removal: None,
        }
    }

    /// The same promise for records that can be removed: an event may tell of one that is gone.
    #[must_use]
    pub const fn removable(self) -> Self {
        Self {
            removable: true,
            ..self
        }
    }

    /// The same promise for records that can be removed, where an event tells of that as well:
    /// what it does not tell of must be there.
    #[must_use]
    pub const fn until(self, removal: &'static dyn Ending) -> Self {
        Self {
            removal: Some(removal),
            ..self
        }
    }
}

impl<E: Event, K: Key, R: Record> Witness for Pairing<E, K, R> {
    fn subject(&self) -> &'static str {
        E::SUBJECT
    }

    fn recurs(&self) -> bool {
        self.recurs
    }

    fn removal(&self) -> Option<&'static dyn Ending> {
        self.removal
    }

    fn key(&self, message: &Message) -> Result<Vec<u8>> {
        read::<E>(message).map(|event| (self.key)(&event).encoded())
    }

    fn compare(
        &self,
        snapshot: &Snapshot,
        (told, trimmed): (&HashSet<Vec<u8>>, bool),
        findings: &mut Findings,
    ) -> Result<()> {
        let name = self.table.name();
        let mut there = 0_usize;
        for entry in snapshot.scan(self.table, &All, Range::ALL)? {
            // A record that does not decode is reported by the table's own verification.
            let Ok((key, _)) = entry else { continue };
            let key = key.encoded();
            there += usize::from(told.contains(&key));
            findings.expect(trimmed || told.contains(&key), || {
                let key = kernel::Cursor::at(key.clone());
                format!("{name}: no event {} tells of the record {key}", E::SUBJECT)
            });
        }
        let removable = self.removable || (trimmed && self.removal.is_some());
        findings.expect(removable || there == told.len(), || {
            let missing = told.len().saturating_sub(there);
            format!(
                "{name}: {missing} records are missing that {} told of",
                E::SUBJECT
            )
        });
        Ok(())
    }
}
