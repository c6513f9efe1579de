//! Bytes on disk under their hash: `files/ab/cdef...`.
//!
//! A blob is written to a temporary file, synced, and renamed to its name; the folder is synced
//! as well. A crash leaves at most a temporary file, which the next start removes.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use fs_err as fs;
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

    /// Keeps the bytes that `write` produces; they are durable when this returns. An error of
    /// `write` is returned and leaves nothing behind.
    pub fn keep<E: From<io::Error>>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<Blob, E> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.root.join(TEMPORARY).join(number.to_string());
        let file = fs::File::create_new(&path)?;
        let mut hashing = Hashing {
            file,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        };
        let kept = write(&mut hashing).and_then(|()| Ok(self.settle(&hashing, &path)?));
        if kept.is_err() {
            // The error that is returned says more than a failure to tidy up after it.
            drop(fs::remove_file(&path));
        }
        kept
    }

    fn settle(&self, written: &Hashing, path: &Path) -> io::Result<Blob> {
        let hash = Hash(written.hasher.finalize().into());
        let target = self.path(hash);
        if target.exists() {
            fs::remove_file(path)?;
        } else {
            written.file.sync_all()?;
            let folder = target.parent().unwrap_or(&self.root);
            if !folder.exists() {
                fs::create_dir_all(folder)?;
                fs::File::open(&self.root)?.sync_all()?;
            }
            fs::rename(path, &target)?;
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(Blob {
            hash,
            bytes: written.bytes,
        })
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

    /// Where the bytes of this hash are, if they are there.
    pub fn path(&self, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        let (folder, rest) = name.split_at(2);
        self.root.join(folder).join(rest)
    }
}

struct Hashing {
    file: fs::File,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hasher
            .update(buffer.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
