//! What a consumer knows: how far it has come, what waits for an answer, what failed and when it
//! comes again. Pure: it is told the time, and given the messages.
//!
//! The words and the rules are `JetStream`'s. One is ours: a message whose key has another message
//! waiting is held until that one is done, so that messages of one key are handled in their order,
//! and only they wait for each other.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use kernel::Result;

use super::config::{AckPolicy, ConsumerConfig};
use super::effect::{Delivery, Effect};
use super::order::Order;
use super::record::{ConsumerState, Waiting};
use super::source::{Found, Source};
use crate::log::Message;

/// The most bytes of messages in one fetch, about.
const FETCH_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How many messages that a consumer does not want it may pass before that is written down.
const PASSED_MAX: u64 = 1_000;

/// What a message that was delivered when the program stopped is said to have failed of.
const STOPPED: &str = "the program stopped before the message was answered";
/// What a message is said to have failed of that nobody answered.
const UNANSWERED: &str = "no answer came within the ack wait";

/// A place in the stream and among the consumer's deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) consumer: u64,
    pub(crate) stream: u64,
}

#[derive(Debug, Clone)]
struct Pending {
    /// The number of its first delivery.
    consumer_sequence: u64,
    deliveries: u32,
    /// Whether something is written down of it.
    has_failed: bool,
    /// Whether the program stopped since it was delivered.
    left_over: bool,
    /// When it was delivered last.
    since: Duration,
    timer: Option<Timer>,
}

/// When something is due, with a number that keeps the order of equal times.
type Timer = (Duration, u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// The answer.
    Answer,
    /// The next delivery.
    Delivery,
}

/// The state of a consumer.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The next sequence to look at.
    next: u64,
    /// What was written down of that last.
    kept_next: u64,
    /// How many deliveries there were.
    deliveries: u64,
    floor: Place,
    pending: BTreeMap<u64, Pending>,
    timers: BTreeMap<Timer, (u64, Due)>,
    timed: u64,
    /// Due for a delivery again, in the order in which they became so.
    redeliver: VecDeque<u64>,
    /// What was read and is not delivered yet.
    order: Order,
    effects: Vec<Effect>,
    dirty: bool,
}

impl State {
    /// Goes on from what was written down.
    pub(crate) fn load(
        kept: &ConsumerState,
        config: &ConsumerConfig,
        now: Duration,
        source: &mut dyn Source,
    ) -> Result<Self> {
        let mut state = Self {
            next: kept.next,
            kept_next: kept.next,
            deliveries: kept.deliveries,
            floor: Place {
                consumer: kept.floor_consumer,
                stream: kept.floor_stream,
            },
            ..Self::default()
        };
        for waiting in &kept.pending {
            let Some(message) = source.at(waiting.sequence)? else {
                state.dirty = true;
                continue;
            };
            state.order.occupy(waiting.sequence, &message.key);
            let pending = Pending {
                consumer_sequence: waiting.consumer_sequence,
                deliveries: waiting.deliveries,
                has_failed: waiting.has_failed,
                left_over: true,
                since: now,
                timer: None,
            };
            state.pending.insert(waiting.sequence, pending);
            if waiting.in_flight {
                state.set_timer(waiting.sequence, now, Due::Answer);
            } else {
                let wait = config.backoff(waiting.sequence, waiting.deliveries);
                state.set_timer(waiting.sequence, now + wait, Due::Delivery);
            }
        }
        // What is ready comes before what is held for it.
        for sequence in kept.ready.iter().chain(&kept.held) {
            if let Some(message) = source.at(*sequence)? {
                state.order.admit(*sequence, &message.key);
            }
        }
        Ok(state)
    }

    /// Takes dead letters that are to be tried again, as if for the first time.
    pub(crate) fn retry(&mut self, letters: &[Message], now: Duration) {
        for letter in letters {
            if self.pending.contains_key(&letter.sequence) {
                continue;
            }
            let pending = Pending {
                consumer_sequence: self.deliveries + 1,
                deliveries: 0,
                has_failed: true,
                left_over: false,
                since: now,
                timer: None,
            };
            self.pending.insert(letter.sequence, pending);
            self.set_timer(letter.sequence, now, Due::Delivery);
            self.dirty = true;
        }
    }

    /// What has to be written down to go on from here.
    pub(crate) fn keep(&self) -> ConsumerState {
        let pending = self.pending.iter().map(|(sequence, pending)| Waiting {
            sequence: *sequence,
            consumer_sequence: pending.consumer_sequence,
            deliveries: pending.deliveries,
            has_failed: pending.has_failed,
            in_flight: self.in_flight(*sequence).is_some(),
        });
        ConsumerState {
            next: self.next,
            deliveries: self.deliveries,
            floor_consumer: self.floor.consumer,
            floor_stream: self.floor.stream,
            pending: pending.collect(),
            held: self.order.held().collect(),
            ready: self.order.ready().collect(),
        }
    }

    /// Whether something changed since it was written down last.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// The effects since it was written down last, which it is about to be.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        self.dirty = false;
        self.kept_next = self.next;
        std::mem::take(&mut self.effects)
    }

    /// The last delivery.
    pub(crate) fn delivered(&self) -> Place {
        Place {
            consumer: self.deliveries,
            stream: self.next.saturating_sub(1),
        }
    }

    /// Up to where everything is acknowledged.
    pub(crate) fn floor(&self) -> Place {
        self.floor
    }

    /// How many messages wait for an answer or for their next delivery.
    pub(crate) fn ack_pending(&self) -> usize {
        self.pending.len()
    }

    /// How many of them were delivered more than once.
    pub(crate) fn redelivered(&self) -> usize {
        let pending = self.pending.values();
        pending.filter(|pending| pending.deliveries > 1).count()
    }

    /// How many messages were read and not delivered yet.
    pub(crate) fn waiting(&self) -> usize {
        self.order.len()
    }

    /// When something is due next.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.timers.first_key_value().map(|((due, _), _)| *due)
    }

    /// Takes what is due into account: answers that did not come, waits that are over.
    pub(crate) fn expire(&mut self, config: &ConsumerConfig, now: Duration) {
        while let Some(entry) = self.timers.first_entry()
            && entry.key().0 <= now
        {
            let (sequence, due) = entry.remove();
            let Some(pending) = self.pending.get_mut(&sequence) else {
                continue;
            };
            pending.timer = None;
            match due {
                Due::Delivery => self.redeliver.push_back(sequence),
                Due::Answer if pending.left_over => {
                    let wait = config.backoff(sequence, pending.deliveries);
                    self.fail(config, sequence, (STOPPED.to_owned(), wait), now);
                }
                Due::Answer => {
                    let spent = config.ack_wait();
                    let wait = config.backoff(sequence, pending.deliveries);
                    let failure = (UNANSWERED.to_owned(), wait.saturating_sub(spent));
                    self.fail(config, sequence, failure, now);
                }
            }
        }
    }

    /// The next messages to handle, at most `max`.
    pub(crate) fn fetch(
        &mut self,
        config: &ConsumerConfig,
        max: usize,
        now: Duration,
        source: &mut dyn Source,
    ) -> Result<Vec<Delivery>> {
        self.expire(config, now);
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < max && bytes < FETCH_BYTES_MAX {
            let Some(message) = self.next_message(config, source)? else {
                break;
            };
            bytes += message.bytes();
            batch.push(self.deliver(config, message, now));
        }
        Ok(batch)
    }

    /// What is to be delivered next: again, or held until now, or new.
    fn next_message(
        &mut self,
        config: &ConsumerConfig,
        source: &mut dyn Source,
    ) -> Result<Option<Message>> {
        while let Some(sequence) = self.redeliver.pop_front() {
            let waits = self.pending.get(&sequence);
            if waits.is_none_or(|pending| pending.timer.is_some()) {
                continue;
            }
            match source.at(sequence)? {
                Some(message) => return Ok(Some(message)),
                None => self.settle(sequence),
            }
        }
        let most = usize::try_from(config.max_ack_pending).unwrap_or(usize::MAX);
        while config.ack == AckPolicy::None || self.pending.len() < most {
            if let Some(sequence) = self.order.next() {
                match source.at(sequence)? {
                    Some(message) => return Ok(Some(message)),
                    None => self.let_go(sequence),
                }
                continue;
            }
            if self.order.is_full() {
                break;
            }
            match source.next(self.next)? {
                Found::NoneUpTo(sequence) => {
                    self.pass(sequence);
                    break;
                }
                Found::Message(message) => {
                    self.next = message.sequence + 1;
                    if config.ack != AckPolicy::Explicit {
                        return Ok(Some(*message));
                    }
                    self.order.admit(message.sequence, &message.key);
                    if self.order.take(message.sequence) {
                        return Ok(Some(*message));
                    }
                    self.dirty = true;
                }
            }
        }
        Ok(None)
    }

    /// Nothing that is wanted comes up to a sequence.
    fn pass(&mut self, sequence: u64) {
        if sequence >= self.next {
            self.next = sequence + 1;
            self.raise_floor();
            self.dirty |= self.next > self.kept_next + PASSED_MAX;
        }
    }

    fn deliver(&mut self, config: &ConsumerConfig, message: Message, now: Duration) -> Delivery {
        self.deliveries += 1;
        self.dirty = true;
        let consumer_sequence = self.deliveries;
        let mut deliveries = 1;
        if config.ack == AckPolicy::None {
            self.raise_floor();
        } else {
            let new = Pending {
                consumer_sequence,
                deliveries: 0,
                has_failed: false,
                left_over: false,
                since: now,
                timer: None,
            };
            let pending = self.pending.entry(message.sequence).or_insert(new);
            pending.deliveries += 1;
            pending.left_over = false;
            pending.since = now;
            deliveries = pending.deliveries;
            self.set_timer(message.sequence, now + config.ack_wait(), Due::Answer);
        }
        Delivery {
            message,
            consumer_sequence,
            deliveries,
        }
    }

    /// The message is handled; with the policy "all", everything before it too.
    pub(crate) fn ack(&mut self, config: &ConsumerConfig, sequence: u64) {
        if config.ack == AckPolicy::All {
            while let Some((first, _)) = self.pending.first_key_value()
                && *first <= sequence
            {
                let first = *first;
                self.settle(first);
            }
        } else {
            self.settle(sequence);
        }
    }

    /// The message could not be handled: it comes again after its backoff, or after `delay`.
    pub(crate) fn nak(
        &mut self,
        config: &ConsumerConfig,
        sequence: u64,
        (error, delay): (String, Option<Duration>),
        now: Duration,
    ) {
        if let Some(deliveries) = self.in_flight(sequence) {
            let wait = delay.unwrap_or_else(|| config.backoff(sequence, deliveries));
            self.fail(config, sequence, (error, wait), now);
        }
    }

    /// The message is still being handled: its answer may take another ack wait.
    pub(crate) fn in_progress(&mut self, config: &ConsumerConfig, sequence: u64, now: Duration) {
        if self.in_flight(sequence).is_some() {
            self.set_timer(sequence, now + config.ack_wait(), Due::Answer);
        }
    }

    /// The message can never be handled.
    pub(crate) fn terminate(&mut self, sequence: u64, reason: String) {
        if self.pending.contains_key(&sequence) {
            self.die(sequence, reason, true);
        }
    }

    /// For how long a message has been with whoever is to answer it, if it is.
    pub(crate) fn handled_for(&self, sequence: u64, now: Duration) -> Option<Duration> {
        self.in_flight(sequence)?;
        let pending = self.pending.get(&sequence)?;
        Some(now.saturating_sub(pending.since)).filter(|_| !pending.left_over)
    }

    /// How often a message was delivered that waits for an answer.
    fn in_flight(&self, sequence: u64) -> Option<u32> {
        let pending = self.pending.get(&sequence)?;
        let (_, due) = self.timers.get(&pending.timer?)?;
        (*due == Due::Answer).then_some(pending.deliveries)
    }

    fn fail(
        &mut self,
        config: &ConsumerConfig,
        sequence: u64,
        (error, wait): (String, Duration),
        now: Duration,
    ) {
        let Some(pending) = self.pending.get_mut(&sequence) else {
            return;
        };
        self.dirty = true;
        if config.max_deliver > 0 && pending.deliveries >= config.max_deliver {
            self.die(sequence, error, false);
            return;
        }
        pending.has_failed = true;
        pending.left_over = false;
        self.effects.push(Effect::Failed { sequence, error });
        self.set_timer(sequence, now + wait, Due::Delivery);
    }

    fn die(&mut self, sequence: u64, error: String, terminated: bool) {
        let Some(pending) = self.take_pending(sequence) else {
            return;
        };
        self.effects.push(Effect::Died {
            sequence,
            deliveries: pending.deliveries,
            error,
            terminated,
        });
    }

    fn settle(&mut self, sequence: u64) {
        if let Some(pending) = self.take_pending(sequence)
            && pending.has_failed
        {
            self.effects.push(Effect::Recovered { sequence });
        }
    }

    fn take_pending(&mut self, sequence: u64) -> Option<Pending> {
        let pending = self.pending.remove(&sequence)?;
        if let Some(timer) = pending.timer {
            self.timers.remove(&timer);
        }
        self.let_go(sequence);
        Some(pending)
    }

    /// A message is done, or gone: the next of its key is ready.
    fn let_go(&mut self, sequence: u64) {
        self.order.let_go(sequence);
        self.dirty = true;
        self.raise_floor();
    }

    fn raise_floor(&mut self) {
        let waiting = [
            self.pending
                .first_key_value()
                .map(|(sequence, _)| *sequence),
            self.order.lowest(),
        ];
        let stream = waiting.into_iter().flatten().min().unwrap_or(self.next);
        let consumer = match self.pending.first_key_value() {
            Some((_, pending)) => pending.consumer_sequence.saturating_sub(1),
            None => self.deliveries,
        };
        self.floor = Place {
            consumer: self.floor.consumer.max(consumer),
            stream: self.floor.stream.max(stream.saturating_sub(1)),
        };
    }

    fn set_timer(&mut self, sequence: u64, at: Duration, due: Due) {
        let Some(pending) = self.pending.get_mut(&sequence) else {
            return;
        };
        if let Some(old) = pending.timer.take() {
            self.timers.remove(&old);
        }
        self.timed += 1;
        let timer = (at, self.timed);
        pending.timer = Some(timer);
        self.timers.insert(timer, (sequence, due));
    }
}
