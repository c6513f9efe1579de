//! Group commit: one thread applies commands one after another, writes them as one batch, syncs
//! it, notes in the ring that it is there, shows the new state, and then answers every caller.
//!
//! Serialisable by construction. Nothing is acknowledged, readable or delivered before it is on
//! stable storage; a command that is refused or panics leaves no trace in its group.

use std::fmt;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::{oneshot, watch};

use kernel::{Clock, Fault, Result, SystemClock, problems};

use crate::cache::{CacheStats, RecordCache};
use crate::data_dir::{OpenError, Quarantine};
use crate::engines::{Change, Engine, Reclaim, Space};
use crate::job::{Job, Pending};
use crate::loss::Loss;
use crate::meter::{Meter, WriteStats};
use crate::ring::{AckRing, Group};
use crate::snapshot::{Published, Snapshot};
use crate::table::Table;
use crate::tx::Tx;

/// The most commands in one group.
const GROUP_COMMANDS_MAX: usize = 512;
/// The longest that a group collects commands before it is written.
const GROUP_WAIT_MAX: Duration = Duration::from_millis(2);
/// How long the committer waits for the next command of a group when callers come in crowds.
const CROWD_WAIT: Duration = Duration::from_micros(60);
/// A group is written when its changes reach this size.
const GROUP_BYTES_MAX: usize = 1024 * 1024;
/// The most changes for which room is kept from one group to the next.
const CHANGES_KEPT: usize = 16_384;
/// The most commands that wait for the committer. One more is refused with `BUSY`.
const QUEUE_COMMANDS_MAX: usize = 4_096;
/// What a caller that found the queue full is told to wait.
const BUSY_WAIT: Duration = Duration::from_secs(1);

/// How a store is opened.
pub struct Options {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// A seed makes ids repeatable, for tests; without one they are drawn from the system.
    pub seed: Option<u64>,
    /// Memory for blocks of the disk engine, in bytes.
    pub cache_bytes: u64,
    /// Memory for decoded records, in bytes, about.
    pub record_cache_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            seed: None,
            cache_bytes: 64 * 1024 * 1024,
            record_cache_bytes: 64 * 1024 * 1024,
        }
    }
}

/// The open store: take snapshots, submit commands. A clone is the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    published: Arc<ArcSwap<Published>>,
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    version: watch::Receiver<u64>,
    failed: watch::Receiver<bool>,
    loss: OnceLock<Loss>,
    meter: Arc<Meter>,
    committer: Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("version", &*self.inner.version.borrow())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the records in a directory, made if it is not there, with the ring beside it. A torn
    /// last batch goes to `quarantine` first. Where something that was acknowledged is missing, the
    /// store is open for reading only: see [`Store::loss`].
    pub fn on_disk(
        directory: &Path,
        quarantine: &Quarantine,
        options: Options,
    ) -> Result<Self, OpenError> {
        let engine = Engine::on_disk(directory, quarantine, options.cache_bytes)?;
        let last = Group::last_of(&engine.snapshot())
            .map_err(|error| OpenError::Records(error.to_string()))?;
        match AckRing::open(directory, last)? {
            Ok(ring) => Ok(Self::start(engine, options, Some(ring))),
            Err(loss) => {
                let store = Self::start(engine, options, None);
                store.refuse_writes(loss);
                Ok(store)
            }
        }
    }

    /// A store over an engine.
    pub fn over(engine: Engine, options: Options) -> Self {
        Self::start(engine, options, None)
    }

    pub(crate) fn start(engine: Engine, options: Options, ring: Option<AckRing>) -> Self {
        let first = Published {
            engine: engine.snapshot(),
            version: 0,
            cache: Arc::new(RecordCache::new(options.record_cache_bytes)),
        };
        let published = Arc::new(ArcSwap::from_pointee(first));
        let (queue, jobs) = sync_channel(QUEUE_COMMANDS_MAX);
        let (version_sender, version) = watch::channel(0);
        let (failed_sender, failed) = watch::channel(false);
        let rng = options
            .seed
            .map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64);
        let meter = Arc::new(Meter::default());
        let committer = Committer {
            engine,
            ring,
            tx: Tx::new(Snapshot::new(published.load_full()), rng),
            changes: Vec::new(),
            published: Arc::clone(&published),
            clock: options.clock,
            jobs,
            version: version_sender,
            failed: failed_sender,
            last_group: 0,
            meter: Arc::clone(&meter),
        };
        let thread = std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || committer.run())
            .expect("a thread can be started while the program starts");
        Self {
            inner: Arc::new(Inner {
                published,
                queue: Mutex::new(Some(queue)),
                version,
                failed,
                loss: OnceLock::new(),
                meter,
                committer: Mutex::new(Some(thread)),
            }),
        }
    }

    /// The newest durable state.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.inner.published.load_full())
    }

    /// Queues a command. It runs on the committer's thread; its writes are durable and visible
    /// when the answer comes. `BUSY` when the queue is full.
    pub fn submit<T, F>(&self, command: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.queue(command, true)
    }

    /// Queues a command that leaves no trace: it runs on the newest state as [`Store::submit`]
    /// would have it run, and answers what it would have answered.
    pub fn rehearse<T, F>(&self, command: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.queue(command, false)
    }

    fn queue<T, F>(&self, command: F, stays: bool) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (job, pending) = Pending::of(command, stays);
        if self.loss().is_some() {
            return pending.refused(problems::READ_ONLY.error());
        }
        let queue = self
            .inner
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => {
                self.inner.meter.queued();
                pending
            }
            Some(Err(TrySendError::Full(_))) => {
                self.inner.meter.turned_away();
                pending.refused(problems::BUSY.retry_after(BUSY_WAIT))
            }
            Some(Err(TrySendError::Disconnected(_))) | None => {
                pending.refused(problems::WRITES_STOPPED.retry_after(BUSY_WAIT))
            }
        }
    }

    /// Gives back to the disk the room of what was removed from a space. Readers and writers go on
    /// meanwhile; it writes the rest of the space anew, so it is for when much was removed.
    pub async fn reclaim(&self, space: Space) -> Result<()> {
        self.take_step(space, Reclaim::Rewrite).await?;
        // The engine removes what it wrote before only behind a later commit to the same space.
        let reclaimed: Table<u8, u64> = Table::new(0x000e, "reclaimed").within(space);
        let commit = move |tx: &mut Tx| {
            let times = tx.get(&reclaimed, &0)?.unwrap_or(0);
            tx.put(&reclaimed, &0, &(times + 1))
        };
        self.submit(commit).await?;
        self.take_step(space, Reclaim::Remove).await
    }

    async fn take_step(&self, space: Space, step: Reclaim) -> Result<()> {
        let reclaim = self.inner.published.load().engine.reclaimer(space, step);
        let (done, answer) = oneshot::channel();
        let thread = std::thread::Builder::new().name("reclaim".to_owned());
        let started = thread.spawn(move || drop(done.send(reclaim())));
        started.map_err(|error| Fault::caused("starting to give room back", error))?;
        answer.await.unwrap_or_else(|_| {
            let fault = Fault::new("giving room back to the disk panicked");
            Err(fault.into())
        })
    }

    /// What became of the cache of decoded records so far.
    pub fn cache_stats(&self) -> CacheStats {
        self.inner.published.load().cache.stats()
    }

    /// How writing has gone so far.
    pub fn write_stats(&self) -> WriteStats {
        self.inner.meter.read(QUEUE_COMMANDS_MAX)
    }

    /// Tells the version after each group, for whoever follows the log.
    pub fn versions(&self) -> watch::Receiver<u64> {
        self.inner.version.clone()
    }

    /// Turns true when a write failed: nothing more is acknowledged until the store is opened
    /// again.
    pub fn failed(&self) -> watch::Receiver<bool> {
        self.inner.failed.clone()
    }

    /// What shows that something acknowledged is missing. While there is such a thing every command
    /// is refused with `READ_ONLY`, so that nothing is built on what is not whole.
    pub fn loss(&self) -> Option<&Loss> {
        self.inner.loss.get()
    }

    /// The last group of the records.
    pub(crate) fn last_group(&self) -> Result<Group, OpenError> {
        let last = Group::last_of(&self.inner.published.load().engine)
            .map_err(|error| OpenError::Records(error.to_string()))?;
        Ok(last.unwrap_or_default())
    }

    /// Takes no more commands, since this was found.
    pub fn refuse_writes(&self, loss: Loss) {
        // What was found first stands.
        drop(self.inner.loss.set(loss));
    }

    /// Takes no more commands, finishes those that wait, and returns when the last group is
    /// durable. Snapshots stay readable.
    pub fn close(&self) {
        self.inner.close();
    }
}

impl Inner {
    fn close(&self) {
        drop(
            self.queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .committer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(thread) = thread else { return };
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the committer's thread had panicked");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

struct Committer {
    engine: Engine,
    /// None for an engine in memory.
    ring: Option<AckRing>,
    tx: Tx,
    /// Empty, with the room that a group took before.
    changes: Vec<Change>,
    published: Arc<ArcSwap<Published>>,
    clock: Arc<dyn Clock>,
    jobs: Receiver<Box<dyn Job>>,
    version: watch::Sender<u64>,
    failed: watch::Sender<bool>,
    last_group: usize,
    meter: Arc<Meter>,
}

impl Committer {
    fn run(mut self) {
        while let Ok(first) = self.jobs.recv() {
            let group = self.apply_group(first);
            self.meter.ran(group.len());
            let durable = self.write_group();
            self.last_group = group.len();
            for job in group {
                job.answer(durable);
            }
            if durable.is_err() {
                return;
            }
        }
    }

    /// Runs commands until the queue is empty or the group is full.
    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long the group collects"
    )]
    fn apply_group(&mut self, first: Box<dyn Job>) -> Vec<Box<dyn Job>> {
        let started = Instant::now();
        let mut group = Vec::with_capacity(self.last_group.max(1));
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            self.tx.begin(self.clock.now());
            if !job.run(&mut self.tx) {
                self.tx.roll_back();
            }
            group.push(job);
            let full = group.len() >= GROUP_COMMANDS_MAX
                || self.tx.group_bytes() >= GROUP_BYTES_MAX
                || started.elapsed() >= GROUP_WAIT_MAX;
            if !full {
                next = self.next_of_group(group.len());
            }
        }
        group
    }

    /// The next command, if one is there. Callers that were answered together come back one by
    /// one within microseconds: a short wait keeps them in one group, while a lone caller never
    /// waits for a crowd that is not there.
    fn next_of_group(&self, collected: usize) -> Option<Box<dyn Job>> {
        match self.jobs.try_recv() {
            Ok(job) => Some(job),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) if collected < self.last_group => {
                self.jobs.recv_timeout(CROWD_WAIT).ok()
            }
            Err(TryRecvError::Empty) => None,
        }
    }

    /// Makes the group durable, then visible. The new version, or that the store has failed.
    #[expect(clippy::disallowed_methods, reason = "measures the sync")]
    fn write_group(&mut self) -> Result<u64, ()> {
        let mut changes = std::mem::take(&mut self.changes);
        self.tx.take_changes(&mut changes);
        let version = *self.version.borrow();
        if changes.is_empty() {
            return Ok(version);
        }
        let started = Instant::now();
        let written = self.make_durable(&mut changes);
        self.meter.synced(started.elapsed());
        if let Err(error) = written {
            tracing::error!(%error, "a group could not be made durable; no more writes are taken");
            self.failed.send_replace(true);
            return Err(());
        }
        let version = version + 1;
        let cache = Arc::clone(&self.published.load().cache);
        for (_, key, value) in changes.iter().filter(|(space, ..)| space.is_cached()) {
            cache.change(key, version, value.as_ref());
        }
        changes.clear();
        changes.shrink_to(CHANGES_KEPT);
        self.changes = changes;
        let published = Arc::new(Published {
            engine: self.engine.snapshot(),
            version,
            cache,
        });
        self.tx.rebase(Snapshot::new(Arc::clone(&published)));
        self.published.store(published);
        self.version.send_replace(version);
        Ok(version)
    }

    /// Writes the group, and then that it may be acknowledged.
    fn make_durable(&mut self, changes: &mut Vec<Change>) -> Result<()> {
        let Some(ring) = &mut self.ring else {
            return self.engine.write(changes);
        };
        ring.enter(changes)?;
        self.engine.write(changes)?;
        ring.acknowledge()
    }
}
