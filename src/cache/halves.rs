//! The two files. The younger one is written at its end; when it has half of the room, the older
//! one goes and a third begins.

use std::collections::HashMap;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err::{File, OpenOptions};

use crate::Key;
use crate::record::{self, HEAD_BYTES};

/// What a file begins with: what it is, and its form.
const BEGIN: &[u8; 8] = b"EduCach1";
/// What the name of a file ends with, behind its number.
const SUFFIX: &str = ".cache";
/// The highest number of a file that is read: more are never written.
const NUMBER_MAX: u64 = 1 << 52;
/// The most values of a file, so that small ones do not fill the memory with their places.
const ENTRIES_MAX: usize = 500_000;

/// Where a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the file.
    number: u64,
    /// Where its record begins.
    at: u64,
    /// How long the record is.
    length: usize,
}

impl Place {
    /// The value that is there, if it is whole and that of the key.
    pub(crate) fn read(self, file: &File, key: &Key) -> io::Result<Option<Vec<u8>>> {
        let mut record = vec![0; self.length];
        file.file().read_exact_at(&mut record, self.at)?;
        Ok(record::value_of(&record, key))
    }
}

#[derive(Debug)]
struct Half {
    number: u64,
    file: Arc<File>,
    /// Where the next record goes.
    end: u64,
    entries: usize,
}

#[derive(Debug)]
pub(crate) struct Halves {
    folder: PathBuf,
    half_bytes_max: u64,
    older: Option<Half>,
    younger: Half,
    places: HashMap<Key, Place>,
}

impl Halves {
    pub(crate) fn open(folder: &Path, bytes_max: u64, notes: &mut Vec<String>) -> io::Result<Self> {
        fs_err::create_dir_all(folder)?;
        let half_bytes_max = bytes_max / 2;
        let mut places = HashMap::new();
        let mut halves = Vec::new();
        let mut numbers = numbers(folder)?;
        let last = numbers.first().copied().unwrap_or(0);
        // A crash may leave a third one.
        for gone in numbers.split_off(numbers.len().min(2)) {
            fs_err::remove_file(path(folder, gone))?;
        }
        // Of a key that is in both, the younger one counts.
        for number in numbers.into_iter().rev() {
            match Half::open(folder, number, half_bytes_max, &mut places) {
                Ok((half, None)) => halves.push(half),
                Ok((half, Some(note))) => {
                    notes.push(note);
                    halves.push(half);
                }
                Err(error) => {
                    notes.push(format!("a file of the cache was thrown away: {error}"));
                    places.retain(|_, place: &mut Place| place.number != number);
                    fs_err::remove_file(path(folder, number))?;
                }
            }
        }
        let younger = match halves.pop() {
            Some(half) => half,
            None => Half::create(folder, last + 1)?,
        };
        Ok(Self {
            folder: folder.to_owned(),
            half_bytes_max,
            older: halves.pop(),
            younger,
            places,
        })
    }

    pub(crate) fn find(&self, key: &Key) -> Option<(Place, Arc<File>)> {
        let place = *self.places.get(key)?;
        let mut halves = self.older.iter().chain([&self.younger]);
        let half = halves.find(|half| half.number == place.number)?;
        Some((place, Arc::clone(&half.file)))
    }

    /// Forgets that a value is at a place, unless the key has got another one.
    pub(crate) fn forget(&mut self, key: &Key, place: Place) {
        if self.places.get(key) == Some(&place) {
            self.places.remove(key);
        }
    }

    pub(crate) fn put(&mut self, key: &Key, value: &[u8]) -> io::Result<()> {
        let Some(record) = record::written(key, value) else {
            return Ok(());
        };
        let bytes = record.len() as u64;
        if BEGIN.len() as u64 + bytes > self.half_bytes_max {
            return Ok(());
        }
        let is_full = self.younger.end + bytes > self.half_bytes_max;
        if is_full || self.younger.entries >= ENTRIES_MAX {
            self.begin_another()?;
        }
        let half = &mut self.younger;
        let place = Place {
            number: half.number,
            at: half.end,
            length: record.len(),
        };
        // At its place and not at the end of the file: the next one goes over half a write.
        half.file.file().write_all_at(&record, place.at)?;
        half.end += bytes;
        half.entries += 1;
        self.places.insert(*key, place);
        Ok(())
    }

    /// How many values there are, and what they take on the disk.
    pub(crate) fn size(&self) -> (usize, u64) {
        let older = self.older.as_ref().map_or(0, |half| half.end);
        (self.places.len(), older + self.younger.end)
    }

    /// Lets the older half go and begins another.
    fn begin_another(&mut self) -> io::Result<()> {
        if let Some(older) = &self.older {
            fs_err::remove_file(path(&self.folder, older.number))?;
            let gone = older.number;
            self.places.retain(|_, place| place.number != gone);
            self.older = None;
        }
        let next = Half::create(&self.folder, self.younger.number + 1)?;
        self.older = Some(std::mem::replace(&mut self.younger, next));
        Ok(())
    }
}

impl Half {
    fn create(folder: &Path, number: u64) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(path(folder, number))?;
        file.file().write_all_at(BEGIN, 0)?;
        Ok(Self {
            number,
            file: Arc::new(file),
            end: BEGIN.len() as u64,
            entries: 0,
        })
    }

    /// Reads a file as far as its records are whole. The rest is cut off, which the note says.
    fn open(
        folder: &Path,
        number: u64,
        bytes_max: u64,
        places: &mut HashMap<Key, Place>,
    ) -> io::Result<(Self, Option<String>)> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path(folder, number))?;
        let length = file.metadata()?.len();
        let unfit = |why: &str| io::Error::other(format!("{} {why}", file.path().display()));
        if length > bytes_max {
            return Err(unfit("has more than its part of the room"));
        }
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let mut begin = [0; BEGIN.len()];
        let is_ours = reader.read_exact(&mut begin).is_ok() && begin == *BEGIN;
        if !is_ours {
            return Err(unfit("does not begin as a file of the cache does"));
        }
        let (mut end, mut entries) = (BEGIN.len() as u64, 0);
        while entries < ENTRIES_MAX
            && let Some((key, value)) = record::next(&mut reader)?
        {
            let length = HEAD_BYTES + value.len();
            let at = end;
            places.insert(key, Place { number, at, length });
            end += length as u64;
            entries += 1;
        }
        let mut note = None;
        if end < length {
            file.set_len(end)?;
            let (name, cut) = (file.path().display(), length - end);
            note = Some(format!(
                "{cut} bytes of {name} were no whole values and were cut off"
            ));
        }
        let file = Arc::new(file);
        let half = Self {
            number,
            file,
            end,
            entries,
        };
        Ok((half, note))
    }
}

/// The numbers of the files of a cache, the youngest first.
fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        let number = number.and_then(|number| number.parse().ok());
        // Only names as they are given here, and far from where numbers end.
        let is_ours = |number: &u64| *number <= NUMBER_MAX && name == *name_of(*number);
        numbers.extend(number.filter(is_ours));
    }
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    Ok(numbers)
}

fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(name_of(number))
}

fn name_of(number: u64) -> String {
    format!("{number}{SUFFIX}")
}
