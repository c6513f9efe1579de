//! The vectors of passages, kept up with the log.
//!
//! A service that makes vectors may be down, slow, or another one than last time. So the vectors
//! of one embedder are one index; another embedder's are made beside it, and take its place when
//! they are all there.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use app::search::{Place, Searchable};
use eventlog::{Position, head};
use kernel::{Fault, Result};
use llm::{BATCH_MAX, EmbedError, Embedder, Purpose, StaticTable};
use rustc_hash::FxHashSet;
use store::Snapshot;
use tokio::sync::watch;
use tokio::time::timeout;
use vector::{Index, Loaded, Options};
use xxhash_rust::xxh3::xxh3_64;

use super::known::vector_of;
use super::passages::PASSAGES_MAX;
use super::{FORM, Search};

/// How long is waited for more to come.
const GATHERED: Duration = Duration::from_millis(200);
/// After how long changes are saved; a crash has them made again.
const SAVED_EVERY: Duration = Duration::from_mins(5);
/// When the embedder is asked again after it failed.
const RETRIED_AFTER: Duration = Duration::from_secs(15);
/// How many records are embedded at a time when everything is made anew.
const BATCH: usize = 64;
/// What a snapshot is called after its embedder.
const ENDING: &str = "vectors";

/// The vectors of one embedder.
pub(super) struct Meaning {
    pub(super) index: Index,
    pub(super) embedder: Arc<dyn Embedder>,
    whole: AtomicBool,
}

impl Meaning {
    /// Whether everything is in it, up to its position.
    pub(super) fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Acquire)
    }
}

/// How far making all vectors anew has come.
#[derive(Default)]
struct Filling {
    from: Position,
    source: usize,
    last: Option<Place>,
    /// The vectors that there are to be: what is not among them is of something that is gone.
    seen: FxHashSet<u64>,
}

/// What came of a step.
enum Stepped {
    Further,
    UpToDate,
    /// The embedder did not do it.
    Failed(EmbedError),
}

/// A vector for each text that has one.
type Vectors = std::result::Result<Vec<Option<Vec<f32>>>, EmbedError>;

/// What came of putting documents.
enum Put {
    Done,
    /// The vectors have become longer or shorter: all are made anew.
    Anew,
    /// There is no time for the rest.
    Stopped,
    Failed(EmbedError),
}

/// Keeps the vectors of the configured embedder.
struct Keeper {
    search: Arc<Search>,
    /// The index that is kept; it is made with the first vector, which says how long it is.
    kept: Option<Arc<Meaning>>,
    at: Position,
    filling: Option<Filling>,
    unsaved: bool,
    saved_at: Duration,
    stop: watch::Receiver<bool>,
}

/// Keeps the vectors up with the log until told to stop.
pub async fn keep_meaning(search: Arc<Search>, mut stop: watch::Receiver<bool>) -> Result<()> {
    let mut versions = search.app.store().versions();
    let mut rebuilds = search.rebuilds.subscribe();
    let (opening, until) = (Arc::clone(&search), stop.clone());
    let keepers = &search.keepers;
    let mut keeper = keepers.work(move || Keeper::open(opening, until)).await?;
    loop {
        versions.mark_unchanged();
        let stepped;
        (keeper, stepped) = keepers.work(move || keeper.step()).await?;
        let waited = match stepped {
            Stepped::Further if *stop.borrow() => break,
            Stepped::Further => continue,
            Stepped::UpToDate => SAVED_EVERY,
            Stepped::Failed(error) => {
                search.note_trouble(Some(&error));
                RETRIED_AFTER
            }
        };
        tokio::select! {
            changed = versions.changed(), if waited == SAVED_EVERY => if changed.is_err() { break },
            _ = rebuilds.changed() => keeper.filling = Some(Filling::default()),
            stopped = timeout(waited, stop.wait_for(|stop| *stop)) => if stopped.is_ok() { break },
        }
        tokio::select! {
            () = search.hurry.notified() => {}
            _ = timeout(GATHERED, stop.wait_for(|stop| *stop)) => {}
        }
    }
    keepers.work(move || keeper.save()).await
}

/// Brings the vectors up to date.
pub(super) fn catch_up(search: &Arc<Search>) -> Result<()> {
    let mut keeper = Keeper::open(Arc::clone(search), watch::channel(false).1)?;
    loop {
        let stepped;
        (keeper, stepped) = keeper.step()?;
        match stepped {
            Stepped::Further => {}
            Stepped::UpToDate => return keeper.save(),
            Stepped::Failed(error) => {
                search.note_trouble(Some(&error));
                return keeper.save();
            }
        }
    }
}

impl Keeper {
    /// Opens what was saved. Without vectors of the configured embedder those of the built-in
    /// table serve, if they are there, until the others are.
    fn open(search: Arc<Search>, stop: watch::Receiver<bool>) -> Result<Self> {
        let embedder = Arc::clone(&search.embedder);
        let head = head(&search.app.snapshot())?;
        let loaded = search.load(embedder.name());
        let loaded = loaded.filter(|loaded| {
            loaded.position <= head && still_fits(&*embedder, loaded.index.dimensions())
        });
        let (kept, at) = match loaded {
            Some(loaded) => (Some(loaded.index), loaded.position),
            None => (None, 0),
        };
        let kept = kept.map(|index| Arc::new(whole(index, embedder)));
        if let Some(kept) = &kept {
            search.serve(Some(kept));
        } else if let Some(built_in) = search.load(StaticTable::built_in().name()) {
            let table = Arc::new(StaticTable::built_in());
            search.serve(Some(&Arc::new(whole(built_in.index, table))));
        }
        search.meaning_at.send_replace(at);
        let filling = kept.is_none().then(Filling::default);
        Ok(Self {
            saved_at: search.app.clock().monotonic(),
            search,
            kept,
            at,
            filling,
            unsaved: false,
            stop,
        })
    }

    /// Goes on a little.
    fn step(mut self) -> Result<(Self, Stepped)> {
        let now = self.search.app.clock().monotonic();
        if self.unsaved && now.saturating_sub(self.saved_at) >= SAVED_EVERY {
            self.save_now()?;
        }
        let stepped = match self.filling.take() {
            Some(filling) => self.fill(filling)?,
            None => self.follow()?,
        };
        Ok((self, stepped))
    }

    /// Takes up what has happened.
    fn follow(&mut self) -> Result<Stepped> {
        let snapshot = self.search.app.snapshot();
        if self.search.misses_messages(&snapshot, self.at)? {
            // As when the embedder was away for longer than events are kept.
            self.filling = Some(Filling::default());
            return Ok(Stepped::Further);
        }
        let Some(touched) = self.search.touched(&snapshot, self.at)? else {
            return Ok(Stepped::UpToDate);
        };
        let mut places = Vec::with_capacity(touched.places.len());
        for (source, place) in touched.places {
            let has_vectors = || {
                let kept = self.kept.as_ref();
                kept.is_some_and(|kept| kept.index.has(vector_of(place.id, 0)))
            };
            let is_as_before = touched.inside.contains(&place.id) && has_vectors();
            if !is_as_before || source.document(&snapshot, place)?.is_none() {
                places.push((source, place));
            }
        }
        let mut seen = FxHashSet::default();
        match self.put((&snapshot, &places), &mut seen)? {
            Put::Done => {}
            Put::Anew | Put::Stopped => return Ok(Stepped::Further),
            Put::Failed(error) => return Ok(Stepped::Failed(error)),
        }
        if let Some(kept) = &self.kept {
            for (_, place) in &places {
                // Passages that the text had, and has no more.
                let all = (0..).take(PASSAGES_MAX);
                let gone = all.map(|number| vector_of(place.id, number));
                for key in gone.filter(|key| !seen.contains(key) && kept.index.has(*key)) {
                    self.unsaved |= kept.index.remove(key);
                }
            }
        }
        self.reach(touched.to);
        Ok(if touched.more {
            Stepped::Further
        } else {
            Stepped::UpToDate
        })
    }

    /// Makes some more vectors anew.
    fn fill(&mut self, mut filling: Filling) -> Result<Stepped> {
        let snapshot = self.search.app.snapshot();
        if filling.source == 0 && filling.last.is_none() {
            filling.from = head(&snapshot)?;
        }
        let Some(source) = self.search.sources.get(filling.source).copied() else {
            self.filled(&filling)?;
            return Ok(Stepped::Further);
        };
        let places = source.after(&snapshot, filling.last, BATCH)?;
        let Some(end) = places.last().copied() else {
            filling.source += 1;
            filling.last = None;
            self.filling = Some(filling);
            return Ok(Stepped::Further);
        };
        let places: Vec<_> = places.into_iter().map(|place| (source, place)).collect();
        let stepped = match self.put((&snapshot, &places), &mut filling.seen)? {
            Put::Done => {
                filling.last = Some(end);
                Stepped::Further
            }
            Put::Stopped => Stepped::Further,
            Put::Anew => return Ok(Stepped::Further),
            Put::Failed(error) => Stepped::Failed(error),
        };
        self.filling = Some(filling);
        Ok(stepped)
    }

    /// All vectors are there: they are searched from now on.
    fn filled(&mut self, filling: &Filling) -> Result<()> {
        if let Some(kept) = &self.kept {
            let gone = kept.index.keys().into_iter();
            for key in gone.filter(|key| !filling.seen.contains(key)) {
                kept.index.remove(key);
            }
            kept.whole.store(true, Ordering::Release);
            self.search.serve(Some(kept));
        }
        self.reach(filling.from);
        self.save_now()?;
        self.search.forget_others();
        Ok(())
    }

    fn reach(&mut self, position: Position) {
        self.at = position;
        self.search.note_trouble(None);
        self.search.meaning_at.send_replace(position);
    }

    /// Makes the vectors of documents as they are now, and notes which they are.
    fn put(
        &mut self,
        (snapshot, places): (&Snapshot, &[(&'static dyn Searchable, Place)]),
        seen: &mut FxHashSet<u64>,
    ) -> Result<Put> {
        let mut texts = Vec::new();
        for (source, place) in places {
            if *self.stop.borrow() {
                return Ok(Put::Stopped);
            }
            let prepared = self.search.prepared(snapshot, (*source, *place))?;
            let passages = prepared.map(|prepared| prepared.texts());
            for (number, text) in (0..).zip(passages.unwrap_or_default()) {
                let key = vector_of(place.id, number);
                seen.insert(key);
                texts.push((key, text));
            }
            while texts.len() >= BATCH_MAX {
                let rest = texts.split_off(BATCH_MAX);
                match self.put_texts(&std::mem::replace(&mut texts, rest))? {
                    Put::Done => {}
                    stopped @ (Put::Anew | Put::Stopped | Put::Failed(_)) => return Ok(stopped),
                }
            }
        }
        self.put_texts(&texts)
    }

    fn put_texts(&mut self, texts: &[(u64, String)]) -> Result<Put> {
        if texts.is_empty() {
            return Ok(Put::Done);
        }
        let asked: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        let vectors = match embedded(&*self.search.embedder, &asked) {
            Ok(vectors) => vectors,
            Err(error) => return Ok(Put::Failed(error)),
        };
        for ((key, _), vector) in texts.iter().zip(vectors) {
            let length = vector.as_ref().map(Vec::len);
            let kept = self.kept.as_ref().map(|kept| kept.index.dimensions());
            if let (Some(length), Some(kept)) = (length, kept)
                && length != kept
            {
                tracing::warn!(
                    "vectors have {length} numbers now, they had {kept}: all are made anew"
                );
                self.kept = None;
                self.search.serve(None);
                self.filling = Some(Filling::default());
                return Ok(Put::Anew);
            }
            self.put_vector(*key, vector.as_deref())?;
        }
        Ok(Put::Done)
    }

    fn put_vector(&mut self, key: u64, vector: Option<&[f32]>) -> Result<()> {
        let Some(vector) = vector else {
            if let Some(kept) = &self.kept {
                self.unsaved |= kept.index.remove(key);
            }
            return Ok(());
        };
        let kept = if let Some(kept) = &self.kept {
            kept
        } else {
            let index = Index::new(vector.len(), Options::default())
                .map_err(|error| Fault::caused("making an index of vectors", error))?;
            let kept = Arc::new(Meaning {
                index,
                embedder: Arc::clone(&self.search.embedder),
                whole: AtomicBool::new(false),
            });
            // Some answers are better than none.
            if self.search.meaning().is_none() {
                self.search.serve(Some(&kept));
            }
            self.kept.insert(kept)
        };
        if let Err(unfit) = kept.index.put(key, vector) {
            tracing::warn!(%unfit, "the vector of a passage was left out");
            kept.index.remove(key);
        }
        self.unsaved = true;
        Ok(())
    }

    fn save(mut self) -> Result<()> {
        if self.unsaved && self.filling.is_none() {
            self.save_now()?;
        }
        Ok(())
    }

    /// Saves the vectors, unless they are not all there.
    fn save_now(&mut self) -> Result<()> {
        self.saved_at = self.search.app.clock().monotonic();
        if let (Some(kept), None) = (&self.kept, &self.filling)
            && let Some(path) = self.search.vectors_of(self.search.embedder.name())
        {
            if let Some(folder) = path.parent() {
                fs_err::create_dir_all(folder)
                    .map_err(|error| Fault::caused("making the folder of vectors", error))?;
            }
            let saved = kept.index.save(&path, self.at);
            saved.map_err(|error| Fault::caused("saving the vectors", error))?;
        }
        self.unsaved = false;
        Ok(())
    }
}

fn whole(index: Index, embedder: Arc<dyn Embedder>) -> Meaning {
    Meaning {
        index,
        embedder,
        whole: AtomicBool::new(true),
    }
}

/// Whether an embedder still makes vectors of so many numbers, as far as it tells now: the model
/// behind a name may have become another one.
fn still_fits(embedder: &dyn Embedder, dimensions: usize) -> bool {
    if embedder.dimensions().is_none() && embedder.waits() {
        // What comes of it is seen by what it tells.
        drop(embedder.embed(&["school"], Purpose::Question));
    }
    embedder.dimensions().is_none_or(|now| now == dimensions)
}

/// The vectors of texts. A text that a service refuses has none, as one that is too long for its
/// model: that must not keep others from having theirs.
fn embedded(embedder: &dyn Embedder, texts: &[&str]) -> Vectors {
    let error = match embedder.embed(texts, Purpose::Document) {
        Err(error) if error.is_about_texts() => error,
        done => return done,
    };
    if let [text] = texts {
        // A model that makes no embeddings refuses all. This is no text that was asked for before.
        let other = format!("{:016x}", xxh3_64(text.as_bytes()));
        if embedder.embed(&[&other], Purpose::Question).is_err() {
            return Err(error);
        }
        tracing::warn!("{error}. It is about one passage, which is found by its words only");
        return Ok(vec![None]);
    }
    let (some, rest) = texts.split_at(texts.len() / 2);
    let mut vectors = embedded(embedder, some)?;
    vectors.extend(embedded(embedder, rest)?);
    Ok(vectors)
}

impl Search {
    fn serve(&self, meaning: Option<&Arc<Meaning>>) {
        let mut serving = self.meaning.write().unwrap_or_else(PoisonError::into_inner);
        *serving = meaning.map(Arc::clone);
    }

    fn note_trouble(&self, error: Option<&EmbedError>) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let said = error.map(ToString::to_string);
        if let Some(said) = said.as_ref().filter(|said| trouble.as_ref() != Some(said)) {
            tracing::warn!("search by meaning falls behind: {said}");
        }
        *trouble = said;
    }

    /// Where the vectors of an embedder are saved; nowhere in tests.
    fn vectors_of(&self, embedder: &str) -> Option<PathBuf> {
        let home = self.home.as_ref()?;
        let name = format!("{:016x}.{ENDING}", xxh3_64(embedder.as_bytes()));
        Some(home.folder.join(FORM).join(name))
    }

    /// The saved vectors of an embedder, unless there are none that can be read.
    fn load(&self, embedder: &str) -> Option<Loaded> {
        let path = self.vectors_of(embedder)?;
        if !path.exists() {
            return None;
        }
        match Index::load(&path) {
            Ok(loaded) => Some(loaded),
            Err(error) => {
                tracing::warn!(%error, "the saved vectors cannot be read and are made anew");
                None
            }
        }
    }

    /// Removes the vectors of other embedders.
    fn forget_others(&self) {
        let Some(own) = self.vectors_of(self.embedder.name()) else {
            return;
        };
        let entries = own
            .parent()
            .and_then(|folder| fs_err::read_dir(folder).ok());
        for entry in entries.into_iter().flatten().flatten() {
            let path = entry.path();
            let is_vectors = path.extension().is_some_and(|ending| ending == ENDING);
            if is_vectors && path != own {
                drop(fs_err::remove_file(path));
            }
        }
    }
}
