//! Search: by the words of what is in the school, by what it means, and by both together.
//!
//! Features hand over what can be found (`app::search`). Two followers of the event log keep two
//! indexes: [`keep_words`] the full text, [`keep_meaning`] a vector of each passage. Neither index
//! is the only copy of anything; one that cannot be read is made anew in the background, and
//! answers say meanwhile that they are partial. `docs/search.md` says how hits are ranked.
//!
//! Who may see a hit is asked of its record, when it is found. Totals and facets count what the
//! viewer may see, and nothing else.

mod answer;
mod ask;
mod digest;
mod eyes;
mod follow;
mod fusion;
mod known;
mod meaning;
mod passages;
mod prepare;
mod problems;
mod scope;
mod seen;
mod similar;
mod status;
mod suggest;
mod words;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use app::search::{Block, Searchable};
use app::{App, Feature, Pool};
use eventlog::Position;
use kernel::Result;
use llm::{Embedder, StaticTable};
use tokio::sync::{Notify, watch};

pub use self::answer::{Answer, Facets, Hit, Mode, Notice, Question};
pub use self::ask::CANDIDATES_MAX;
pub use self::eyes::seen_as;
pub use self::follow::SEARCH;
pub use self::meaning::keep_meaning;
pub use self::problems::{QUERY_TOO_LONG, SEARCH_BUSY, SEARCH_UNAVAILABLE};
pub use self::similar::named;
pub use self::status::{Report, Status};
pub use self::suggest::{SUGGESTIONS_MAX, suggestions};
pub use self::words::keep_words;

use self::meaning::Meaning;
use self::status::Meters;
use self::words::Words;

/// The most searches that wait for a thread.
const WAITING_MAX: usize = 256;
/// How long a search waits for what has just happened, when it is asked to.
const FRESH_MAX: Duration = Duration::from_secs(2);
/// The folder of the indexes of this form, below that of search: another one is made whenever
/// documents or passages are made in another way.
const FORM: &str = "v1";

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    problems: problems::ALL,
    followers: &[&SEARCH],
    ..Feature::named("search")
};

/// The texts of stored files.
pub trait FileTexts: Send + Sync {
    /// The text of the file whose bytes stand under this hash; `None` for one without text.
    fn text(&self, hash: &[u8; 32], media_type: &str) -> Result<Option<Vec<Block>>>;
}

/// No file has any.
struct NoTexts;

impl FileTexts for NoTexts {
    fn text(&self, _: &[u8; 32], _: &str) -> Result<Option<Vec<Block>>> {
        Ok(None)
    }
}

/// Where the indexes are, and what cannot be read is moved.
#[derive(Debug, Clone)]
pub struct Home {
    /// The folder of search.
    pub folder: PathBuf,
    /// The folder of what was moved aside.
    pub quarantine: PathBuf,
}

impl Home {
    /// Removes the indexes, while nobody has them open; they are made anew when they are next.
    pub fn remove(&self) -> std::io::Result<()> {
        match fs_err::remove_dir_all(self.folder.join(FORM)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// What search is made of.
pub struct Parts {
    /// The application.
    pub app: App,
    /// Where the indexes are; `None` for memory, in tests.
    pub home: Option<Home>,
    /// What reads files.
    pub texts: Arc<dyn FileTexts>,
    /// What makes vectors.
    pub embedder: Arc<dyn Embedder>,
    /// How many searches are answered at a time.
    pub threads: usize,
}

/// Search over a school.
pub struct Search {
    app: App,
    home: Option<Home>,
    texts: Arc<dyn FileTexts>,
    embedder: Arc<dyn Embedder>,
    sources: Vec<&'static dyn Searchable>,
    /// Answers questions.
    askers: Pool,
    /// Asks the embedder what questions mean, which may wait for a network.
    callers: Pool,
    /// Keep the indexes.
    keepers: Pool,
    /// Compares the index with the records, one at a time.
    checkers: Pool,
    words: RwLock<Option<Arc<Words>>>,
    meaning: RwLock<Option<Arc<Meaning>>>,
    /// How far each index has come.
    words_at: watch::Sender<Position>,
    meaning_at: watch::Sender<Position>,
    /// Somebody waits for what has just happened.
    hurry: Notify,
    /// The number of the rebuild that was asked for last.
    rebuilds: watch::Sender<u64>,
    /// What is the matter with the embedder, if something is.
    trouble: Mutex<Option<String>>,
    meters: Meters,
    /// Documents that were put because everything was, since the start.
    rebuilt: AtomicU64,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").finish_non_exhaustive()
    }
}

impl Search {
    /// Search over a school. It finds nothing before its indexes are kept.
    pub fn new(parts: Parts) -> std::io::Result<Arc<Self>> {
        let features = parts.app.features().iter();
        let sources = features.flat_map(|feature| feature.searchables).copied();
        let pool = |name, threads| Pool::start(name, threads, WAITING_MAX, SEARCH_BUSY);
        Ok(Arc::new(Self {
            sources: sources.collect(),
            askers: pool("search", parts.threads)?,
            callers: pool("search-asks", parts.threads)?,
            keepers: pool("search-keeps", 2)?,
            checkers: pool("search-checks", 1)?,
            app: parts.app,
            home: parts.home,
            texts: parts.texts,
            embedder: parts.embedder,
            words: RwLock::default(),
            meaning: RwLock::default(),
            words_at: watch::Sender::new(0),
            meaning_at: watch::Sender::new(0),
            hurry: Notify::new(),
            rebuilds: watch::Sender::new(0),
            trouble: Mutex::default(),
            meters: Meters::default(),
            rebuilt: AtomicU64::default(),
        }))
    }

    /// Search over a school in memory, whose indexes are in memory too: for tests. It finds what was
    /// there when [`Search::catch_up`] was called last.
    pub fn in_memory(app: App) -> std::io::Result<Arc<Self>> {
        Self::new(Parts {
            app,
            home: None,
            texts: Arc::new(NoTexts),
            embedder: Arc::new(StaticTable::built_in()),
            threads: 1,
        })
    }

    /// Brings both indexes up to date, and comes back when they are: what [`keep_words`] and
    /// [`keep_meaning`] do by and by.
    pub fn catch_up(self: &Arc<Self>) -> Result<()> {
        self.catch_up_words()?;
        meaning::catch_up(self)
    }

    /// The same, while the caller does something else.
    pub async fn caught_up(self: &Arc<Self>) -> Result<()> {
        let keeper = Arc::clone(self);
        self.keepers.work(move || keeper.catch_up()).await
    }

    /// Waits until everything up to this position of the log can be found, two seconds at most;
    /// whether it can.
    pub async fn wait_for(&self, position: Position) -> bool {
        let (mut words, mut meaning) = (self.words_at.subscribe(), self.meaning_at.subscribe());
        let reached = async {
            self.hurry.notify_waiters();
            let words = words.wait_for(|reached| *reached >= position).await.is_ok();
            let meant = meaning.wait_for(|reached| *reached >= position);
            words && (self.trouble().is_some() || meant.await.is_ok())
        };
        tokio::time::timeout(FRESH_MAX, reached)
            .await
            .unwrap_or(false)
    }

    /// Makes both indexes anew from the records, in the background.
    pub fn rebuild(&self) {
        self.rebuilds.send_modify(|number| *number += 1);
    }

    fn words(&self) -> Option<Arc<Words>> {
        let words = self.words.read().unwrap_or_else(PoisonError::into_inner);
        words.clone()
    }

    fn meaning(&self) -> Option<Arc<Meaning>> {
        let meaning = self.meaning.read().unwrap_or_else(PoisonError::into_inner);
        meaning.clone()
    }

    fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.clone()
    }
}

#[cfg(test)]
mod tests;
