//! The zip archive under a cartridge, with every limit checked before anything is unpacked.
//!
//! Names are checked once, here: relative, without `..`, unique even where capitals do not count.
//! Nothing is written to disk, nothing nested is unpacked, and no more bytes are ever produced than
//! an entry declares, so sizes that lie are found while streaming.

use std::{
    collections::HashMap,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use fs_err::File;
use zip::{
    CompressionMethod, ZipArchive,
    read::{ArchiveOffset, Config, ZipFile},
    result::ZipError,
};

use super::{model::FileEntry, paths, problem::CartridgeProblem};

/// Most entries of an archive, folders included.
pub const ENTRIES_MAX: usize = 10_000;
/// Most bytes of all entries together once unpacked.
pub const UNPACKED_BYTES_MAX: u64 = 2_000_000_000;
/// An entry may unpack to this many times its packed size ...
pub const RATIO_MAX: u64 = 100;
/// ... or to this many bytes, whichever is more.
pub const RATIO_FREE_BYTES: u64 = 1_000_000;
/// Longest path of an entry in bytes.
pub const PATH_BYTES_MAX: usize = 1_024;
/// Most bytes of the archive's directory. It is held in memory, and this much holds 10,000 entries
/// with paths of 700 bytes, or some 60 MB of hostile tiny ones.
const DIRECTORY_BYTES_MAX: u64 = 8_000_000;
/// Bytes unpacked at a time while copying.
const COPY_CHUNK_BYTES: usize = 64 * 1024;
/// The bits of a Unix mode that hold the type of file, and the types that may be imported.
const MODE_TYPE: u32 = 0o170_000;
const MODE_TYPES_ALLOWED: [u32; 3] = [0, 0o100_000, 0o040_000];

/// An open package whose directory has passed all limits.
pub struct Archive {
    zip: ZipArchive<Metered>,
    entries: Vec<ArchiveEntry>,
    by_name: HashMap<String, usize>,
}

/// One file of the archive; folders are not kept.
#[derive(Debug, Clone)]
pub(crate) struct ArchiveEntry {
    /// Cleaned path, with `/` between its parts.
    pub(crate) path: String,
    /// Declared size once unpacked.
    pub(super) size: u64,
    index: usize,
}

impl Archive {
    /// Opens the file and checks its directory against the limits.
    pub(crate) fn open(path: &Path) -> Result<Self, CartridgeProblem> {
        let unreadable = |source| CartridgeProblem::FileUnreadable { source };
        let file = File::open(path).map_err(unreadable)?;
        if !file.metadata().map_err(unreadable)?.is_file() {
            let why = format!("{} is not a file", path.display());
            return Err(unreadable(io::Error::new(io::ErrorKind::InvalidInput, why)));
        }
        let left = Arc::new(AtomicU64::new(DIRECTORY_BYTES_MAX));
        let source = Metered {
            file: BufReader::new(file),
            left: Arc::clone(&left),
        };
        // Anything in front of the archive would be a second file in one; none is looked for.
        let config = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let mut zip = ZipArchive::with_config(config, source).map_err(not_a_zip)?;
        left.store(u64::MAX, Ordering::Relaxed);
        if zip.len() > ENTRIES_MAX {
            let found = zip.len();
            return Err(limit(
                None,
                &format!("holds {found} entries, and {ENTRIES_MAX} is the limit"),
            ));
        }
        if zip.has_duplicate_names() {
            return Err(limit(None, "holds two entries of the same name"));
        }
        let (entries, by_name) = checked_entries(&mut zip)?;
        if zip.has_overlapping_entries().map_err(not_a_zip)? {
            return Err(limit(
                None,
                "holds entries that overlap, as archives made to flood a disk do",
            ));
        }
        Ok(Self {
            zip,
            entries,
            by_name,
        })
    }

    /// All files, in the order of the archive's directory.
    pub(crate) fn entries(&self) -> &[ArchiveEntry] {
        &self.entries
    }

    /// The entry of a path; capitals do not count, since authors on Windows rely on that, nor does
    /// how accents are spelt, since the Mac spells them its own way.
    pub(super) fn find(&self, path: &str) -> Option<&ArchiveEntry> {
        self.by_name
            .get(&paths::folded(path))
            .and_then(|at| self.entries.get(*at))
    }

    /// The bytes of one entry, or `None` when it is larger than `bytes_max`.
    pub(super) fn read(
        &mut self,
        path: &str,
        bytes_max: u64,
    ) -> Result<Option<Vec<u8>>, CartridgeProblem> {
        let mut bytes = Vec::new();
        match self.find(path) {
            Some(entry) if entry.size > bytes_max => return Ok(None),
            Some(_) | None => {}
        }
        self.stream(path, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// Copies a file of the package to `out` and says how many bytes it has.
    pub fn copy_to(
        &mut self,
        file: &FileEntry,
        out: &mut dyn Write,
    ) -> Result<u64, CartridgeProblem> {
        self.stream(&file.key, out)
    }

    /// Copies the entry of a path to `out` and says how many bytes it has.
    pub(crate) fn stream(
        &mut self,
        path: &str,
        out: &mut dyn Write,
    ) -> Result<u64, CartridgeProblem> {
        let damaged = |why: &dyn ToString| CartridgeProblem::EntryDamaged {
            entry: path.to_owned(),
            why: why.to_string(),
        };
        let Some(entry) = self.find(path).cloned() else {
            return Err(damaged(&"it is not in the archive"));
        };
        let mut source = self
            .zip
            .by_index(entry.index)
            .map_err(|error| damaged(&error))?;
        let mut chunk = vec![0_u8; COPY_CHUNK_BYTES];
        let mut produced: u64 = 0;
        loop {
            let filled = match source.read(&mut chunk) {
                Ok(filled) => filled,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // The zip crate keeps count as well, and can say so only in words.
                Err(error) if error.to_string().contains("larger than its declared") => {
                    return Err(limit(Some(path), "is larger than it declares"));
                }
                Err(error) => return Err(damaged(&error)),
            };
            let Some(part) = chunk.get(..filled).filter(|part| !part.is_empty()) else {
                break;
            };
            produced += part.len() as u64;
            if produced > entry.size {
                return Err(limit(Some(path), "is larger than it declares"));
            }
            out.write_all(part)
                .map_err(|source| CartridgeProblem::CopyFailed {
                    entry: path.to_owned(),
                    source,
                })?;
        }
        if produced < entry.size {
            return Err(damaged(&"it is shorter than it declares"));
        }
        Ok(produced)
    }
}

/// The file, with a bound on how much of it is read while the directory is built in memory.
struct Metered {
    file: BufReader<File>,
    left: Arc<AtomicU64>,
}

/// What the meter says when it runs out.
const METER_EMPTY: &str = "has a directory that is too large";

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other(METER_EMPTY));
        }
        let filled = self.file.read(buffer)?;
        self.left
            .store(left.saturating_sub(filled as u64), Ordering::Relaxed);
        Ok(filled)
    }
}

impl Seek for Metered {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

type Checked = (Vec<ArchiveEntry>, HashMap<String, usize>);

fn checked_entries(zip: &mut ZipArchive<Metered>) -> Result<Checked, CartridgeProblem> {
    let mut entries = Vec::with_capacity(zip.len());
    let mut by_name = HashMap::with_capacity(zip.len());
    let (mut unpacked, mut packed): (u64, u64) = (0, 0);
    for index in 0..zip.len() {
        let file = zip.by_index_raw(index).map_err(not_a_zip)?;
        let name = file.name().map_err(not_a_zip)?.into_owned();
        let path = checked_name(&name)?;
        check_kind(&name, &file)?;
        check_ratio(Some(&name), file.size(), file.compressed_size())?;
        unpacked = unpacked.saturating_add(file.size());
        packed = packed.saturating_add(file.compressed_size());
        if unpacked > UNPACKED_BYTES_MAX {
            return Err(limit(
                None,
                &format!("unpacks to more than {UNPACKED_BYTES_MAX} bytes, which is the limit"),
            ));
        }
        if path.is_empty() || file.is_dir() {
            continue;
        }
        if by_name
            .insert(paths::folded(&path), entries.len())
            .is_some()
        {
            return Err(limit(
                Some(&name),
                "is there twice, if capitals and the spelling of accents do not count",
            ));
        }
        entries.push(ArchiveEntry {
            path,
            size: file.size(),
            index,
        });
    }
    check_ratio(None, unpacked, packed)?;
    Ok((entries, by_name))
}

fn check_kind<R: Read>(name: &str, file: &ZipFile<'_, R>) -> Result<(), CartridgeProblem> {
    let kind = file.unix_mode().unwrap_or(0) & MODE_TYPE;
    if file.is_symlink() || !MODE_TYPES_ALLOWED.contains(&kind) {
        return Err(limit(Some(name), "is a link or a device, not a file"));
    }
    let damaged = |why: &str| CartridgeProblem::EntryDamaged {
        entry: name.to_owned(),
        why: why.to_owned(),
    };
    if file.encrypted() {
        return Err(damaged("it is encrypted"));
    }
    if ![CompressionMethod::Stored, CompressionMethod::Deflated].contains(&file.compression()) {
        return Err(damaged("it is packed with a method other than deflate"));
    }
    Ok(())
}

fn check_ratio(name: Option<&str>, size: u64, packed: u64) -> Result<(), CartridgeProblem> {
    if size > RATIO_FREE_BYTES && size > packed.saturating_mul(RATIO_MAX) {
        let why = format!("unpacks to more than {RATIO_MAX} times its size");
        return Err(limit(name, &why));
    }
    Ok(())
}

/// The path of an entry in our spelling, or the refusal of a name that could reach outside.
fn checked_name(name: &str) -> Result<String, CartridgeProblem> {
    let refuse = |why: &str| Err(limit(Some(name), why));
    if name.len() > PATH_BYTES_MAX {
        return refuse("has a path longer than 1,024 bytes");
    }
    if name.chars().any(char::is_control) {
        return refuse("has control characters in its name");
    }
    let name_slashed = name.replace('\\', "/");
    let mut first = name_slashed.chars();
    let drive = first.next().is_some_and(|c| c.is_ascii_alphabetic()) && first.next() == Some(':');
    if name_slashed.starts_with('/') || drive {
        return refuse("has an absolute path");
    }
    let mut parts = Vec::new();
    for part in name_slashed
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
    {
        if part == ".." {
            return refuse("reaches outside of the archive with ..");
        }
        if is_device(part) {
            return refuse("is named as a device of Windows");
        }
        parts.push(part);
    }
    Ok(parts.join("/"))
}

/// Names that Windows takes for devices, with any extension and in any capitals.
fn is_device(part: &str) -> bool {
    let stem = part
        .split(['.', ':'])
        .next()
        .unwrap_or(part)
        .trim_end()
        .to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || numbered("COM")
        || numbered("LPT")
}

fn limit(entry: Option<&str>, why: &str) -> CartridgeProblem {
    CartridgeProblem::ArchiveLimit {
        entry: entry.map(str::to_owned),
        why: why.to_owned(),
    }
}

fn not_a_zip(error: ZipError) -> CartridgeProblem {
    let why = error.to_string();
    let ZipError::Io(source) = error else {
        return CartridgeProblem::NotAZip { why };
    };
    if source.to_string() == METER_EMPTY {
        return limit(None, METER_EMPTY);
    }
    // Errors of these kinds come from reading what is there, others from the disk.
    let content = [
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::InvalidData,
        io::ErrorKind::InvalidInput,
        io::ErrorKind::Other,
    ];
    if content.contains(&source.kind()) {
        return CartridgeProblem::NotAZip { why };
    }
    CartridgeProblem::FileUnreadable { source }
}
