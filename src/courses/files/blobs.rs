//! Bytes on disk under their hash: `files/ab/cdef...`.
//!
//! A blob is written to a temporary file, synced, and renamed to its name; the folder is synced
//! as well. A crash leaves at most a temporary file, which the next start removes.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use fs_err as fs;
use fs_err::os::unix::fs::FileExt;
use serde::{Deserialize, Serialize};

const TEMPORARY: &str = "incoming";

/// The BLAKE3 hash of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes that are on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    /// Their hash.
    pub hash: Hash,
    /// How many.
    pub bytes: u64,
}

/// The folder of blobs.
#[derive(Debug)]
pub struct Blobs {
    root: PathBuf,
    next: AtomicU64,
}

impl Blobs {
    /// Opens the folder, and removes what an interrupted write left behind.
    pub fn open(root: &Path) -> io::Result<Self> {
        let incoming = root.join(TEMPORARY);
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        Ok(Self {
            root: root.to_owned(),
            next: AtomicU64::new(0),
        })
    }

    /// A place for bytes that are about to come.
    pub(super) fn incoming(&self) -> Incoming {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Incoming {
            path: self.root.join(TEMPORARY).join(number.to_string()),
            root: self.root.clone(),
            hasher: blake3::Hasher::new(),
            bytes: 0,
        }
    }

    /// Keeps the bytes that `write` produces; they are durable when this returns. An error of
    /// `write` is returned and leaves nothing behind.
    pub fn keep<E: From<io::Error>>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<Blob, E> {
        let mut incoming = self.incoming();
        let file = fs::File::create_new(incoming.path())?;
        write(&mut Hashing {
            file,
            incoming: &mut incoming,
        })?;
        Ok(incoming.settle()?)
    }

    /// The bytes of this hash, to read from.
    pub fn read(&self, hash: Hash) -> io::Result<impl Read + use<>> {
        fs::File::open(self.path(hash))
    }

    /// Whether the bytes of this hash are there and still have it.
    pub fn verify(&self, hash: Hash) -> io::Result<bool> {
        let mut hasher = blake3::Hasher::new();
        match self.read(hash) {
            Ok(file) => hasher.update_reader(file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        Ok(Hash(hasher.finalize().into()) == hash)
    }

    /// Compares bytes with this hash while they pass.
    pub fn compare(&self, hash: Hash) -> Comparison {
        Comparison {
            path: self.path(hash),
            hasher: blake3::Hasher::new(),
            hash,
        }
    }

    /// Where the bytes of this hash are, if they are there.
    pub fn path(&self, hash: Hash) -> PathBuf {
        place(&self.root, hash)
    }

    /// How many bytes the disk has left for this program.
    pub(super) fn free_bytes(&self) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(&self.root)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

fn place(root: &Path, hash: Hash) -> PathBuf {
    let name = hash.to_string();
    let (folder, rest) = name.split_at(2);
    root.join(folder).join(rest)
}

/// Bytes that should have a hash.
pub struct Comparison {
    path: PathBuf,
    hasher: blake3::Hasher,
    hash: Hash,
}

impl Comparison {
    /// Takes note of bytes that pass.
    pub fn note(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// Refuses what passed if it is not what was once kept, and names the file.
    pub fn conclude(&self) -> io::Result<()> {
        if Hash(self.hasher.finalize().into()) == self.hash {
            return Ok(());
        }
        let sentence = format!("{} is damaged", self.path.display());
        Err(io::Error::new(io::ErrorKind::InvalidData, sentence))
    }
}

/// Bytes on their way to the disk, under a temporary name. Dropped before they are settled, they
/// are gone.
#[derive(Debug)]
pub(super) struct Incoming {
    path: PathBuf,
    root: PathBuf,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Incoming {
    /// Where they are to be written.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many have come.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes the next bytes. When this fails, what came before still stands.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        // Opened each time: an upload that waits for its client must hold no descriptor.
        let file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)?;
        file.write_all_at(bytes, self.bytes)?;
        self.note(bytes);
        Ok(())
    }

    /// Takes note of bytes that are written.
    fn note(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// Moves what was written to its place under its hash. It is durable when this returns.
    pub(super) fn settle(self) -> io::Result<Blob> {
        let hash = Hash(self.hasher.finalize().into());
        let target = place(&self.root, hash);
        if !target.exists() {
            fs::File::open(&self.path)?.sync_all()?;
            let folder = target.parent().unwrap_or(&self.root);
            if !folder.exists() {
                fs::create_dir_all(folder)?;
                fs::File::open(&self.root)?.sync_all()?;
            }
            fs::rename(&self.path, &target)?;
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(Blob {
            hash,
            bytes: self.bytes,
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Mostly it was renamed. What cannot be removed now, the next start removes.
        drop(fs::remove_file(&self.path));
    }
}

struct Hashing<'a> {
    file: fs::File,
    incoming: &'a mut Incoming,
}

impl Write for Hashing<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.incoming
            .note(buffer.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
