//! The ring: proof, kept outside of the records, of how far acknowledging had come.
//!
//! A journal whose end is gone looks like one that never had it. So each group of commits has a
//! number and a digest, chained over the digests before it, which stand in the group's own batch;
//! and when the batch is on the disk, both are written to the ring and synced, before anybody is
//! answered. A start compares the two:
//!
//! - **the records have come as far, or further**: nothing that was acknowledged is missing. They
//!   are further by the group that a crash caught between the two syncs; it was not acknowledged,
//!   and from this start on it counts as if it had been;
//! - **the records end before, or with another group of the same number**: a [`Loss`];
//! - **there is no ring**: as it should be when the records know of no group. Otherwise a loss too,
//!   for what was acknowledged cannot be proved.
//!
//! ```text
//! ack.ring = slot slot                                  written alternately, by the group's number
//! slot     = "ESA\x01"  number:u64  digest:u64  xxh3_64(all before):u64     then zeros to 4 KiB
//! ```
//! Numbers are little-endian. A torn write breaks one slot, and the other one still tells of the
//! group before. Digests tell accidents apart; they are no defence against forgers.

#[cfg(test)]
mod tests;

use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use fs_err as fs;
use fs_err::os::unix::fs::OpenOptionsExt;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use kernel::{Fault, Result};

use crate::engines::{Change, EngineSnapshot, Slice, Space};
use crate::loss::Loss;
use crate::record::{Record, decode, encode};
use crate::table::Table;

/// What the file is called, beside the folder of records.
const NAME: &str = "ack.ring";
/// A slot has a page of its own, so that no write touches two of them.
const SLOT_BYTES: usize = 4096;
const MARK_BYTES: usize = 28;
const MAGIC: [u8; 4] = *b"ESA\x01";

/// The last group of the records.
static LAST_GROUP: Table<u8, Group> = Table::new(0x000f, "last_group").within(Space::Meta);

/// A group of commits: how many there were with it, and what tells its history from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    number: u64,
    digest: u64,
}

impl Record for Group {
    const VERSION: u8 = 1;
}

impl Group {
    /// The last group of the records, if they know of any.
    pub(crate) fn last_of(snapshot: &EngineSnapshot) -> Result<Option<Self>> {
        let bytes = snapshot.get(LAST_GROUP.space(), &LAST_GROUP.key_bytes(&0))?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }

    /// The group of these changes, behind this one.
    fn next(self, changes: &[Change]) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&self.digest.to_le_bytes());
        let mut part = |bytes: &[u8]| {
            hash.update(&bytes.len().to_le_bytes());
            hash.update(bytes);
        };
        for (space, key, value) in changes {
            part(&[*space as u8, u8::from(value.is_some())]);
            part(key);
            part(value.as_deref().unwrap_or_default());
        }
        Self {
            number: self.number + 1,
            digest: hash.digest(),
        }
    }

    fn mark(self) -> [u8; MARK_BYTES] {
        let [number, digest] = [self.number, self.digest].map(u64::to_le_bytes);
        let mut mark = [0; MARK_BYTES];
        let parts = MAGIC.iter().chain(&number).chain(&digest);
        mark.iter_mut()
            .zip(parts)
            .for_each(|(to, from)| *to = *from);
        let sum = xxh3_64(mark.split_at(MARK_BYTES - 8).0).to_le_bytes();
        mark.split_at_mut(MARK_BYTES - 8).1.copy_from_slice(&sum);
        mark
    }

    /// What a slot tells, if it is whole.
    fn in_slot(slot: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(u64::from_le_bytes(*slot.get(at..)?.first_chunk()?));
        let told = Self {
            number: word(4)?,
            digest: word(12)?,
        };
        slot.starts_with(&told.mark()).then_some(told)
    }
}

/// Where the ring of these records is.
pub(crate) fn beside(records: &Path) -> PathBuf {
    records.with_file_name(NAME)
}

/// The open ring.
#[derive(Debug)]
pub(crate) struct AckRing {
    file: fs::File,
    last: Group,
}

impl AckRing {
    /// Opens the ring of these records, whose last group is `found`, and notes that group in it.
    /// Nothing is changed where something is missing.
    pub(crate) fn open(records: &Path, found: Option<Group>) -> io::Result<Result<Self, Loss>> {
        let ring = beside(records);
        let last = found.unwrap_or_default();
        let told = match fs::read(&ring) {
            Ok(bytes) => bytes.chunks(SLOT_BYTES).filter_map(Group::in_slot).max(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if found.is_none() {
                    return Self::create(&ring, last).map(Ok);
                }
                None
            }
            Err(error) => return Err(error),
        };
        let (records, found) = (records.to_owned(), last.number);
        let loss = match told {
            None => Loss::Unproved {
                records,
                ring,
                found,
            },
            Some(told) if told.number > found => Loss::Groups {
                records,
                ring,
                found,
                acknowledged: told.number,
            },
            Some(told) if told.number == found && told != last => Loss::OtherGroup {
                records,
                ring,
                number: found,
            },
            Some(_) => {
                let file = fs::OpenOptions::new().write(true).open(&ring)?;
                let mut opened = Self { file, last };
                opened.note()?;
                return Ok(Ok(opened));
            }
        };
        Ok(Err(loss))
    }

    /// Makes a ring that tells of this group: whole or not at all, and on the disk.
    pub(crate) fn create(ring: &Path, last: Group) -> io::Result<Self> {
        let fresh = ring.with_extension("ring.new");
        let file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        // Written, not only reserved: a later sync has no more to do than one page.
        file.file().write_all_at(&[0; 2 * SLOT_BYTES], 0)?;
        let mut made = Self { file, last };
        made.note()?;
        made.file.sync_all()?;
        fs::rename(&fresh, ring)?;
        if let Some(folder) = ring.parent() {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(made)
    }

    /// Counts the changes as the next group, which they tell of themselves from here on.
    pub(crate) fn enter(&mut self, changes: &mut Vec<Change>) -> Result<()> {
        self.last = self.last.next(changes);
        let record = Slice::from(encode(&self.last)?);
        let key = Slice::from(LAST_GROUP.key_bytes(&0));
        changes.push((Space::Meta, key, Some(record)));
        Ok(())
    }

    /// Notes that the group that was entered last is on the disk. It may be acknowledged when this
    /// has returned.
    pub(crate) fn acknowledge(&mut self) -> Result<()> {
        self.note().map_err(|error| {
            Fault::caused("noting in ack.ring that a group is on the disk", error).into()
        })
    }

    fn note(&mut self) -> io::Result<()> {
        let slot = (self.last.number % 2) * SLOT_BYTES as u64;
        self.file.file().write_all_at(&self.last.mark(), slot)?;
        self.file.sync_data()
    }
}
