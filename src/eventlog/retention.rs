//! Retention: what is too old or too much goes, in the background, a bounded number of messages at
//! a time.
//!
//! Age is not left to the wall clock alone, which may jump: a message goes when it is old by the
//! clock, and the program has besides been running for nine tenths of that time since. Marks of how
//! long it has run so far are kept, one an hour.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::timeout;

use kernel::{Clock, Fault, Result, Timestamp};
use store::{All, Key, Range, Record, Snapshot, Space, Store, Table, Tx};

use crate::consumer::{CONSUMERS, DEAD_LETTERS, state_of_consumer};
use crate::log::{LOG, Message, Position, SEQUENCES};
use crate::projection::{Follower, position};
use crate::publish::{forget, sweep_duplicates};
use crate::stream::{STATES, StreamInfo, all_streams, forget_stream, state_of};

/// How often retention looks.
const EVERY: Duration = Duration::from_secs(1);
/// How long the program runs from one durable mark to the next.
const MARK_EVERY: Duration = Duration::from_hours(1);
/// How many marks are kept: a year of hours.
const MARKS_MAX: usize = 24 * 366;
/// How many moments of this run are remembered: an hour of seconds.
const RECENT_MAX: usize = 60 * 60;
/// The most messages that one command removes.
const BATCH: usize = 500;
/// How many bytes must have been removed for it to be worth giving their room back at once.
const RECLAIMED_BYTES_MIN: u64 = 64 * 1024 * 1024;
/// How long a dead letter is kept.
const DEAD_LETTER_AGE: Duration = Duration::from_hours(30 * 24);
/// The most dead letters that one pass removes.
const DEAD_LETTERS_BATCH: usize = 200;

/// How long the program had run in all at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    time: Timestamp,
}

impl Record for Mark {
    const VERSION: u8 = 1;
}

/// The marks, by how long the program had run in all, in milliseconds.
static MARKS: Table<u64, Mark> = Table::new(0x0009, "retention_marks").within(Space::Meta);

/// A consumer that retention keeps messages for beyond the limits of their stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stalled {
    /// The stream.
    pub stream: String,
    /// The consumer, or a follower within the program.
    pub consumer: String,
    /// The first sequence that it has not acknowledged.
    pub sequence: u64,
}

/// Removes what is too old or too much.
pub struct Retention {
    store: Store,
    clock: Arc<dyn Clock>,
    followers: Vec<&'static dyn Follower>,
    /// How long the program had run in all when this one began.
    before: Duration,
    began: Duration,
    marked: Duration,
    /// Bytes of messages removed since room was given back last.
    removed_bytes: u64,
    /// Moments of this run, with how long it had run by then.
    recent: VecDeque<(Duration, Timestamp)>,
    stalled: watch::Sender<Vec<Stalled>>,
}

impl std::fmt::Debug for Retention {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retention").finish_non_exhaustive()
    }
}

impl Retention {
    /// Retention over a store, which keeps what these followers have not taken into account.
    pub async fn begin(
        store: Store,
        clock: Arc<dyn Clock>,
        followers: Vec<&'static dyn Follower>,
    ) -> Result<Self> {
        let last = last_mark(&store.snapshot())?;
        if last.is_none() {
            store.submit(|tx| put_mark(tx, Duration::ZERO)).await?;
        }
        let began = clock.monotonic();
        Ok(Self {
            store,
            clock,
            followers,
            before: last.unwrap_or_default(),
            began,
            marked: Duration::ZERO,
            removed_bytes: 0,
            recent: VecDeque::new(),
            stalled: watch::Sender::new(Vec::new()),
        })
    }

    /// Tells this one who is stalled: whoever listens to it does so too when retention begins anew.
    #[must_use]
    pub fn telling(self, stalled: watch::Sender<Vec<Stalled>>) -> Self {
        Self { stalled, ..self }
    }

    /// Who is stalled, as of the last pass.
    pub fn stalled(&self) -> watch::Receiver<Vec<Stalled>> {
        self.stalled.subscribe()
    }

    /// Goes on until told to stop.
    pub async fn keep(mut self, mut stop: watch::Receiver<bool>) -> Result<()> {
        while timeout(EVERY, stop.wait_for(|stop| *stop)).await.is_err() {
            while self.pass().await? && !*stop.borrow() {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    /// Removes a bounded number of messages of each stream; whether there may be more.
    pub async fn pass(&mut self) -> Result<bool> {
        let is_hour = self.mark().await?;
        let snapshot = self.store.snapshot();
        let (mut more, mut stalled) = (false, Vec::new());
        for stream in all_streams(&snapshot)? {
            let (number, is_removed) = (stream.number, stream.removed);
            let (going, holder) = self.going(&snapshot, &stream)?;
            stalled.extend(holder);
            if !going.is_empty() {
                self.removed_bytes += going.iter().map(|going| going.bytes).sum::<u64>();
                let remove = move |tx: &mut Tx| remove(tx, number, &going);
                self.store.submit(remove).await?;
                more = true;
            } else if is_removed {
                self.store
                    .submit(move |tx| forget_stream(tx, number))
                    .await?;
            } else if stream.config.duplicate_window_ms > 0 {
                let sweep = move |tx: &mut Tx| sweep_duplicates(tx, &stream);
                more |= self.store.submit(sweep).await?.out;
            }
        }
        if is_hour {
            self.remove_dead_letters().await?;
        }
        if !more {
            self.reclaim(&snapshot).await?;
        }
        self.stalled.send_if_modified(|told| {
            let changed = *told != stalled;
            *told = stalled;
            changed
        });
        Ok(more)
    }

    /// Gives room back to the disk when more was removed than is left: the engine would do so in
    /// its own time, as new messages come.
    async fn reclaim(&mut self, snapshot: &Snapshot) -> Result<()> {
        let left: u64 = all_streams(snapshot)?
            .iter()
            .map(|stream| stream.state.bytes)
            .sum();
        if self.removed_bytes >= RECLAIMED_BYTES_MIN.max(left) {
            self.removed_bytes = 0;
            self.store.reclaim(Space::Events).await?;
            self.store.reclaim(Space::Meta).await?;
        }
        Ok(())
    }

    /// The next messages of a stream that go, and who keeps more from going.
    fn going(&self, snapshot: &Snapshot, stream: &StreamInfo) -> Result<Trimmed> {
        let (state, limits) = (&stream.state, &stream.config.limits);
        let surplus = state.messages().saturating_sub(limits.max_messages);
        let mut surplus_bytes = state.bytes.saturating_sub(limits.max_bytes);
        let aged = self.aged(snapshot, Duration::from_secs(limits.max_age_s))?;
        let keepers = self.keepers(snapshot, stream)?;
        let mut going = Vec::new();
        let behind = (stream.number, state.removed).encoded();
        let range = Range {
            after: Some(&behind),
            backwards: false,
        };
        let places = snapshot.scan(&SEQUENCES, &stream.number, range)?;
        for place in places.take(BATCH) {
            let ((_, sequence), position) = place?;
            let Some(message) = snapshot.get(&LOG, &position)? else {
                break;
            };
            let goes = sequence <= state.removed + surplus
                || surplus_bytes > 0
                || stream.removed
                || aged.is_some_and(|aged| message.time <= aged);
            if !goes {
                break;
            }
            let mut keepers = keepers.iter();
            let keeper = keepers.find(|keeper| keeper.wants((sequence, position)));
            if let Some(keeper) = keeper.filter(|_| !stream.removed) {
                return Ok((going, Some(keeper.stalled(stream, sequence))));
            }
            let bytes = message.bytes();
            surplus_bytes = surplus_bytes.saturating_sub(bytes);
            let body = Vec::new();
            going.push(Going {
                position,
                bytes,
                message: Message { body, ..message },
            });
        }
        Ok((going, None))
    }

    /// Those whose progress retention waits for.
    fn keepers(&self, snapshot: &Snapshot, stream: &StreamInfo) -> Result<Vec<Keeper>> {
        let mut keepers = Vec::new();
        for entry in snapshot.scan(&CONSUMERS, &stream.number, Range::ALL)? {
            let (_, consumer) = entry?;
            if consumer.config.guaranteed {
                let state = state_of_consumer(snapshot, consumer.number)?;
                keepers.push(Keeper {
                    name: consumer.config.name,
                    floor: Floor::Sequence(state.floor_stream),
                });
            }
        }
        for follower in &self.followers {
            keepers.push(Keeper {
                name: follower.name().to_owned(),
                floor: Floor::Position(position(snapshot, *follower)?),
            });
        }
        Ok(keepers)
    }

    /// The moment before which everything is older than this, by the clock and by how long the
    /// program has been running since; `None` when nothing is, or age does not count.
    fn aged(&self, snapshot: &Snapshot, age: Duration) -> Result<Option<Timestamp>> {
        if age.is_zero() {
            return Ok(None);
        }
        let needed = age / 10 * 9;
        let ran = self.clock.monotonic().saturating_sub(self.began);
        let in_run = ran.checked_sub(needed).and_then(|until| {
            let at = self.recent.partition_point(|(ran, _)| *ran <= until);
            self.recent.get(at.checked_sub(1)?).map(|(_, time)| *time)
        });
        let until = (self.before + ran).checked_sub(needed);
        let in_all = until.map(|until| mark_at(snapshot, until)).transpose()?;
        let ran = in_run.max(in_all.flatten());
        Ok(ran.map(|ran| ran.min(self.clock.now().minus(age))))
    }

    /// Notes how long the program has been running; whether an hour has gone by since the last
    /// durable mark.
    async fn mark(&mut self) -> Result<bool> {
        let ran = self.clock.monotonic().saturating_sub(self.began);
        if self
            .recent
            .back()
            .is_none_or(|(last, _)| ran >= *last + EVERY)
        {
            self.recent.push_back((ran, self.clock.now()));
        }
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
        let is_hour = ran >= self.marked + MARK_EVERY;
        if is_hour {
            let total = self.before + ran;
            self.store.submit(move |tx| put_mark(tx, total)).await?;
            self.marked = ran;
        }
        Ok(is_hour)
    }

    async fn remove_dead_letters(&self) -> Result<()> {
        let snapshot = self.store.snapshot();
        let Some(aged) = self.aged(&snapshot, DEAD_LETTER_AGE)? else {
            return Ok(());
        };
        let mut over = Vec::new();
        for entry in snapshot.scan(&DEAD_LETTERS, &All, Range::ALL)? {
            let (key, letter) = entry?;
            if letter.died <= aged {
                over.push(key);
            }
        }
        for keys in over.chunks(DEAD_LETTERS_BATCH) {
            let keys = keys.to_vec();
            let remove = move |tx: &mut Tx| {
                keys.iter()
                    .try_for_each(|key| tx.remove(&DEAD_LETTERS, key).map(drop))
            };
            self.store.submit(remove).await?;
        }
        Ok(())
    }
}

/// Somebody whose progress retention waits for.
struct Keeper {
    name: String,
    floor: Floor,
}

enum Floor {
    Sequence(u64),
    Position(Position),
}

impl Keeper {
    /// Whether it has not taken the message of this sequence and position into account.
    fn wants(&self, (sequence, position): (u64, Position)) -> bool {
        match self.floor {
            Floor::Sequence(floor) => sequence > floor,
            Floor::Position(floor) => position > floor,
        }
    }

    fn stalled(&self, stream: &StreamInfo, sequence: u64) -> Stalled {
        Stalled {
            stream: stream.config.name.clone(),
            consumer: self.name.clone(),
            sequence,
        }
    }
}

/// A message that goes.
struct Going {
    position: Position,
    bytes: u64,
    /// The message without its body.
    message: Message,
}

/// Messages that go, and who keeps more from going.
type Trimmed = (Vec<Going>, Option<Stalled>);

/// Removes the first messages of a stream. What they are was read before: nothing but retention
/// changes the beginning of a stream, so the committer need not read them again.
fn remove(tx: &mut Tx, number: u16, going: &[Going]) -> Result<()> {
    let mut state = state_of(tx, number)?;
    for going in going {
        let sequence = going.message.sequence;
        if sequence != state.removed + 1 {
            let fault = format!("retention came to {sequence} behind {}", state.removed);
            return Err(Fault::new(fault).into());
        }
        state.removed = sequence;
        state.bytes = state.bytes.saturating_sub(going.bytes);
        state.removed_digest = going.message.digest();
        state.removed_to = going.position;
        forget(tx, &going.message)?;
        tx.discard(&LOG, &going.position)?;
        tx.discard(&SEQUENCES, &(number, sequence))?;
    }
    tx.put(&STATES, &number, &state)
}

/// The marks are pruned when a new one is put.
fn put_mark(tx: &mut Tx, ran: Duration) -> Result<()> {
    let time = tx.now();
    let ran = u64::try_from(ran.as_millis()).unwrap_or(u64::MAX);
    tx.put(&MARKS, &ran, &Mark { time })?;
    let marks: Vec<_> = tx.scan(&MARKS, &All, Range::ALL)?.collect::<Result<_>>()?;
    let surplus = marks.len().saturating_sub(MARKS_MAX);
    for (ran, _) in marks.iter().take(surplus) {
        tx.remove(&MARKS, ran)?;
    }
    Ok(())
}

fn last_mark(snapshot: &Snapshot) -> Result<Option<Duration>> {
    let mut marks = snapshot.scan(&MARKS, &All, Range::BACKWARDS)?;
    let last = marks.next().transpose()?;
    Ok(last.map(|(ran, _)| Duration::from_millis(ran)))
}

/// The moment of the last mark before the program had run so long.
fn mark_at(snapshot: &Snapshot, ran: Duration) -> Result<Option<Timestamp>> {
    let ran = u64::try_from(ran.as_millis()).unwrap_or(u64::MAX);
    let key = ran.saturating_add(1).to_be_bytes();
    let range = Range {
        after: Some(&key),
        backwards: true,
    };
    let mut marks = snapshot.scan(&MARKS, &All, range)?;
    let mark = marks.next().transpose()?;
    Ok(mark.map(|(_, mark)| mark.time))
}
