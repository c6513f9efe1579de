//! What each connection waits for, and since when: the time-outs of the edge.
//!
//! A connection notes what it waits for with a store to memory of its own; one sweep each tick
//! compares all of them with the limits and wakes those that are overdue. So a request costs no
//! timer, and a thousand silent connections cost one pass over a list. The clock counts ticks, not
//! time: when the machine stands still, nobody's time runs out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Duration;

use live::Backlog;

/// How long a connection may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// From the opening of the connection to its first byte.
    pub(crate) first_byte: Duration,
    /// From the first byte of a request to the end of its headers.
    pub(crate) head: Duration,
    /// Spent waiting for the body of a request; each [`BODY_BYTES_PER_SECOND`] that came give
    /// another second. The same time is given to a client that takes nothing of its answer.
    pub(crate) body: Duration,
    /// From an answer to the next request.
    pub(crate) idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(5),
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_mins(1),
        }
    }
}

/// The slowest upload that may go on, in bytes per second.
pub(crate) const BODY_BYTES_PER_SECOND: u64 = 1_024;

impl Timeouts {
    /// How often the connections are looked at: often enough for the shortest time-out.
    pub(crate) fn tick(&self) -> Duration {
        let shortest = self.first_byte.min(self.head).min(self.body).min(self.idle);
        (shortest / 5).clamp(Duration::from_millis(5), Duration::from_secs(1))
    }
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The first byte of all.
    Opened,
    /// The rest of the headers.
    Head,
    /// The rest of a body.
    Body,
    /// Ourselves, or the client to take the answer.
    Answer,
    /// The next request.
    Idle,
    /// Nothing: the connection was taken over for live updates, which have times of their own.
    Live,
}

impl Phase {
    /// All phases, in the order of their codes.
    pub(crate) const ALL: [Self; 6] = [
        Self::Opened,
        Self::Head,
        Self::Body,
        Self::Answer,
        Self::Idle,
        Self::Live,
    ];

    const fn code(self) -> u64 {
        match self {
            Self::Opened => 0,
            Self::Head => 1,
            Self::Body => 2,
            Self::Answer => 3,
            Self::Idle => 4,
            Self::Live => 5,
        }
    }

    /// The name in logs and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Opened => "first_byte",
            Self::Head => "head",
            Self::Body => "body",
            Self::Answer => "answer",
            Self::Idle => "idle",
            Self::Live => "live",
        }
    }
}

/// What the server wants of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// To go on.
    Serve,
    /// To end once the running request is answered.
    Leave,
    /// To look whether its time has run out.
    Check,
}

const SERVE: u8 = 0;
const LEAVE: u8 = 1;
const CHECK: u8 = 2;

/// The clock and the limits of all connections.
#[derive(Debug)]
struct Watch {
    ticks: AtomicU64,
    tick: Duration,
    timeouts: Timeouts,
}

impl Watch {
    fn now(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    /// How many ticks a time-out has. A wait began somewhere within its first tick.
    fn ticks_of(&self, timeout: Duration) -> u64 {
        let ticks = timeout.as_nanos().div_ceil(self.tick.as_nanos().max(1));
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

/// What one connection waits for. Written by its task, read by the sweep.
#[derive(Debug)]
pub(crate) struct Pulse {
    watch: Arc<Watch>,
    /// The phase in the lowest 3 bits, the tick it began at above.
    state: AtomicU64,
    /// How many bytes of the present body have come.
    body_bytes: AtomicU64,
    /// The tick since which the client takes nothing, plus one; 0 while it does.
    stalled: AtomicU64,
    /// What waits for the client behind the answer, where that has no end.
    backlog: Mutex<Option<Backlog>>,
    order: AtomicU8,
    waker: OnceLock<Waker>,
}

impl Pulse {
    /// The phase that the connection is in.
    pub(crate) fn phase(&self) -> Phase {
        self.state().0
    }

    fn state(&self) -> (Phase, u64) {
        let state = self.state.load(Ordering::Relaxed);
        let phase = Phase::ALL
            .into_iter()
            .find(|phase| phase.code() == state & 7);
        (phase.unwrap_or(Phase::Opened), state >> 3)
    }

    fn enter(&self, phase: Phase) {
        let state = (self.watch.now() << 3) | phase.code();
        self.state.store(state, Ordering::Relaxed);
    }

    /// Bytes came from the client.
    pub(crate) fn bytes_came(&self) {
        if matches!(self.phase(), Phase::Opened | Phase::Idle) {
            self.enter(Phase::Head);
        }
    }

    /// A request has come with all its headers.
    pub(crate) fn head_came(&self) {
        self.body_bytes.store(0, Ordering::Relaxed);
        self.enter(Phase::Answer);
    }

    /// The request is waited for, more of its body has to come.
    pub(crate) fn body_wanted(&self) {
        if self.phase() == Phase::Answer {
            self.enter(Phase::Body);
        }
    }

    /// A part of the body came.
    pub(crate) fn body_came(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let so_far = self.body_bytes.load(Ordering::Relaxed);
        self.body_bytes
            .store(so_far.saturating_add(bytes), Ordering::Relaxed);
    }

    /// The answer is being made or sent.
    pub(crate) fn answering(&self) {
        if self.phase() != Phase::Answer {
            self.enter(Phase::Answer);
        }
    }

    /// The answer has been handed over.
    pub(crate) fn answered(&self) {
        self.enter(Phase::Idle);
    }

    /// The connection is not HTTP any more.
    pub(crate) fn taken_over(&self) {
        self.enter(Phase::Live);
    }

    /// What waits behind the answer that is sent now.
    pub(crate) fn watch(&self, backlog: Option<Backlog>) {
        *self.backlog() = backlog;
    }

    fn backlog(&self) -> MutexGuard<'_, Option<Backlog>> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client takes nothing of what is sent.
    pub(crate) fn stalled(&self) {
        if self.stalled.load(Ordering::Relaxed) == 0 {
            self.stalled.store(self.watch.now() + 1, Ordering::Relaxed);
        }
    }

    /// The client takes what is sent.
    pub(crate) fn flows(&self) {
        if self.stalled.load(Ordering::Relaxed) != 0 {
            self.stalled.store(0, Ordering::Relaxed);
        }
    }

    /// Whether the time of this connection has run out, and while it waited for what.
    pub(crate) fn overdue(&self) -> Option<Phase> {
        let (phase, since) = self.state();
        let timeouts = &self.watch.timeouts;
        let allowed = match phase {
            Phase::Opened => Some(timeouts.first_byte),
            Phase::Head => Some(timeouts.head),
            Phase::Body => {
                let bytes = self.body_bytes.load(Ordering::Relaxed);
                let earned = Duration::from_secs(bytes / BODY_BYTES_PER_SECOND);
                Some(timeouts.body.saturating_add(earned))
            }
            Phase::Answer | Phase::Live => None,
            Phase::Idle => Some(timeouts.idle),
        };
        let late = |since: u64, allowed: Duration| {
            self.watch.now().saturating_sub(since) > self.watch.ticks_of(allowed)
        };
        if allowed.is_some_and(|allowed| late(since, allowed)) {
            return Some(phase);
        }
        let stalled = self.stalled.load(Ordering::Relaxed);
        let sending = if phase == Phase::Live {
            phase
        } else {
            Phase::Answer
        };
        if stalled == 0 {
            return None;
        }
        // Who takes nothing while more waits than has room is not waited for.
        let overfull = self.backlog().as_ref().is_some_and(Backlog::is_overfull);
        let patience = if overfull {
            Duration::ZERO
        } else {
            timeouts.body
        };
        late(stalled - 1, patience).then_some(sending)
    }

    /// Keeps the waker of the connection's task, the first time; a task keeps its own.
    pub(crate) fn woken_by(&self, waker: &Waker) {
        let kept = self.waker.get_or_init(|| waker.clone());
        debug_assert!(kept.will_wake(waker), "a task polls its connection itself");
    }

    /// What the server wants. An order to check is given once.
    pub(crate) fn order(&self) -> Order {
        match self.order.load(Ordering::SeqCst) {
            SERVE => Order::Serve,
            LEAVE => Order::Leave,
            _ => {
                // Leaving wins over what was ordered before.
                let check =
                    self.order
                        .compare_exchange(CHECK, SERVE, Ordering::SeqCst, Ordering::SeqCst);
                if check.is_ok() {
                    Order::Check
                } else {
                    Order::Leave
                }
            }
        }
    }

    fn give(&self, order: u8) {
        self.order.store(order, Ordering::SeqCst);
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }
}

/// The pulses of all connections.
#[derive(Debug)]
pub(crate) struct Pulses {
    watch: Arc<Watch>,
    open: Mutex<(u64, HashMap<u64, Arc<Pulse>>)>,
}

impl Pulses {
    pub(crate) fn new(timeouts: Timeouts) -> Arc<Self> {
        let watch = Watch {
            ticks: AtomicU64::new(0),
            tick: timeouts.tick(),
            timeouts,
        };
        Arc::new(Self {
            watch: Arc::new(watch),
            open: Mutex::default(),
        })
    }

    /// A new connection. It is watched until what this gives is dropped.
    pub(crate) fn open(self: &Arc<Self>) -> Watched {
        let pulse = Arc::new(Pulse {
            watch: Arc::clone(&self.watch),
            state: AtomicU64::new((self.watch.now() << 3) | Phase::Opened.code()),
            body_bytes: AtomicU64::new(0),
            stalled: AtomicU64::new(0),
            backlog: Mutex::default(),
            order: AtomicU8::new(SERVE),
            waker: OnceLock::new(),
        });
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.0 += 1;
        let number = open.0;
        open.1.insert(number, Arc::clone(&pulse));
        Watched {
            pulse,
            number,
            pulses: Arc::clone(self),
        }
    }

    /// One tick: wakes every connection whose time has run out.
    pub(crate) fn sweep(&self) {
        self.watch.ticks.fetch_add(1, Ordering::Relaxed);
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for pulse in open.1.values() {
            if pulse.overdue().is_some() && pulse.order.load(Ordering::SeqCst) == SERVE {
                pulse.give(CHECK);
            }
        }
    }

    /// Tells every connection to end once its running request is answered.
    pub(crate) fn leave(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for pulse in open.1.values() {
            pulse.give(LEAVE);
        }
    }
}

/// The place of a connection among the pulses.
#[derive(Debug)]
pub(crate) struct Watched {
    /// What it waits for.
    pub(crate) pulse: Arc<Pulse>,
    number: u64,
    pulses: Arc<Pulses>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut open = self
            .pulses
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.1.remove(&self.number);
    }
}

#[cfg(test)]
mod tests;
