//! The data directory: one school, one process at a time, one format.
//!
//! ```text
//! edusphere-data/
//!   LOCK          held while the program runs; says by whom and since when
//!   FORMAT        the version of the layout, written once the records are there
//!   HEAD          how far the event log had come when a process last started or stopped
//!   ack.ring      how far acknowledging has come
//!   records/      the store
//!   files/        uploaded and imported files, by their hash
//!   quarantine/   copies of what a start had to cut, and of the proof of a loss that was accepted
//! ```

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use kernel::Timestamp;

use crate::committer::Store;
use crate::engines::{EngineOpenError, ManifestError, SalvageError};
use crate::loss::Loss;
use crate::ring::{self, AckRing};

/// The version of the layout that this program reads and writes.
const FORMAT: u32 = 1;

/// Why a data directory could not be opened. Nothing in it was changed.
#[derive(Debug)]
pub enum OpenError {
    /// Another process holds it.
    InUse {
        /// The directory.
        directory: PathBuf,
        /// What the lock file says of the holder: `pid N since T`.
        holder: String,
    },
    /// A newer program wrote it.
    NewerFormat {
        /// The directory.
        directory: PathBuf,
        /// The version found there.
        found: u32,
    },
    /// The directory cannot be made, read or written.
    Unusable(io::Error),
    /// The records are damaged, beyond what may be cut without a person's word.
    Damaged(String),
    /// The engine could not open the records.
    Records(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { directory, holder } => write!(
                f,
                "the data directory {} is in use by {holder}; stop that process first, or choose another with --data-dir",
                directory.display()
            ),
            Self::NewerFormat { directory, found } => write!(
                f,
                "the data directory {} has format {found}, this program knows format {FORMAT}; start it with the newer program that wrote it, or restore a backup made before the upgrade",
                directory.display()
            ),
            Self::Unusable(error) => write!(f, "the data directory cannot be used: {error}"),
            Self::Damaged(sentence) => f.write_str(sentence),
            Self::Records(error) => write!(f, "the records cannot be opened: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Unusable(error)
    }
}

impl From<EngineOpenError> for OpenError {
    fn from(error: EngineOpenError) -> Self {
        match error {
            EngineOpenError::Salvage(SalvageError::Io(error)) => Self::Unusable(error),
            EngineOpenError::Salvage(SalvageError::Locked { dir }) => Self::InUse {
                directory: dir,
                holder: "another process".to_owned(),
            },
            EngineOpenError::Salvage(
                error @ (SalvageError::Damaged { .. } | SalvageError::Format { .. }),
            ) => Self::Damaged(error.to_string()),
            EngineOpenError::Manifest(ManifestError::Io(error)) => Self::Unusable(error),
            EngineOpenError::Manifest(error @ ManifestError::Damaged(_)) => {
                Self::Damaged(error.to_string())
            }
            EngineOpenError::Incomplete(path) => missing(&path),
            error @ EngineOpenError::Engine(..) => Self::Records(error.to_string()),
        }
    }
}

/// Where a start puts copies of what it has to cut: a folder of its own within `folder`.
#[derive(Debug)]
pub struct Quarantine {
    /// Holds a folder for each start that cut something; made when needed.
    pub folder: PathBuf,
    /// The folder of this start: the moment, as a name.
    pub label: String,
}

/// A data directory that this process holds until it drops this.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    quarantine: Quarantine,
    _lock: fs::File,
}

impl DataDir {
    /// Takes the directory, made if it is not there. `now` is what the lock file will say.
    pub fn open(root: &Path, now: Timestamp) -> Result<Self, OpenError> {
        check_format(root)?;
        create_private(root)?;
        let lock = take_lock(root, now)?;
        create_private(&root.join("files"))?;
        let label = now.to_string().replace(':', "-");
        let quarantine = Quarantine {
            folder: root.join("quarantine"),
            label,
        };
        Ok(Self {
            root: root.to_owned(),
            quarantine,
            _lock: lock,
        })
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the store keeps its records. `Damaged` when they are gone from a directory that had
    /// them: an empty school must never take the place of a lost one.
    pub fn records(&self) -> Result<PathBuf, OpenError> {
        let records = self.root.join("records");
        let made = self.root.join("FORMAT").exists();
        if made && !records.is_dir() {
            return Err(missing(&records));
        }
        Ok(records)
    }

    /// Notes how far the event log has come, durably, and that the directory holds a school.
    pub fn note_head(&self, head: u64) -> io::Result<()> {
        write_durably(&self.root, "HEAD", head)?;
        if !self.root.join("FORMAT").exists() {
            write_durably(&self.root, "FORMAT", u64::from(FORMAT))?;
        }
        Ok(())
    }

    /// Compares how far the event log has come with what was noted: a loss when it ends before.
    pub fn loss_before(&self, head: u64) -> Result<Option<Loss>, OpenError> {
        let path = self.root.join("HEAD");
        let noted = match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse::<u64>().map_err(|_| {
                OpenError::Damaged(format!("the file {} is damaged", path.display()))
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok((head < noted).then(|| Loss::Events {
            records: self.root.join("records"),
            head: path,
            found: head,
            noted,
        }))
    }

    /// Takes what the store holds, and an event log that ends at `head`, for all that there is, so
    /// that the next start takes writes again. What proves the loss is kept: the answer says where.
    pub fn accept_loss(&self, store: &Store, head: u64) -> Result<PathBuf, OpenError> {
        let last = store.last_group()?;
        let kept = self
            .quarantine
            .folder
            .join(format!("{}-loss", self.quarantine.label));
        fs::create_dir_all(&self.quarantine.folder)?;
        fs::create_dir(&kept)?;
        let ring = ring::beside(&self.root.join("records"));
        for proof in [self.root.join("HEAD"), ring.clone()] {
            if let (true, Some(name)) = (proof.exists(), proof.file_name()) {
                fs::copy(&proof, kept.join(name))?;
                fs::File::open(kept.join(name))?.sync_all()?;
            }
        }
        for folder in [&kept, &self.quarantine.folder, &self.root] {
            fs::File::open(folder)?.sync_all()?;
        }
        self.note_head(head)?;
        AckRing::create(&ring, last)?;
        Ok(kept)
    }

    /// Where files are kept by their hash.
    pub fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// Where the indexes of search are, which can be made anew from the records.
    pub fn search(&self) -> PathBuf {
        self.root.join("search")
    }

    /// Where this start puts copies of what it has to cut; made when needed.
    pub fn quarantine(&self) -> &Quarantine {
        &self.quarantine
    }
}

/// Makes a directory that only its owner may enter.
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    if directory.is_dir() {
        let mode = fs::metadata(directory)?.permissions().mode();
        if mode & 0o077 != 0 {
            let directory = directory.display();
            tracing::warn!(
                "others on this machine can look into {directory}: chmod 700 {directory}"
            );
        }
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("cannot create {}: {error}", directory.display()),
            )
        })
}

/// Locks the directory for this process. The kernel releases the lock when the process ends,
/// however it ends, so a stale file never blocks.
fn take_lock(root: &Path, now: Timestamp) -> Result<fs::File, OpenError> {
    let path = root.join("LOCK");
    let mut file = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)?;
    match flock(file.file(), FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            let holder = if holder.trim().is_empty() {
                "another process"
            } else {
                holder.trim()
            };
            return Err(OpenError::InUse {
                directory: root.to_owned(),
                holder: holder.to_owned(),
            });
        }
        Err(errno) => return Err(OpenError::Unusable(errno.into())),
    }
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "pid {} since {now}", std::process::id())?;
    Ok(file)
}

/// Refuses a directory that a newer program wrote, before anything in it is touched.
fn check_format(root: &Path) -> Result<(), OpenError> {
    match fs::read_to_string(root.join("FORMAT")) {
        Ok(text) => match text.trim().parse::<u32>() {
            Ok(found) if found <= FORMAT => Ok(()),
            Ok(found) => Err(OpenError::NewerFormat {
                directory: root.to_owned(),
                found,
            }),
            Err(_) => Err(OpenError::Damaged(format!(
                "the file {} is damaged: it should say {FORMAT} and nothing else",
                root.join("FORMAT").display()
            ))),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The refusal to open a directory that something is missing from.
pub(crate) fn missing(path: &Path) -> OpenError {
    OpenError::Damaged(format!(
        "{} is missing from a directory that holds a school; put it back or restore a backup, or choose another directory with --data-dir",
        path.display()
    ))
}

/// Writes a number to a file of the directory: whole or not at all, and on the disk.
fn write_durably(root: &Path, name: &str, number: u64) -> io::Result<()> {
    let fresh = root.join(format!("{name}.new"));
    let mut file = fs::File::create(&fresh)?;
    writeln!(file, "{number}")?;
    file.sync_all()?;
    fs::rename(&fresh, root.join(name))?;
    fs::File::open(root)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn a_second_opener_learns_who_holds_the_directory() {
        let root = tempfile::tempdir().unwrap();
        let held = DataDir::open(root.path(), NOW).unwrap();
        let error = DataDir::open(root.path(), NOW).unwrap_err();
        let expected = format!("pid {} since 2023-11-14T22:13:20Z", std::process::id());
        assert!(
            matches!(&error, OpenError::InUse { holder, .. } if *holder == expected),
            "{error}"
        );
        drop(held);
        DataDir::open(root.path(), NOW).unwrap();
    }

    #[test]
    fn a_newer_format_is_refused_and_named() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("FORMAT"), "2\n").unwrap();
        let error = DataDir::open(root.path(), NOW).unwrap_err().to_string();
        assert!(
            error.contains("has format 2, this program knows format 1"),
            "{error}"
        );
    }

    #[test]
    fn records_that_are_gone_are_refused_and_a_log_that_ends_too_early_is_told_of() {
        let root = tempfile::tempdir().unwrap();
        let directory = DataDir::open(root.path(), NOW).unwrap();
        let records = directory.records().unwrap();
        fs::create_dir_all(&records).unwrap();
        assert_eq!(directory.loss_before(0).unwrap(), None);
        directory.note_head(41).unwrap();
        assert_eq!(directory.loss_before(41).unwrap(), None);
        let short = directory.loss_before(40).unwrap().unwrap().to_string();
        assert!(
            short.contains("ends at 40") && short.contains("come to 41"),
            "{short}"
        );
        fs::remove_dir_all(&records).unwrap();
        let gone = directory.records().unwrap_err().to_string();
        assert!(gone.contains("records is missing"), "{gone}");
    }
}
