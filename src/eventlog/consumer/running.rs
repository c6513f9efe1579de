//! Consumers as they run: their state in memory, written down before a message is handed out, and
//! soon after it is answered.
//!
//! What a delivery changes is durable before the message leaves, so that a message that ends the
//! program is counted each time. What an answer changes is written with the next delivery, or by
//! [`Consumers::keep`]: an answer that was lost in a crash means one delivery more, never one less.

use std::collections::HashMap;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Gate, Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};

use kernel::{Clock, Result};
use store::{Snapshot, Store};

use super::config::ConsumerConfig;
use super::effect::Delivery;
use super::record::{
    Consumer, DEAD_LETTER_COUNTS, consumer, consumer_of, retried, state_of_consumer, write_down,
};
use super::source::Reader;
use super::state::State;
use crate::problems::CONSUMER_NOT_FOUND;
use crate::stream::{StreamInfo, state_of, stream, streams};

/// The most messages of one fetch.
const FETCH_MAX: usize = 1_000;
/// How often answers are written down, and what nobody fetches is looked after.
const KEEP_EVERY: Duration = Duration::from_millis(100);

/// The consumers of a store. A clone is the same ones.
#[derive(Clone)]
pub struct Consumers {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    running: Mutex<HashMap<(u16, String), Running>>,
}

impl std::fmt::Debug for Consumers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consumers").finish_non_exhaustive()
    }
}

impl Consumers {
    /// The consumers of a store. There must be one of these a store.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                clock,
                running: Mutex::default(),
            }),
        }
    }

    /// The consumer of a stream by its name; `CONSUMER_NOT_FOUND` when there is none.
    pub fn get(&self, stream_name: &str, name: &str) -> Result<Running> {
        let stream = stream(&self.inner.store.snapshot(), stream_name)?;
        let key = (stream.number, name.to_owned());
        let mut running = lock(&self.inner.running);
        if let Some(there) = running.get(&key) {
            return Ok(there.clone());
        }
        let there = consumer(&self.inner.store.snapshot(), &stream, name)?;
        let cell = Cell {
            consumer: there,
            state: None,
            answered: 0,
            handling: Duration::ZERO,
        };
        let fresh = Running {
            inner: Arc::new(Shared {
                store: self.inner.store.clone(),
                clock: Arc::clone(&self.inner.clock),
                stream: stream.number,
                name: name.to_owned(),
                cell: Mutex::new(cell),
                gate: Gate::default(),
                freed: Notify::new(),
            }),
        };
        running.insert(key, fresh.clone());
        Ok(fresh)
    }

    /// All consumers, of all streams.
    pub fn all(&self) -> Result<Vec<(StreamInfo, Running)>> {
        let snapshot = self.inner.store.snapshot();
        let mut all = Vec::new();
        for stream in streams(&snapshot)? {
            for consumer in super::record::consumers(&snapshot, &stream)? {
                let running = self.get(&stream.config.name, &consumer.config.name)?;
                all.push((stream.clone(), running));
            }
        }
        Ok(all)
    }

    /// Writes down answers and looks after what nobody fetches, until told to stop.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) -> Result<()> {
        loop {
            let stopping = timeout(KEEP_EVERY, stop.wait_for(|stop| *stop))
                .await
                .is_ok();
            for (_, running) in self.all()? {
                running.flush().await?;
            }
            if stopping {
                return Ok(());
            }
        }
    }
}

/// Deliveries, and after how long something is due when there is none.
type Picked = (Vec<Delivery>, Option<Duration>);

/// A consumer that runs. A clone is the same one.
#[derive(Clone)]
pub struct Running {
    inner: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    stream: u16,
    name: String,
    cell: Mutex<Cell>,
    /// Held while something is written down, so that nothing is overtaken.
    gate: Gate<()>,
    /// Told when an answer made room.
    freed: Notify,
}

struct Cell {
    consumer: Consumer,
    /// `None` before it is loaded, and after somebody changed it from outside.
    state: Option<State>,
    /// How many messages were answered since the program started.
    answered: u64,
    /// How long these were with whoever answered.
    handling: Duration,
}

/// What is to be known of a consumer, as NATS names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerInfo {
    /// How it is set up.
    pub config: ConsumerConfig,
    /// The last delivery: its number among the deliveries, and the sequence in the stream up to
    /// which messages were looked at.
    pub delivered: (u64, u64),
    /// The same of what is acknowledged, with all that came before.
    pub ack_floor: (u64, u64),
    /// How many messages are still to be delivered. Beyond the next ten thousand, those that the
    /// filters leave out count too.
    pub pending: u64,
    /// How many messages wait for an answer or their next delivery.
    pub ack_pending: u64,
    /// How many of these were delivered more than once.
    pub redelivered: u64,
    /// How many dead letters there are.
    pub dead_letters: u64,
    /// How many messages were answered since the program started.
    pub answered: u64,
    /// How long these took in all, from when each was handed out to its answer.
    pub handling: Duration,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("name", &self.inner.name)
            .finish_non_exhaustive()
    }
}

impl Running {
    /// The next messages, at most `max` of them: those that are there, or the first that come
    /// within `wait`, or none.
    pub async fn fetch(&self, max: usize, wait: Duration) -> Result<Vec<Delivery>> {
        self.fetch_until(max, sleep_until(deadline(wait))).await
    }

    /// The next messages, as [`Running::fetch`] does, or none once `end` is over. That is looked
    /// at only while nothing is there, so that no delivery that was written down gets lost.
    pub(super) async fn fetch_until(
        &self,
        max: usize,
        end: impl Future<Output = ()>,
    ) -> Result<Vec<Delivery>> {
        let mut versions = self.inner.store.versions();
        let mut end = pin!(end);
        loop {
            versions.mark_unchanged();
            let freed = self.inner.freed.notified();
            let (batch, due) = self.take(max.min(FETCH_MAX)).await?;
            if !batch.is_empty() {
                return Ok(batch);
            }
            let again = async {
                match due {
                    Some(due) => sleep_until(deadline(due)).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                () = &mut end => return Ok(batch),
                changed = versions.changed() => if changed.is_err() { return Ok(batch) },
                () = freed => {}
                () = again => {}
            }
        }
    }

    /// How long an answer may take, as it is set up now.
    pub(super) fn ack_wait(&self) -> Duration {
        lock(&self.inner.cell).consumer.config.ack_wait()
    }

    /// When an answer or a delivery is due next.
    #[cfg(test)]
    pub(crate) fn due(&self) -> Option<Duration> {
        lock(&self.inner.cell).state.as_ref()?.due()
    }

    /// The next messages that are there, durably delivered; when nothing is there, after how long
    /// something is due.
    async fn take(&self, max: usize) -> Result<Picked> {
        let gate = self.inner.gate.lock().await;
        let snapshot = self.inner.store.snapshot();
        let now = self.inner.clock.monotonic();
        let (batch, due) = self.pick(&snapshot, max, now)?;
        if self.write_down().await? {
            drop(gate);
            return Ok((batch, due));
        }
        // Somebody changed the consumer from outside: nothing of this was delivered.
        Ok((Vec::new(), Some(Duration::ZERO)))
    }

    fn pick(&self, snapshot: &Snapshot, max: usize, now: Duration) -> Result<Picked> {
        let mut cell = self.loaded(snapshot, now)?;
        let Cell {
            consumer, state, ..
        } = &mut *cell;
        if let Some(pause) = pause_left(&consumer.config, &*self.inner.clock) {
            return Ok((Vec::new(), Some(pause)));
        }
        let Some(running) = state.as_mut() else {
            return Ok((Vec::new(), None));
        };
        let mut reader = Reader::new(snapshot, self.inner.stream, consumer);
        match running.fetch(&consumer.config, max, now, &mut reader) {
            Ok(batch) => {
                let due = running.due().map(|due| due.saturating_sub(now));
                let due = if reader.is_tired() {
                    Some(Duration::ZERO)
                } else {
                    due
                };
                Ok((batch, due))
            }
            Err(error) => {
                *state = None;
                Err(error)
            }
        }
    }

    /// The message is handled.
    pub fn ack(&self, sequence: u64) {
        self.answer(sequence, |config, state, _| state.ack(config, sequence));
    }

    /// The message could not be handled: it comes again after its backoff, or after `delay`.
    pub fn nak(&self, sequence: u64, error: impl Into<String>, delay: Option<Duration>) {
        let failure = (error.into(), delay);
        self.answer(sequence, |config, state, now| {
            state.nak(config, sequence, failure, now);
        });
    }

    /// The message is still being handled.
    pub fn in_progress(&self, sequence: u64) {
        let now = self.inner.clock.monotonic();
        let mut cell = lock(&self.inner.cell);
        let Cell {
            consumer, state, ..
        } = &mut *cell;
        if let Some(state) = state {
            state.in_progress(&consumer.config, sequence, now);
        }
    }

    /// The message can never be handled: it is dead.
    pub fn term(&self, sequence: u64, reason: impl Into<String>) {
        let reason = reason.into();
        self.answer(sequence, |_, state, _| state.terminate(sequence, reason));
    }

    fn answer(&self, sequence: u64, answer: impl FnOnce(&ConsumerConfig, &mut State, Duration)) {
        let now = self.inner.clock.monotonic();
        let mut cell = lock(&self.inner.cell);
        let cell_of = &mut *cell;
        if let Some(state) = &mut cell_of.state {
            if let Some(handled) = state.handled_for(sequence, now) {
                cell_of.answered += 1;
                cell_of.handling += handled;
            }
            answer(&cell_of.consumer.config, state, now);
        }
        drop(cell);
        self.inner.freed.notify_waiters();
    }

    /// Has everything written down that was answered so far.
    pub async fn flush(&self) -> Result<()> {
        let _gate = self.inner.gate.lock().await;
        let snapshot = self.inner.store.snapshot();
        let now = self.inner.clock.monotonic();
        {
            let mut cell = match self.loaded(&snapshot, now) {
                Ok(cell) => cell,
                Err(error) if error.problem() == Some(CONSUMER_NOT_FOUND) => return Ok(()),
                Err(error) => return Err(error),
            };
            let Cell {
                consumer, state, ..
            } = &mut *cell;
            if let Some(state) = state {
                state.expire(&consumer.config, now);
            }
        }
        self.write_down().await.map(drop)
    }

    /// Writes down what changed; `false` when somebody changed the consumer from outside.
    async fn write_down(&self) -> Result<bool> {
        let (consumer, kept, effects) = {
            let mut cell = lock(&self.inner.cell);
            let consumer = cell.consumer.clone();
            match &mut cell.state {
                Some(state) if state.is_dirty() => {
                    let effects = state.take_effects();
                    (consumer, state.keep(), effects)
                }
                Some(_) => return Ok(true),
                None => return Ok(false),
            }
        };
        let stream = self.inner.stream;
        let written = self
            .inner
            .store
            .submit(move |tx| write_down(tx, stream, &consumer, (&kept, &effects)))
            .await;
        let stands = matches!(&written, Ok(commit) if commit.out);
        if !stands {
            lock(&self.inner.cell).state = None;
        }
        Ok(written?.out)
    }

    /// The state, loaded if it is not, or no longer what is written down.
    fn loaded(&self, snapshot: &Snapshot, now: Duration) -> Result<MutexGuard<'_, Cell>> {
        let there = consumer_of(snapshot, self.inner.stream, &self.inner.name)?;
        let mut cell = lock(&self.inner.cell);
        let is_known = (there.number, there.epoch) == (cell.consumer.number, cell.consumer.epoch);
        let mut looks_for_retries = there.retries != cell.consumer.retries;
        if !is_known || cell.state.is_none() {
            let kept = state_of_consumer(snapshot, there.number)?;
            let mut reader = Reader::new(snapshot, self.inner.stream, &there);
            cell.state = Some(State::load(&kept, &there.config, now, &mut reader)?);
            looks_for_retries = true;
        }
        if looks_for_retries && let Some(state) = &mut cell.state {
            state.retry(&retried(snapshot, there.number)?, now);
        }
        cell.consumer = there;
        Ok(cell)
    }

    /// What is to be known of it.
    pub fn info(&self) -> Result<ConsumerInfo> {
        let snapshot = self.inner.store.snapshot();
        let now = self.inner.clock.monotonic();
        let last = state_of(&snapshot, self.inner.stream)?;
        let cell = self.loaded(&snapshot, now)?;
        let state = cell.state.as_ref();
        let state = state.ok_or_else(|| CONSUMER_NOT_FOUND.error())?;
        let (delivered, floor) = (state.delivered(), state.floor());
        let behind = delivered.stream.clamp(last.removed, last.last_sequence);
        let mut ahead = last.last_sequence - behind;
        if !cell.consumer.config.filters.is_empty() {
            let mut reader = Reader::new(&snapshot, self.inner.stream, &cell.consumer);
            ahead = ahead.saturating_sub(reader.unwanted(behind)?);
        }
        let waiting = u64::try_from(state.waiting()).unwrap_or(u64::MAX);
        let dead_letters = snapshot.count(&DEAD_LETTER_COUNTS, &cell.consumer.number)?;
        Ok(ConsumerInfo {
            config: cell.consumer.config.clone(),
            delivered: (delivered.consumer, delivered.stream),
            ack_floor: (floor.consumer, floor.stream),
            pending: ahead + waiting,
            ack_pending: u64::try_from(state.ack_pending()).unwrap_or(u64::MAX),
            redelivered: u64::try_from(state.redelivered()).unwrap_or(u64::MAX),
            dead_letters,
            answered: cell.answered,
            handling: cell.handling,
        })
    }
}

/// How long a consumer is still paused, if it is.
fn pause_left(config: &ConsumerConfig, clock: &dyn Clock) -> Option<Duration> {
    let left = config.paused_until?.since(clock.now());
    (left > Duration::ZERO).then_some(left)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn deadline(wait: Duration) -> Instant {
    Instant::now() + wait
}
