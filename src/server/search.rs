//! Search, put together: where its indexes are, what reads files, what makes vectors.

use std::io;
use std::sync::Arc;

use app::search::Block;
use cache::{Cache, Stats};
use courses::files::{self, Blobs, Hash};
use courses::markup::plain_blocks;
use fs_err::File;
use insight::search::{FileTexts, Parts, Search};
use kernel::{Fault, Result};
use llm::{Cached, Counts, Embedder, Remote, StaticTable};
use rustix::io::Errno;

use crate::config::SearchConfig;
use crate::exit::Exit;
use crate::extract;
use crate::school::School;

/// What PDF files are.
const PDF: &str = "application/pdf";

/// Search over an open school, and what is remembered of the service that makes its vectors, where
/// one was configured. The service is not asked yet.
pub(crate) fn search(
    school: &School,
    config: &SearchConfig,
    threads: usize,
) -> std::result::Result<(Arc<Search>, Option<Embeddings>), Exit> {
    let embeddings = embeddings(school, config)?;
    let embedder: Arc<dyn Embedder> = match &embeddings {
        Some(embeddings) => Arc::<Cached<Remote, OnDisk>>::clone(&embeddings.embedder),
        None => Arc::new(StaticTable::built_in()),
    };
    let search = Search::new(Parts {
        app: school.app.clone(),
        home: Some(school.search_home()),
        texts: Arc::new(Texts {
            blobs: Arc::clone(&school.blobs),
        }),
        embedder,
        threads,
    })?;
    Ok((search, embeddings))
}

/// The service that was configured to make vectors, with those that it made before.
fn embeddings(
    school: &School,
    config: &SearchConfig,
) -> std::result::Result<Option<Embeddings>, Exit> {
    let Some(settings) = config.embedder.settings() else {
        return Ok(None);
    };
    let remote = Remote::new(settings, school.app.clock())
        .map_err(|error| Exit::new(Exit::CONFIG, error.to_string()))?;
    let folder = school.search_home().folder.join("embeddings");
    let opened = Cache::open_or_throw_away(&folder, config.cache_bytes());
    for note in &opened.notes {
        tracing::warn!(folder = %folder.display(), "vectors that were kept: {note}");
    }
    let on_disk = OnDisk(Arc::new(opened.cache));
    Ok(Some(Embeddings {
        on_disk: on_disk.clone(),
        embedder: Arc::new(Cached::new(remote, on_disk)),
    }))
}

/// A service that makes vectors, and those that it made before.
#[derive(Clone)]
pub(crate) struct Embeddings {
    embedder: Arc<Cached<Remote, OnDisk>>,
    on_disk: OnDisk,
}

impl Embeddings {
    /// How often a vector was remembered.
    pub(crate) fn counts(&self) -> Counts {
        self.embedder.counts()
    }

    /// How those on the disk are doing.
    pub(crate) fn kept(&self) -> Stats {
        self.on_disk.0.stats()
    }
}

/// Vectors that are kept on the disk.
#[derive(Clone)]
struct OnDisk(Arc<Cache>);

impl llm::Kept for OnDisk {
    fn get(&self, key: &[u8; 32]) -> Option<Vec<u8>> {
        self.0.get(key)
    }

    fn put(&self, key: &[u8; 32], value: &[u8]) {
        self.0.put(key, value);
    }
}

/// The texts of the school's files.
struct Texts {
    blobs: Arc<Blobs>,
}

impl FileTexts for Texts {
    fn text(&self, hash: &[u8; 32], media_type: &str) -> Result<Option<Vec<Block>>> {
        let hash = Hash::from_bytes(*hash);
        let text = if media_type == PDF {
            self.text_of_pdf(hash)
        } else {
            files::text(&self.blobs, hash, media_type)
        };
        text.or_else(|error| {
            if !is_of_file(&error) {
                return Err(Fault::caused("reading a file for search", error).into());
            }
            tracing::warn!(file = %hash, %error, "a file cannot be read and is found by its name only");
            Ok(None)
        })
    }
}

/// Whether something is the matter with this file: it must not keep others from being found. What
/// is the matter with the machine passes, and the file is read then.
fn is_of_file(error: &io::Error) -> bool {
    // What names the path stands before what the system said.
    let named = || error.get_ref()?.source()?.downcast_ref::<io::Error>();
    let said = named().unwrap_or(error).raw_os_error();
    said == Some(Errno::IO.raw_os_error())
        || matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory
        )
}

impl Texts {
    /// The text of a PDF file, read by a child process; of one that cannot be read there is none.
    fn text_of_pdf(&self, hash: Hash) -> io::Result<Option<Vec<Block>>> {
        let pdf = File::open(self.blobs.path(hash))?;
        Ok(match extract::text(pdf.into_file())? {
            Ok(text) => Some(plain_blocks(&text)),
            Err(why) => {
                tracing::info!(file = %hash, %why, "a PDF file is found by its name only");
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_told_from_a_machine_in_need() {
        let said = |errno: Errno| io::Error::from_raw_os_error(errno.raw_os_error());
        for (errno, of_file) in [
            (Errno::IO, true),
            (Errno::NOENT, true),
            (Errno::ACCESS, true),
            (Errno::ISDIR, true),
            (Errno::MFILE, false),
            (Errno::NOMEM, false),
            (Errno::AGAIN, false),
        ] {
            assert_eq!(is_of_file(&said(errno)), of_file, "{errno}");
        }
        let root = tempfile::tempdir().unwrap();
        let named = fs_err::read(root.path()).unwrap_err();
        assert!(is_of_file(&named), "{named}");
    }
}
