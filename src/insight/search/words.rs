//! The full-text index, kept up with the log.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use app::search::{Place, Searchable};
use eventlog::{head, note_position, position};
use fulltext::{Index, Opened};
use kernel::{Fault, Result};
use rustc_hash::FxHashSet;
use store::Snapshot;
use tokio::sync::watch;
use tokio::time::timeout;

use super::digest::digest;
use super::known::{Catalogue, Known, SCHOOL};
use super::scope::kind_of;
use super::{FORM, SEARCH, Search};

/// How long is waited for more to come, so that a lively minute is not one commit a message.
const GATHERED: Duration = Duration::from_millis(200);
/// How far the index goes on before the log is told of it, in a school that is never quiet: each
/// time the index is synced, which those who hand in work would wait for.
const NOTED_EVERY: u64 = 50_000;
/// After how long without anything new the log is told in any case, so that retention, which waits
/// for search in every stream, does not wait for so many events of a small school.
const QUIET: Duration = Duration::from_secs(5);
/// How many records are read at a time when everything is put anew.
const BATCH: usize = 256;
/// After so many documents put anew they can be found.
const SHOWN_EVERY: usize = 5_000;

/// The full-text index and what is known of its documents.
pub(super) struct Words {
    pub(super) index: Index,
    catalogue: RwLock<Catalogue>,
    /// Whether everything is in it, up to its position.
    whole: watch::Sender<bool>,
}

impl Words {
    pub(super) fn catalogue(&self) -> RwLockReadGuard<'_, Catalogue> {
        self.catalogue
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn catalogue_to_write(&self) -> RwLockWriteGuard<'_, Catalogue> {
        self.catalogue
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_whole(&self) -> bool {
        *self.whole.borrow()
    }

    /// Says that it is not whole, as it could not be read; whether it was until then.
    pub(super) fn gives_up(&self) -> bool {
        self.whole.send_if_modified(std::mem::take)
    }
}

/// Keeps the full-text index up with the log until told to stop.
pub async fn keep_words(search: Arc<Search>, mut stop: watch::Receiver<bool>) -> Result<()> {
    let store = search.app.store().clone();
    let mut versions = store.versions();
    let mut rebuilds = search.rebuilds.subscribe();
    let (opening, until) = (Arc::clone(&search), stop.clone());
    let opened = move || opening.open_words(&until);
    search.keepers.work(opened).await?;
    loop {
        versions.mark_unchanged();
        while !*stop.borrow() && step(&search, stop.clone()).await? {}
        search.note(NOTED_EVERY).await?;
        let anew = tokio::select! {
            changed = versions.changed() => if changed.is_err() { break } else { Some(false) },
            _ = rebuilds.changed() => Some(true),
            stopped = timeout(QUIET, stop.wait_for(|stop| *stop)) => {
                if stopped.is_ok() {
                    break;
                }
                None
            }
        };
        let Some(anew) = anew else {
            search.note(1).await?;
            continue;
        };
        if anew {
            let (keeper, until) = (Arc::clone(&search), stop.clone());
            let fill = move || keeper.fill_words(&until);
            search.keepers.work(fill).await?;
        }
        tokio::select! {
            () = search.hurry.notified() => {}
            _ = timeout(GATHERED, stop.wait_for(|stop| *stop)) => {}
        }
    }
    search.note(1).await?;
    let closing = Arc::clone(&search);
    search.keepers.work(move || closing.close_words()).await
}

async fn step(search: &Arc<Search>, stop: watch::Receiver<bool>) -> Result<bool> {
    let keeper = Arc::clone(search);
    search.keepers.work(move || keeper.step_words(&stop)).await
}

impl Search {
    /// Opens the index if it is not open, and takes everything into it.
    pub(super) fn catch_up_words(&self) -> Result<()> {
        let never = watch::channel(false).1;
        if self.words().is_none() {
            self.open_words(&never)?;
        }
        while self.step_words(&never)? {}
        Ok(())
    }

    /// Opens the index, and fills it where it is empty or no longer fits the log.
    pub(super) fn open_words(&self, stop: &watch::Receiver<bool>) -> Result<()> {
        *self.words.write().unwrap_or_else(PoisonError::into_inner) = None;
        let opened = self.opened()?;
        if let Some(aside) = &opened.set_aside {
            tracing::warn!(
                to = %aside.to.display(), why = %aside.why,
                "the search index could not be read; it was moved aside and is made anew"
            );
        }
        let mut catalogue = Catalogue::default();
        for entry in opened.index.entries().map_err(broken)? {
            let Some(kind) = kind_of(entry.kind) else {
                continue;
            };
            let known = Known {
                kind,
                course: entry.course.filter(|course| *course != SCHOOL),
                open: entry.public,
                digest: entry.digest,
                passages: entry.passages,
            };
            catalogue.put(entry.key, known);
        }
        let snapshot = self.app.snapshot();
        let (head, noted) = (head(&snapshot)?, position(&snapshot, &SEARCH)?);
        // What the log was told of may be gone from it: an older copy cannot be brought up to date.
        let is_whole = opened.position > 0 && (noted..=head).contains(&opened.position);
        let words = Words {
            index: opened.index,
            catalogue: RwLock::new(catalogue),
            whole: watch::Sender::new(is_whole),
        };
        *self.words.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(words));
        // An index that is filled has come nowhere, also where the one before had.
        let at = if is_whole { opened.position } else { 0 };
        self.words_at.send_replace(at);
        if is_whole {
            return Ok(());
        }
        if opened.position > head {
            tracing::warn!(
                "the search index is ahead of the event log, as after restoring a backup; it is made anew"
            );
        }
        self.fill_words(stop)
    }

    fn opened(&self) -> Result<Opened> {
        let Some(home) = &self.home else {
            return Ok(Opened {
                index: Index::in_memory().map_err(broken)?,
                position: 0,
                set_aside: None,
            });
        };
        let folder = home.folder.join(FORM).join("words");
        let opened = Index::open_or_set_aside(&folder, &home.quarantine);
        opened.map_err(|error| Fault::caused("opening the search index", error).into())
    }

    /// Takes some of what has happened into the index; whether there is more.
    pub(super) fn step_words(&self, stop: &watch::Receiver<bool>) -> Result<bool> {
        let Some(words) = self.words() else {
            return Ok(false);
        };
        let snapshot = self.app.snapshot();
        let from = *self.words_at.borrow();
        let Some(touched) = self.touched(&snapshot, from)? else {
            return Ok(false);
        };
        let mut changed = false;
        for place in touched.places {
            if *stop.borrow() {
                // What was put is true, and is put again: the position is that of before.
                return Ok(false);
            }
            changed |= self.put_words(&words, &snapshot, place, false)?;
        }
        // What changed nothing need not be written down: it is read again after a crash.
        if changed {
            words.index.commit(touched.to).map_err(broken)?;
        }
        self.words_at.send_replace(touched.to);
        Ok(touched.more)
    }

    /// Puts a document as it is now, or removes it; whether the index had it otherwise.
    fn put_words(
        &self,
        words: &Words,
        snapshot: &Snapshot,
        (source, place): (&dyn Searchable, Place),
        anew: bool,
    ) -> Result<bool> {
        let key = place.id;
        let Some(document) = source.document(snapshot, place)? else {
            let was_there = words.catalogue_to_write().remove(key).is_some();
            if was_there {
                words.index.remove(key).map_err(broken)?;
            }
            return Ok(was_there);
        };
        let digest = digest(&document);
        let is_known = |known: &Known| known.digest == digest;
        if !anew && words.catalogue().get(key).is_some_and(is_known) {
            return Ok(false);
        }
        let prepared = self.prepare(source.kind(), document)?;
        let known = prepared.known;
        words.index.put(&prepared.indexed(key)).map_err(broken)?;
        words.catalogue_to_write().put(key, known);
        Ok(true)
    }

    /// Puts everything there is. What is found meanwhile is true, and not all.
    pub(super) fn fill_words(&self, stop: &watch::Receiver<bool>) -> Result<()> {
        let Some(words) = self.words() else {
            return Ok(());
        };
        let (from, mut seen) = (head(&self.app.snapshot())?, FxHashSet::default());
        let filled = self.each_document(stop, |snapshot, found| {
            seen.insert(found.1.id);
            let put = self.put_words(&words, snapshot, found, true)?;
            self.rebuilt.fetch_add(u64::from(put), Ordering::Relaxed);
            if seen.len().is_multiple_of(SHOWN_EVERY) {
                // Position 0 says that there is more.
                words.index.commit(0).map_err(broken)?;
            }
            Ok(())
        })?;
        if !filled {
            return Ok(());
        }
        let gone: Vec<u128> = {
            let catalogue = words.catalogue();
            catalogue.keys().filter(|key| !seen.contains(key)).collect()
        };
        for key in gone {
            words.index.remove(key).map_err(broken)?;
            words.catalogue_to_write().remove(key);
        }
        words.index.commit(from).map_err(broken)?;
        words.whole.send_replace(true);
        self.words_at.send_replace(from);
        Ok(())
    }

    /// Goes through all records that can be found, some at a time, each time as they are then;
    /// whether it came to the end before it was told to stop.
    pub(super) fn each_document(
        &self,
        stop: &watch::Receiver<bool>,
        mut each: impl FnMut(&Snapshot, (&'static dyn Searchable, Place)) -> Result<()>,
    ) -> Result<bool> {
        for source in &self.sources {
            let mut last = None;
            loop {
                let snapshot = self.app.snapshot();
                let places = source.after(&snapshot, last, BATCH)?;
                let Some(end) = places.last() else { break };
                last = Some(*end);
                for place in places {
                    // Reading a file may take seconds.
                    if *stop.borrow() {
                        return Ok(false);
                    }
                    each(&snapshot, (*source, place))?;
                }
            }
        }
        Ok(true)
    }

    /// Tells the log how far the index has come, where that is so much further than before.
    async fn note(self: &Arc<Self>, further: u64) -> Result<()> {
        let (at, store) = (*self.words_at.borrow(), self.app.store());
        let noted = position(&store.snapshot(), &SEARCH)?;
        if at.saturating_sub(noted) < further || store.loss().is_some() {
            return Ok(());
        }
        let keeper = Arc::clone(self);
        let commit = move || match keeper.words() {
            Some(words) if words.index.position() < at => words.index.commit(at).map_err(broken),
            Some(_) | None => Ok(()),
        };
        self.keepers.work(commit).await?;
        note_position(store, &SEARCH, at).await
    }

    fn close_words(&self) -> Result<()> {
        let words = self
            .words
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // Who still searches ends it with the last answer.
        match words.map(Arc::try_unwrap) {
            Some(Ok(words)) => words.index.close().map_err(broken),
            Some(Err(_)) | None => Ok(()),
        }
    }
}

pub(super) fn broken(error: fulltext::Error) -> kernel::Error {
    Fault::caused("the search index", error).into()
}
