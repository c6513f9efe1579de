//! Reads the batches of a fjall journal (format 3), where any byte may be wrong.
//!
//! ```text
//! batch  = start entry* end
//! start  = 1u8  entries:u32  seqno:u64
//! entry  = 2u8  kind:u8  packing:u8  keyspace:u64
//!               key_len:u16  value_len:u32  stored_len:u32  key  stored
//!        | 4u8  keyspace:u64                                   (it was cleared)
//! end    = 3u8  xxh3_64(the entries as stored):u64  "FJL\x03"
//! ```
//! Numbers are little-endian. The checksum runs over what is stored, so nothing is decompressed.
//! No length is believed: a batch that claims to reach beyond the file is not whole, and nothing is
//! kept in memory but one window of the file.

use std::{
    collections::BTreeSet,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use fs_err::File;
use xxhash_rust::xxh3::Xxh3;

/// The end of each batch, and the mark of a database of this format.
pub(super) const MAGIC: [u8; 4] = *b"FJL\x03";

pub(super) const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;

const PLAIN: u8 = 0;
const LZ4: u8 = 1;

const START_LEN: usize = 13;
const ITEM_LEN: u64 = 21;
const END_LEN: usize = 13;
const CLEAR_LEN: usize = 9;

pub(super) const WINDOW: usize = 256 * 1024;
/// For a reader that jumps, and reads a window at each jump.
pub(super) const PROBE_WINDOW: usize = 4 * 1024;

/// A batch whose entries and checksum are right.
pub(super) struct Batch {
    pub(super) end: u64,
    pub(super) seqno: u64,
    /// It clears a keyspace, or writes to one that does not exist any more.
    pub(super) forgets: bool,
}

/// The batch that begins at `at`, if it is whole.
pub(super) fn read_batch(
    source: &mut Source,
    at: u64,
    keyspaces: &BTreeSet<u32>,
    limits: &mut Limits,
) -> io::Result<Option<Batch>> {
    let Some([START, c0, c1, c2, c3, seqno @ ..]) = source.exact::<START_LEN>(at)? else {
        return Ok(None);
    };
    let seqno = u64::from_le_bytes(seqno);
    if !limits.seqnos.contains(&seqno) {
        return Ok(None);
    }
    let entries = at + START_LEN as u64;
    let mut next = entries;
    let mut forgets = false;
    let count = u32::from_le_bytes([c0, c1, c2, c3]);
    for _ in 0..count {
        let Some(entry) = read_entry(source, next)? else {
            return Ok(None);
        };
        if !limits.spend(PROBE_WINDOW as u64) {
            return Ok(None);
        }
        forgets |= entry.clears || !keyspaces.contains(&entry.keyspace);
        next += entry.len;
    }
    let Some([END, checksum @ .., b'F', b'J', b'L', 3]) = source.exact::<END_LEN>(next)? else {
        return Ok(None);
    };
    let whole = count > 0 // fjall writes no empty batch
        && limits.spend(next - entries)
        && source.hash(entries, next)? == Some(u64::from_le_bytes(checksum));
    let end = next + END_LEN as u64;
    Ok(whole.then_some(Batch {
        end,
        seqno,
        forgets,
    }))
}

struct Entry {
    len: u64,
    keyspace: u32,
    clears: bool,
}

fn read_entry(source: &mut Source, at: u64) -> io::Result<Option<Entry>> {
    // The upper half of a keyspace's number is zero: nobody has so many.
    if let Some([CLEAR, keyspace @ .., 0, 0, 0, 0]) = source.exact::<CLEAR_LEN>(at)? {
        let keyspace = u32::from_le_bytes(keyspace);
        return Ok(Some(Entry {
            len: CLEAR_LEN as u64,
            keyspace,
            clears: true,
        }));
    }
    // A value, a tombstone or a weak tombstone.
    let Some([ITEM, 0..=2, packing @ (PLAIN | LZ4)]) = source.exact(at)? else {
        return Ok(None);
    };
    let Some([keyspace @ .., 0, 0, 0, 0]) = source.exact::<8>(at + 3)? else {
        return Ok(None);
    };
    let (Some(key_len), Some(value_len), Some(stored_len)) = (
        source.exact(at + 11)?,
        source.exact::<4>(at + 13)?,
        source.exact(at + 17)?,
    ) else {
        return Ok(None);
    };
    if packing == PLAIN && value_len != stored_len {
        return Ok(None);
    }
    let key_len = u64::from(u16::from_le_bytes(key_len));
    let stored_len = u64::from(u32::from_le_bytes(stored_len));
    let keyspace = u32::from_le_bytes(keyspace);
    Ok(Some(Entry {
        len: ITEM_LEN + key_len + stored_len,
        keyspace,
        clears: false,
    }))
}

/// What is accepted as a batch, and how much may be read to find one.
pub(super) struct Limits {
    pub(super) seqnos: Range<u64>,
    /// In bytes. A search needs it, lest content that was made for it takes hours; a reader that
    /// goes from batch to batch does not, as the file ends.
    pub(super) effort: u64,
}

impl Limits {
    fn spend(&mut self, bytes: u64) -> bool {
        let rest = self.effort.checked_sub(bytes);
        self.effort = rest.unwrap_or(0);
        rest.is_some()
    }
}

/// A file read through one window.
pub(super) struct Source {
    file: File,
    capacity: usize,
    window: Vec<u8>,
    start: u64,
}

impl Source {
    pub(super) fn open(path: &Path, capacity: usize) -> io::Result<Self> {
        Ok(Self {
            file: File::open(path)?,
            capacity,
            window: Vec::new(),
            start: 0,
        })
    }

    pub(super) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// As many bytes from `at` on as are at hand, none only at the end of the file.
    pub(super) fn some(&mut self, at: u64) -> io::Result<&[u8]> {
        if self.at_hand(at).is_empty() {
            self.load(at)?;
        }
        Ok(self.at_hand(at))
    }

    /// The end of the last byte from `from` on that is not zero.
    pub(super) fn end_of_content(&mut self, from: u64) -> io::Result<u64> {
        static ZEROS: [u8; WINDOW] = [0; WINDOW];

        let (mut at, mut end) = (from, from);
        loop {
            let bytes = self.some(at)?;
            if bytes.is_empty() {
                return Ok(end);
            }
            // Most of it are zeros, and comparing memory is much faster than a look at each byte.
            if ZEROS.get(..bytes.len()) != Some(bytes)
                && let Some(last) = bytes.iter().rposition(|byte| *byte != 0)
            {
                end = at + last as u64 + 1;
            }
            at += bytes.len() as u64;
        }
    }

    fn exact<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        if self.at_hand(at).len() < N {
            self.load(at)?;
        }
        Ok(self.at_hand(at).first_chunk().copied())
    }

    /// The checksum of `from..to`, unless the file ends before.
    fn hash(&mut self, from: u64, to: u64) -> io::Result<Option<u64>> {
        let mut hash = Xxh3::new();
        let mut at = from;
        while at < to {
            let bytes = self.some(at)?;
            let wanted = usize::try_from(to - at).unwrap_or(usize::MAX);
            let bytes = bytes.get(..wanted).unwrap_or(bytes);
            if bytes.is_empty() {
                return Ok(None);
            }
            hash.update(bytes);
            at += bytes.len() as u64;
        }
        Ok(Some(hash.digest()))
    }

    fn at_hand(&self, at: u64) -> &[u8] {
        at.checked_sub(self.start)
            .and_then(|skip| self.window.get(usize::try_from(skip).ok()?..))
            .unwrap_or_default()
    }

    fn load(&mut self, at: u64) -> io::Result<()> {
        self.window.clear();
        self.start = at;
        self.file.seek(SeekFrom::Start(at))?;
        (&mut self.file)
            .take(self.capacity as u64)
            .read_to_end(&mut self.window)?;
        Ok(())
    }
}
