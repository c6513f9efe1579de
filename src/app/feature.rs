//! What a feature registers, in its `mod.rs`, so that the whole program can know all of it.

use std::collections::HashSet;

use kernel::{Problem, Result};
use store::{All, Findings, Key, Range, Record, Snapshot, Table, Verify};

use eventlog::{Message, Projection};

use crate::event::{Event, EventType, read};

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
        }
    }
}

/// A promise that records and events agree, to be verified.
pub trait Witness: Sync {
    /// The subject of the event that tells of a new record.
    fn subject(&self) -> &'static str;
    /// Whether an event may tell of the same record again.
    fn recurs(&self) -> bool;
    /// The key of the record that an event of this subject tells of.
    fn key(&self, message: &Message) -> Result<Vec<u8>>;
    /// Compares the records with the keys that events told of.
    fn compare(
        &self,
        snapshot: &Snapshot,
        told: &HashSet<Vec<u8>>,
        findings: &mut Findings,
    ) -> Result<()>;
}

/// Each record of the table was told of by an event of type `E`, and each such event tells of a
/// record that is there.
pub struct Pairing<E, K: 'static, R: 'static> {
    table: &'static Table<K, R>,
    key: fn(&E) -> K,
    recurs: bool,
    removable: bool,
}

impl<E, K, R> Pairing<E, K, R> {
    /// Declares the promise: one event a record.
    pub const fn new(table: &'static Table<K, R>, key: fn(&E) -> K) -> Self {
        Self {
            table,
            key,
            recurs: false,
            removable: false,
        }
    }

    /// Declares the promise for records that change: one event or more a record.
    pub const fn recurring(table: &'static Table<K, R>, key: fn(&E) -> K) -> Self {
        Self {
            table,
            key,
            recurs: true,
            removable: false,
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
}

impl<E: Event, K: Key, R: Record> Witness for Pairing<E, K, R> {
    fn subject(&self) -> &'static str {
        E::SUBJECT
    }

    fn recurs(&self) -> bool {
        self.recurs
    }

    fn key(&self, message: &Message) -> Result<Vec<u8>> {
        read::<E>(message).map(|event| (self.key)(&event).encoded())
    }

    fn compare(
        &self,
        snapshot: &Snapshot,
        told: &HashSet<Vec<u8>>,
        findings: &mut Findings,
    ) -> Result<()> {
        let name = self.table.name();
        let mut there = 0_usize;
        for entry in snapshot.scan(self.table, &All, Range::ALL)? {
            // A record that does not decode is reported by the table's own verification.
            let Ok((key, _)) = entry else { continue };
            let key = key.encoded();
            there += usize::from(told.contains(&key));
            findings.expect(told.contains(&key), || {
                let key = kernel::Cursor::at(key.clone());
                format!("{name}: no event {} tells of the record {key}", E::SUBJECT)
            });
        }
        findings.expect(self.removable || there == told.len(), || {
            let missing = told.len().saturating_sub(there);
            format!(
                "{name}: {missing} records are missing that {} told of",
                E::SUBJECT
            )
        });
        Ok(())
    }
}
