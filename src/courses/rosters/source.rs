//! Where the files of a roster come from: a folder, or a zip archive that is not unpacked.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use kernel::{Error, Fault, Result};

use super::problems::{ARCHIVE_LIMIT, ENTRY_DAMAGED, LIMIT, NOT_A_ZIP};
use crate::interchange::{Archive, CartridgeProblem, ENTRIES_MAX, shown};

/// Bytes of a file that are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Why a roster cannot be read at all.
#[derive(Debug)]
pub enum RosterProblem {
    /// The file or folder cannot be read; the error names it.
    Unreadable(io::Error),
    /// What is in it is refused.
    Refused(Error),
}

impl fmt::Display for RosterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RosterProblem {}

impl From<io::Error> for RosterProblem {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Error> for RosterProblem {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<CartridgeProblem> for RosterProblem {
    fn from(problem: CartridgeProblem) -> Self {
        let entry_damaged = |entry: &str, why: &str| {
            ENTRY_DAMAGED.because(format!(
                "{} cannot be unpacked ({}); export the roster again.",
                shown(entry),
                shown(why)
            ))
        };
        Self::Refused(match problem {
            CartridgeProblem::FileUnreadable { source } => return Self::Unreadable(source),
            CartridgeProblem::CopyFailed { source, .. } => return Self::Unreadable(source),
            CartridgeProblem::ArchiveLimit { entry, why } => {
                let entry = entry.map(|entry| format!(" entry {} of the", shown(&entry)));
                let entry = entry.unwrap_or_default();
                ARCHIVE_LIMIT.because(format!(
                    "The{entry} archive {why}; unpack it and give the folder."
                ))
            }
            CartridgeProblem::EntryDamaged { entry, why } => entry_damaged(&entry, &why),
            CartridgeProblem::NotAZip { .. }
            | CartridgeProblem::ManifestMissing
            | CartridgeProblem::ManifestInvalid { .. }
            | CartridgeProblem::XmlDtdForbidden { .. }
            | CartridgeProblem::XmlLimit { .. }
            | CartridgeProblem::PathOutside { .. } => NOT_A_ZIP.error(),
        })
    }
}

/// Where the files are.
pub(super) enum Source {
    Folder(PathBuf),
    Zip(Box<Archive>),
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, RosterProblem> {
        if fs::metadata(path)?.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        Ok(Self::Zip(Box::new(Archive::open(path)?)))
    }

    /// The paths of all files, but for those that the Mac adds to archives.
    pub(super) fn files(&self) -> Result<Vec<String>, RosterProblem> {
        let mut files = Vec::new();
        match self {
            Self::Folder(folder) => {
                for entry in fs::read_dir(folder)? {
                    let entry = entry?;
                    if entry.path().is_file() {
                        files.push(entry.file_name().to_string_lossy().into_owned());
                    }
                    if files.len() > ENTRIES_MAX {
                        let sentence = format!(
                            "The folder holds more than {ENTRIES_MAX} files, which is the limit."
                        );
                        return Err(LIMIT.because(sentence).into());
                    }
                }
            }
            Self::Zip(archive) => {
                files.extend(archive.entries().iter().map(|entry| entry.path.clone()));
            }
        }
        files.retain(|path| !path.split('/').any(|part| part.starts_with("._")));
        files.sort_unstable();
        Ok(files)
    }

    /// Hands out the bytes of a file in pieces.
    pub(super) fn stream(
        &mut self,
        path: &str,
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<(), RosterProblem> {
        match self {
            Self::Folder(folder) => {
                let mut file = fs::File::open(folder.join(path))?;
                let mut chunk = vec![0_u8; CHUNK_BYTES];
                loop {
                    let filled = file.read(&mut chunk)?;
                    let bytes = chunk.get(..filled).unwrap_or_default();
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    take(bytes)?;
                }
            }
            Self::Zip(archive) => {
                let mut sink = Sink {
                    take,
                    refused: None,
                };
                match (archive.stream(path, &mut sink), sink.refused) {
                    (_, Some(refused)) => Err(refused.into()),
                    (Err(problem), None) => Err(problem.into()),
                    (Ok(_), None) => Ok(()),
                }
            }
        }
    }
}

/// Passes on what is written to it until that is refused.
struct Sink<'a> {
    take: &'a mut dyn FnMut(&[u8]) -> Result<()>,
    refused: Option<Error>,
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = (self.take)(bytes) {
            self.refused = Some(error);
            return Err(io::Error::other(Fault::new("what was unpacked is refused")));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
