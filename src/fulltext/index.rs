//! The index itself: putting, removing, committing.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tantivy::{
    IndexBuilder, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyError,
    directory::error::OpenReadError, merge_policy::LogMergePolicy, schema::Schema,
    tokenizer::TextAnalyzer,
};

use crate::{
    Document, Entry,
    columns::Edition,
    fields::{FORM, Fields},
    ready::{READY, Ready},
};

/// Memory of documents that are on their way to the disk.
const WRITER_BYTES: usize = 64 << 20;

/// Threads that index documents, beside those that merge.
const WRITER_THREADS: usize = 2;

/// A segment with more than this share of removed documents is merged, whatever its size.
const REMOVED_SHARE_MAX: f32 = 0.3;

/// Segments of about the same size that are merged into one. Each question is asked of every
/// segment by itself, so few and large ones are worth some more writing.
const SEGMENTS_ALIKE_MAX: usize = 4;

/// How much larger than another a segment is that is not about the same size, in powers of two.
const ALIKE_LOG_SIZE: f64 = 2.0;

/// Bytes of stored texts that are packed together: to tell of one document unpacks as much.
const STORE_BLOCK_BYTES: usize = 4 << 10;

/// Blocks of stored texts that are kept unpacked, of each segment: few, as a long text is a block of
/// its own.
const STORE_BLOCKS_KEPT: usize = 64;

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
    edition: RwLock<Arc<Edition>>,
    writer: Mutex<IndexWriter>,
    position: AtomicU64,
}

impl Index {
    /// An empty index that lives as long as the process, for tests.
    pub fn in_memory() -> Result<Self, Error> {
        let (fields, schema) = Fields::new();
        guarded(|| Self::start(&engine_with(schema).create_in_ram()?, fields, 0))
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
        merges.set_min_num_segments(SEGMENTS_ALIKE_MAX);
        merges.set_level_log_size(ALIKE_LOG_SIZE);
        writer.set_merge_policy(Box::new(merges));
        let edition = Edition::of(reader.searcher())?;
        Ok(Self {
            fields,
            reader,
            edition: RwLock::new(Arc::new(edition)),
            writer: Mutex::new(writer),
            position: AtomicU64::new(position),
        })
    }

    /// Puts a document in place of the one with its key. It is found after the next commit.
    pub fn put(&self, document: &Document) -> Result<(), Error> {
        let key = self.fields.by_key(document.key);
        guarded(|| {
            let prepared = document.prepared(&self.fields);
            let writer = self.writer();
            writer.delete_term(key);
            writer.add_document(prepared).map(drop)
        })
    }

    /// Removes the document with this key, if there is one. It is found until the next commit.
    pub fn remove(&self, key: u128) -> Result<(), Error> {
        let key = self.fields.by_key(key);
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
            let edition = Arc::new(Edition::of(self.reader.searcher())?);
            *self.edition.write().unwrap_or_else(PoisonError::into_inner) = edition;
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
        self.edition().searcher.num_docs()
    }

    /// All documents as of the last commit, in no order: what their owner has to know of them when
    /// it starts.
    pub fn entries(&self) -> Result<Vec<Entry>, Error> {
        let edition = self.edition();
        guarded(|| Ok(edition.entries()))
    }

    pub(crate) fn edition(&self) -> Arc<Edition> {
        Arc::clone(&self.edition.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn writer(&self) -> MutexGuard<'_, IndexWriter> {
        // A panic in between leaves no half of ours: the engine's own state decides.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How an index is made that is not there yet.
pub(crate) fn engine_with(schema: Schema) -> IndexBuilder {
    let settings = IndexSettings {
        docstore_blocksize: STORE_BLOCK_BYTES,
        ..IndexSettings::default()
    };
    tantivy::Index::builder().schema(schema).settings(settings)
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
