//! How search fares, for who runs the school.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use app::search::{FoundKind, Searchable};
use eventlog::{Position, head};
use kernel::Result;
use tokio::sync::watch;

use super::Search;
use super::answer::Mode;
use super::problems::SEARCH_UNAVAILABLE;

/// How search fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Documents that can be found by their words.
    pub documents: u64,
    /// Passages that can be found by their meaning.
    pub vectors: u64,
    /// How far the log goes.
    pub head: Position,
    /// How far each index has come.
    pub words_at: Position,
    /// How far the vectors have.
    pub meaning_at: Position,
    /// Whether the full-text index holds everything, up to its position.
    pub words_whole: bool,
    /// Whether the vectors are all there, up to their position.
    pub meaning_whole: bool,
    /// Documents that were put because everything was, since the start.
    pub rebuilt: u64,
    /// What makes vectors.
    pub embedder: String,
    /// What is the matter with it, if something is.
    pub trouble: Option<String>,
    /// Searches by full text, by meaning, and by both, each with the seconds they took in all.
    pub searches: [(Mode, u64, Duration); 3],
}

/// What has been counted since the start.
#[derive(Debug, Default)]
pub(super) struct Meters {
    asked: [AtomicU64; 3],
    micros: [AtomicU64; 3],
}

const MODES: [Mode; 3] = [Mode::Fulltext, Mode::Semantic, Mode::Hybrid];

impl Meters {
    pub(super) fn asked(&self, mode: Mode, taken: Duration) {
        let places = MODES.iter().zip(&self.asked).zip(&self.micros);
        for ((_, asked), micros) in places.filter(|((of, _), _)| **of == mode) {
            let taken = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
            asked.fetch_add(1, Ordering::Relaxed);
            micros.fetch_add(taken, Ordering::Relaxed);
        }
    }
}

/// What the index has otherwise than the records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Documents that were compared.
    pub documents: u64,
    /// Those that are not in the index.
    pub missing: u64,
    /// Those whose text is another one in the index.
    pub stale: u64,
    /// Those that are in the index and in no record.
    pub left_over: u64,
    /// Passages without a vector.
    pub without_vector: u64,
}

impl Report {
    /// Whether the index has all documents as they are, and no other.
    pub fn agrees(&self) -> bool {
        self.missing + self.stale + self.left_over == 0
    }
}

impl Search {
    /// How search fares.
    pub fn status(&self) -> Result<Status> {
        let (words, meaning) = (self.words(), self.meaning());
        let searches = std::array::from_fn(|at| {
            let count = |counted: &[AtomicU64; 3]| {
                counted
                    .get(at)
                    .map_or(0, |count| count.load(Ordering::Relaxed))
            };
            let mode = MODES.get(at).copied().unwrap_or_default();
            (
                mode,
                count(&self.meters.asked),
                Duration::from_micros(count(&self.meters.micros)),
            )
        });
        Ok(Status {
            documents: words.as_ref().map_or(0, |words| words.index.documents()),
            vectors: meaning
                .as_ref()
                .map_or(0, |meaning| meaning.index.len() as u64),
            head: head(&self.app.snapshot())?,
            words_at: *self.words_at.borrow(),
            meaning_at: *self.meaning_at.borrow(),
            words_whole: words.is_some_and(|words| words.is_whole()),
            meaning_whole: meaning.is_some_and(|meaning| meaning.is_whole()),
            rebuilt: self.rebuilt.load(Ordering::Relaxed),
            embedder: self.embedder.name().to_owned(),
            trouble: self.trouble(),
            searches,
        })
    }

    /// Compares the index with the records, one caller after the other. What happens meanwhile may
    /// seem to be missing.
    pub async fn verify(self: &Arc<Self>) -> Result<Report> {
        let search = Arc::clone(self);
        self.checkers.work(move || search.compare()).await
    }

    pub(super) fn compare(&self) -> Result<Report> {
        let (Some(words), meaning) = (self.words(), self.meaning()) else {
            return SEARCH_UNAVAILABLE.refuse();
        };
        let mut report = Report::default();
        let (never, mut seen) = (watch::channel(false).1, rustc_hash::FxHashSet::default());
        self.each_document(&never, |snapshot, (source, place)| {
            let Some(document) = source.document(snapshot, place)? else {
                return Ok(());
            };
            report.documents += 1;
            seen.insert(place.id);
            let catalogue = words.catalogue();
            let Some(known) = catalogue.get(place.id) else {
                report.missing += 1;
                return Ok(());
            };
            if known.digest != super::digest::digest(&document) {
                report.stale += 1;
            }
            if let Some(meaning) = &meaning {
                let vectors = (0..known.passages).map(|n| super::known::vector_of(place.id, n));
                let missing = vectors.filter(|vector| !meaning.index.has(*vector)).count();
                report.without_vector += u64::try_from(missing).unwrap_or(u64::MAX);
            }
            Ok(())
        })?;
        let left_over = words
            .catalogue()
            .keys()
            .filter(|key| !seen.contains(key))
            .count();
        report.left_over = u64::try_from(left_over).unwrap_or(u64::MAX);
        Ok(report)
    }

    /// What hands over records of this kind.
    pub(super) fn source(&self, kind: FoundKind) -> Option<&'static dyn Searchable> {
        let mut sources = self.sources.iter().copied();
        sources.find(|source| source.kind() == kind)
    }
}
