//! The index itself: putting, removing, committing.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tantivy::{
    IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term,
    directory::error::OpenReadError, merge_policy::LogMergePolicy, tokenizer::TextAnalyzer,
};

use crate::{
    Document,
    fields::{FORM, Fields},
    ready::{READY, Ready},
};

/// Memory of documents that are on their way to the disk.
const WRITER_BYTES: usize = 64 << 20;

/// Threads that index documents, beside those that merge.
const WRITER_THREADS: usize = 2;

/// A segment with more than this share of removed documents is merged, whatever its size.
const REMOVED_SHARE_MAX: f32 = 0.3;

/// Blocks of stored texts, 16 KiB each, that are kept unpacked.
const STORE_BLOCKS_KEPT: usize = 200;

/// Why the index did not do what it was asked. Either way it is best opened again, which tells
/// whether it can still be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine says so.
    #[error("the search index failed: {0}")]
    Failed(String),
    /// The disk or the folder is in the way; nothing is said of what the index holds.
    #[error("the search index cannot be used: {0}")]
    Unusable(String),
    /// The engine panicked, as it does over some kinds of damage.
    #[error("the search index is damaged: {0}")]
    Panicked(String),
}

impl From<TantivyError> for Error {
    fn from(error: TantivyError) -> Self {
        let outside = if let TantivyError::IoError(io) = &error {
            is_outside(io.kind())
        } else if let TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) = &error
        {
            is_outside(io_error.kind())
        } else {
            matches!(
                error,
                TantivyError::LockFailure(..)
                    | TantivyError::OpenDirectoryError(_)
                    | TantivyError::OpenWriteError(_)
                    | TantivyError::SystemError(_)
            )
        };
        if outside {
            Self::Unusable(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}

/// Whether such an error tells of the system rather than of what a file holds.
fn is_outside(kind: io::ErrorKind) -> bool {
    !matches!(
        kind,
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::NotFound
            | io::ErrorKind::Other
    )
}

/// One index of documents.
pub struct Index {
    pub(crate) fields: Fields,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    position: AtomicU64,
}

impl Index {
    /// An empty index that lives as long as the process, for tests.
    pub fn in_memory() -> Result<Self, Error> {
        let (fields, schema) = Fields::new();
        guarded(|| Self::start(&tantivy::Index::create_in_ram(schema), fields, 0))
    }

    pub(crate) fn start(
        engine: &tantivy::Index,
        fields: Fields,
        position: u64,
    ) -> tantivy::Result<Self> {
        let words = TextAnalyzer::builder(Ready).build();
        engine.tokenizers().register(READY, words);
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORE_BLOCKS_KEPT)
            .try_into()?;
        let writer = engine.writer_with_num_threads(WRITER_THREADS, WRITER_BYTES)?;
        let mut merges = LogMergePolicy::default();
        merges.set_del_docs_ratio_before_merge(REMOVED_SHARE_MAX);
        writer.set_merge_policy(Box::new(merges));
        Ok(Self {
            fields,
            reader,
            writer: Mutex::new(writer),
            position: AtomicU64::new(position),
        })
    }

    /// Puts a document in place of the one with its key. It is found after the next commit.
    pub fn put(&self, document: Document) -> Result<(), Error> {
        let key = Term::from_field_text(self.fields.key, &document.key);
        guarded(|| {
            let prepared = document.prepared(&self.fields);
            let writer = self.writer();
            writer.delete_term(key);
            writer.add_document(prepared).map(drop)
        })
    }

    /// Removes the document with this key, if there is one. It is found until the next commit.
    pub fn remove(&self, key: &str) -> Result<(), Error> {
        let key = Term::from_field_text(self.fields.key, key);
        guarded(|| {
            self.writer().delete_term(key);
            Ok(())
        })
    }

    /// Makes what was put and removed lasting and visible, all of it or nothing, together with how
    /// far the index has come. It waits for the disk: do it once for many documents.
    pub fn commit(&self, position: u64) -> Result<(), Error> {
        guarded(|| {
            let mut writer = self.writer();
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&payload(position));
            prepared.commit()?;
            self.reader.reload()?;
            self.position.store(position, Ordering::Release);
            Ok(())
        })
    }

    /// Closes the index and waits for the merges in the background. What was not committed is lost.
    /// An index that is dropped instead loses no more, but its folder is still written to for a
    /// moment.
    pub fn close(self) -> Result<(), Error> {
        let writer = self.writer.into_inner();
        guarded(|| {
            writer
                .unwrap_or_else(PoisonError::into_inner)
                .wait_merging_threads()
        })
    }

    /// How far the last commit had come; 0 before the first.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Acquire)
    }

    /// Number of documents as of the last commit.
    pub fn documents(&self) -> u64 {
        self.searcher().num_docs()
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    fn writer(&self) -> MutexGuard<'_, IndexWriter> {
        // A panic in between leaves no half of ours: the engine's own state decides.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a commit says of itself. The position stands there twice, as no checksum covers it.
fn payload(position: u64) -> String {
    format!("form={FORM} position={position} again={position:x}")
}

/// The position in the payload of a commit of our form.
pub(crate) fn position_in(payload: &str) -> Option<u64> {
    let rest = payload.strip_prefix(&format!("form={FORM} position="))?;
    let position = rest.split(' ').next()?.parse().ok()?;
    (self::payload(position) == payload).then_some(position)
}

/// Every call of the engine passes here. It asserts where others return errors: over lengths and
/// offsets in damaged files, and when one of its threads is gone.
pub(crate) fn guarded<T>(work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Ok(done?),
        Err(panic) => {
            let said = panic
                .downcast_ref::<&str>()
                .map(|said| (*said).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            Err(Error::Panicked(said.unwrap_or_default()))
        }
    }
}
