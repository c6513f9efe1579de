//! Opening an index, and moving aside one that cannot be read.

use std::{
    io,
    path::{Path, PathBuf},
};

use tantivy::TantivyError;

use crate::{
    Error, Index,
    fields::Fields,
    index::{engine_with, guarded, position_in},
};

/// The file that makes a folder an index.
const META: &str = "meta.json";

/// Indexes of one name that are kept in a quarantine.
const SET_ASIDE_MAX: usize = 1_000;

/// Why an index could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What is there is damaged, or of another form. It can be moved aside and filled again.
    #[error("the search index in {} cannot be read: {why}", directory.display())]
    Unreadable {
        /// Where it is.
        directory: PathBuf,
        /// What is the matter with it.
        why: String,
    },
    /// The folder cannot be used, or another process uses it; nothing is said of what is in it.
    #[error("the search index in {} cannot be used: {why}", directory.display())]
    Unusable {
        /// Where it is.
        directory: PathBuf,
        /// What is in the way.
        why: String,
    },
}

/// An index, ready for use.
pub struct Opened {
    /// The index.
    pub index: Index,
    /// How far it has come: what came later is to be put again. 0 is nothing at all.
    pub position: u64,
    /// What was moved aside, so that the index is empty.
    pub set_aside: Option<SetAside>,
}

/// An index that could not be read.
#[derive(Debug)]
pub struct SetAside {
    /// Where it is now.
    pub to: PathBuf,
    /// What was the matter with it.
    pub why: String,
}

impl Index {
    /// Opens the index in a folder, or makes an empty one. Every file is read once and compared
    /// with its checksum.
    pub fn open(directory: &Path) -> Result<(Self, u64), OpenError> {
        let unusable = |why: String| OpenError::Unusable {
            directory: directory.to_owned(),
            why,
        };
        fs_err::create_dir_all(directory).map_err(|error| unusable(error.to_string()))?;
        let (fields, schema) = Fields::new();
        let started = if is_index(directory).map_err(|error| unusable(error.to_string()))? {
            guarded(|| {
                let engine = tantivy::Index::open_in_dir(directory)?;
                if engine.schema() != schema {
                    return Err(damaged("it has other fields"));
                }
                let position = position_of(&engine)?;
                Ok((Self::start(&engine, fields, position)?, position))
            })
        } else {
            guarded(|| {
                let engine = engine_with(schema).create_in_dir(directory)?;
                Ok((Self::start(&engine, fields, 0)?, 0))
            })
        };
        started.map_err(|error| match error {
            Error::Unusable(why) => unusable(why),
            Error::Failed(why) | Error::Panicked(why) => OpenError::Unreadable {
                directory: directory.to_owned(),
                why,
            },
        })
    }

    /// Opens the index in a folder; one that cannot be read is moved into the folder of quarantine
    /// first, whole, and an empty one takes its place.
    pub fn open_or_set_aside(directory: &Path, quarantine: &Path) -> Result<Opened, OpenError> {
        let why = match Self::open(directory) {
            Ok((index, position)) => {
                return Ok(Opened {
                    index,
                    position,
                    set_aside: None,
                });
            }
            Err(OpenError::Unreadable { why, .. }) => why,
            Err(unusable @ OpenError::Unusable { .. }) => return Err(unusable),
        };
        let to = move_aside(directory, quarantine).map_err(|error| OpenError::Unusable {
            directory: directory.to_owned(),
            why: format!("it cannot be read ({why}), nor moved aside: {error}"),
        })?;
        let (index, position) = Self::open(directory)?;
        Ok(Opened {
            index,
            position,
            set_aside: Some(SetAside { to, why }),
        })
    }
}

/// Whether there is an index in a folder. Without its first file it is none, though others of it
/// may be there: then it is damaged, which the engine says when it looks for that file.
fn is_index(directory: &Path) -> io::Result<bool> {
    if directory.join(META).exists() {
        return Ok(true);
    }
    for entry in fs_err::read_dir(directory)? {
        let name = entry?.file_name();
        // Locks and lists, as a first start that was cut short leaves them.
        if !name.to_string_lossy().starts_with('.') {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How far the last commit had come, once all of its files are what they were.
fn position_of(engine: &tantivy::Index) -> tantivy::Result<u64> {
    let mut broken: Vec<_> = engine.validate_checksum()?.into_iter().collect();
    broken.sort();
    if let Some(file) = broken.first() {
        let what = format!("{} is not what was written", file.display());
        return Err(damaged(&what));
    }
    let metas = engine.load_metas()?;
    match metas.payload.as_deref() {
        Some(payload) => {
            position_in(payload).ok_or_else(|| damaged("it has another form, or no position"))
        }
        // Made, and never committed to.
        None if metas.segments.is_empty() => Ok(0),
        None => Err(damaged("it does not say how far it has come")),
    }
}

fn damaged(what: &str) -> TantivyError {
    TantivyError::InternalError(what.to_owned())
}

/// Moves a folder into the quarantine, beside those that are there already.
fn move_aside(directory: &Path, quarantine: &Path) -> io::Result<PathBuf> {
    fs_err::create_dir_all(quarantine)?;
    let name = directory.file_name().unwrap_or(directory.as_os_str());
    let free = (0..SET_ASIDE_MAX)
        .map(|taken| {
            let mut name = name.to_owned();
            if taken > 0 {
                name.push(format!(".{taken}"));
            }
            quarantine.join(name)
        })
        .find(|to| !to.exists())
        .ok_or_else(|| io::Error::other("the quarantine is full"))?;
    fs_err::rename(directory, &free)?;
    Ok(free)
}
