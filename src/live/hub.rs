//! The hub: follows the log, reads each message once, and hands it to whoever wants it.
//!
//! A connection gives it a [`Mailbox`] for all of its subscriptions. A mailbox that is full is told
//! that it missed something, and its connection reads on from the log: the hub waits for nobody.
//! Besides, it says twice a second that the records have changed, if they have, so that connections
//! look whether their people may still be told of anything.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::{App, UserId};
use eventlog::{Position, head, read};
use kernel::{Problem, ProblemKind, Result};
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};

use crate::happening::{Key, Told};
use crate::interest::Interest;

/// How many messages a connection may be behind the hub before it reads them from the log.
const MAILBOX_MAX: usize = 256;
/// How many bytes of messages may wait for a connection before it reads them from the log.
const MAILBOX_BYTES_MAX: usize = 1024 * 1024;
/// The most messages that are handed on before others get their turn.
const STEP_MESSAGES_MAX: usize = 256;
/// How often connections are told that records have changed.
const NEWS_EVERY: Duration = Duration::from_millis(500);
/// The most connections of one person.
const OF_PERSON_MAX: usize = 50;

/// Somebody has too many connections.
pub(crate) const TOO_MANY_CONNECTIONS: Problem = Problem::new(
    ProblemKind::TooMany,
    "TOO_MANY_CONNECTIONS",
    "You have as many connections for live updates as one person may have: close one of them.",
);

/// Follows the log for all connections.
pub struct Hub {
    app: App,
    state: Mutex<State>,
    news: watch::Sender<News>,
}

/// What every connection is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct News {
    /// The version of the records.
    pub version: u64,
    /// Whether the server stops.
    pub leaving: bool,
}

/// Who stands at a place, by the numbers of their mailbox and their subscription.
type Place = HashMap<(u64, u64), (Interest, Sender)>;

#[derive(Default)]
struct State {
    places: HashMap<Key, Place>,
    /// Who listens: how many connections of each person, and all mailboxes.
    people: HashMap<UserId, usize>,
    mailboxes: HashMap<u64, Sender>,
    numbered: u64,
}

/// Where the hub puts what a connection is to be told.
#[derive(Clone)]
struct Sender {
    queue: mpsc::Sender<(u64, Told)>,
    missed: Arc<AtomicBool>,
    /// How many bytes wait.
    bytes: Arc<AtomicUsize>,
}

impl Sender {
    fn put(&self, subscription: u64, told: Told) {
        let bytes = told.message.body.len();
        let before = self.bytes.fetch_add(bytes, Ordering::SeqCst);
        // A single long one is no sign of slowness.
        let long = before > 0 && before + bytes > MAILBOX_BYTES_MAX;
        if long || self.queue.try_send((subscription, told)).is_err() {
            self.bytes.fetch_sub(bytes, Ordering::SeqCst);
            self.missed.store(true, Ordering::SeqCst);
        }
    }
}

/// What waits for a connection, as whoever owns the wire sees it.
#[derive(Debug, Clone)]
pub struct Backlog(Arc<AtomicBool>);

impl Backlog {
    /// Whether more waited than has room since the connection last took anything.
    pub fn is_overfull(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Hub {
    /// A hub over this application's log.
    pub fn new(app: App) -> Arc<Self> {
        Arc::new(Self {
            app,
            state: Mutex::default(),
            news: watch::Sender::new(News::default()),
        })
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Follows the log until told to stop; then every connection is told to leave.
    pub async fn follow(&self, mut stop: watch::Receiver<bool>) -> Result<()> {
        let mut versions = self.app.store().versions();
        let mut ticks = interval(NEWS_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut position = self.begin()?;
        loop {
            versions.mark_unchanged();
            position = self.tell_behind(position).await?;
            tokio::select! {
                changed = versions.changed() => if changed.is_err() { return Ok(()) },
                _ = ticks.tick() => self.tell_version(),
                _ = stop.wait_for(|stop| *stop) => {
                    self.news.send_modify(|news| news.leaving = true);
                    return Ok(());
                }
            }
        }
    }

    /// Begins at the end of the log. What happened before, after an earlier run perhaps, those who
    /// are listening already read from there.
    fn begin(&self) -> Result<Position> {
        let state = self.lock();
        let position = head(&self.app.snapshot())?;
        for mailbox in state.mailboxes.values() {
            mailbox.missed.store(true, Ordering::SeqCst);
        }
        Ok(position)
    }

    /// Hands on everything behind a position; the position reached.
    async fn tell_behind(&self, mut position: Position) -> Result<Position> {
        loop {
            let snapshot = {
                let state = self.lock();
                let snapshot = self.app.snapshot();
                // Whoever comes from now on has read this state, and wants what is behind it.
                if state.places.is_empty() {
                    return head(&snapshot);
                }
                snapshot
            };
            let before = position;
            for entry in read(&snapshot, position)?.take(STEP_MESSAGES_MAX) {
                let (at, message) = entry?;
                position = at;
                self.tell(&Told::of(at, message)?);
            }
            if position == before {
                return Ok(position);
            }
            tokio::task::yield_now().await;
        }
    }

    fn tell(&self, told: &Told) {
        let state = self.lock();
        let places = told.keys().filter_map(|key| state.places.get(&key));
        for (&(_, subscription), (interest, mailbox)) in places.flatten() {
            if interest.concerns(told) {
                mailbox.put(subscription, told.clone());
            }
        }
    }

    fn tell_version(&self) {
        let version = self.app.snapshot().version();
        self.news.send_if_modified(|news| {
            let changed = news.version != version;
            news.version = version;
            changed
        });
    }

    /// A mailbox for a connection of this person; `None` if they have too many.
    pub fn join(self: &Arc<Self>, user: UserId) -> Option<Mailbox> {
        let mut state = self.lock();
        let connections = state.people.entry(user).or_default();
        if *connections >= OF_PERSON_MAX {
            return None;
        }
        *connections += 1;
        state.numbered += 1;
        let number = state.numbered;
        let (queue, told) = mpsc::channel(MAILBOX_MAX);
        let (missed, bytes) = (Arc::default(), Arc::default());
        let sender = Sender {
            queue,
            missed: Arc::clone(&missed),
            bytes: Arc::clone(&bytes),
        };
        state.mailboxes.insert(number, sender);
        drop(state);
        Some(Mailbox {
            told,
            missed,
            bytes,
            number,
            user,
            places: HashMap::new(),
            hub: Arc::clone(self),
        })
    }

    /// What every connection is told.
    pub fn news(&self) -> watch::Receiver<News> {
        self.news.subscribe()
    }

    /// How many connections listen.
    pub fn listeners(&self) -> usize {
        self.lock().mailboxes.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one connection is told of: for which of its subscriptions, what, and where in the log.
pub struct Mailbox {
    told: mpsc::Receiver<(u64, Told)>,
    missed: Arc<AtomicBool>,
    bytes: Arc<AtomicUsize>,
    number: u64,
    user: UserId,
    places: HashMap<u64, Interest>,
    hub: Arc<Hub>,
}

impl Mailbox {
    /// The next that is to be told.
    pub async fn next(&mut self) -> Option<(u64, Told)> {
        let next = self.told.recv().await?;
        let bytes = next.1.message.body.len();
        self.bytes.fetch_sub(bytes, Ordering::SeqCst);
        Some(next)
    }

    /// What waits in it.
    pub fn backlog(&self) -> Backlog {
        Backlog(Arc::clone(&self.missed))
    }

    /// Whether something did not fit in since this was last asked.
    pub fn has_missed(&self) -> bool {
        self.missed.swap(false, Ordering::SeqCst)
    }

    /// Takes a subscription up. Everything that is committed after this is told.
    pub fn want(&mut self, subscription: u64, interest: Interest) {
        let mut state = self.hub.lock();
        let Some(sender) = state.mailboxes.get(&self.number).cloned() else {
            return;
        };
        for key in interest.keys() {
            let place = state.places.entry(key).or_default();
            place.insert(
                (self.number, subscription),
                (interest.clone(), sender.clone()),
            );
        }
        drop(state);
        self.places.insert(subscription, interest);
    }

    /// Gives a subscription up.
    pub fn unwant(&mut self, subscription: u64) {
        let Some(interest) = self.places.remove(&subscription) else {
            return;
        };
        self.hub.lock().leave(self.number, subscription, &interest);
    }
}

impl State {
    fn leave(&mut self, mailbox: u64, subscription: u64, interest: &Interest) {
        for key in interest.keys() {
            if let Some(place) = self.places.get_mut(&key) {
                place.remove(&(mailbox, subscription));
                if place.is_empty() {
                    self.places.remove(&key);
                }
            }
        }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let mut state = self.hub.lock();
        for (subscription, interest) in self.places.drain() {
            state.leave(self.number, subscription, &interest);
        }
        state.mailboxes.remove(&self.number);
        if let Some(connections) = state.people.get_mut(&self.user) {
            *connections -= 1;
            if *connections == 0 {
                state.people.remove(&self.user);
            }
        }
    }
}
