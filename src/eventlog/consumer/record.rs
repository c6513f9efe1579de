//! What is written down of a consumer: how it is set up, how far it has come, what failed, and
//! what is dead.

use serde::{Deserialize, Serialize};

use kernel::{Result, Timestamp};
use store::{Count, Key, Range, Record, Snapshot, Space, Table, Tx};

use super::config::ConsumerConfig;
use super::effect::Effect;
use crate::log::{Message, message_at};
use crate::problems::CONSUMER_NOT_FOUND;
use crate::stream::StreamInfo;

/// The longest error that is kept of a failure, in bytes.
const ERROR_BYTES_MAX: usize = 1_024;

/// A consumer's number: it stands for it in keys, and no other ever has it.
pub(crate) type ConsumerNumber = u64;

/// A consumer that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumer {
    pub(crate) number: ConsumerNumber,
    /// When it was added.
    pub created: Timestamp,
    /// Raised when its state is changed from outside: whoever runs it loads it anew.
    pub(crate) epoch: u64,
    /// Raised when dead letters are given to it again: whoever runs it looks for them.
    pub(crate) retries: u64,
    /// How it is set up.
    pub config: ConsumerConfig,
}

impl Record for Consumer {
    const VERSION: u8 = 1;
}

/// How far a consumer has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConsumerState {
    pub(crate) next: u64,
    pub(crate) deliveries: u64,
    pub(crate) floor_consumer: u64,
    pub(crate) floor_stream: u64,
    pub(crate) pending: Vec<Waiting>,
    pub(crate) held: Vec<u64>,
    pub(crate) ready: Vec<u64>,
}

impl Record for ConsumerState {
    const VERSION: u8 = 1;
}

/// A message that waits for an answer, or for its next delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) sequence: u64,
    pub(crate) consumer_sequence: u64,
    pub(crate) deliveries: u32,
    /// Whether something is written down of it.
    pub(crate) has_failed: bool,
    /// Whether it waits for an answer, rather than for its next delivery.
    pub(crate) in_flight: bool,
}

/// How the deliveries of a message have failed so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The last error.
    pub(crate) error: String,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Record for Failure {
    const VERSION: u8 = 1;
}

/// A message that no consumer could handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The message as it was.
    pub message: Message,
    /// What the last delivery failed of, at most 1,024 bytes.
    pub error: String,
    /// How often it was delivered.
    pub deliveries: u32,
    /// Whether the consumer said that it can never be handled.
    pub terminated: bool,
    /// When the first delivery failed.
    pub first_failed: Timestamp,
    /// When the last one did.
    pub died: Timestamp,
    /// When it was given to the consumer again, if it was.
    pub retried: Option<Timestamp>,
}

impl Record for DeadLetter {
    const VERSION: u8 = 1;
}

/// The consumers, by stream and name.
pub(crate) static CONSUMERS: Table<(u16, String), Consumer> =
    Table::new(0x0011, "consumers").within(Space::Consumers);
/// How far they have come.
pub(crate) static CONSUMER_STATES: Table<ConsumerNumber, ConsumerState> =
    Table::new(0x0012, "consumer_states").within(Space::Consumers);
/// What failed and is tried again, by consumer and sequence.
pub(crate) static FAILURES: Table<(ConsumerNumber, u64), Failure> =
    Table::new(0x0013, "failures").within(Space::Consumers);
/// What is dead, by consumer and sequence.
pub(crate) static DEAD_LETTERS: Table<(ConsumerNumber, u64), DeadLetter> =
    Table::new(0x0014, "dead_letters")
        .within(Space::Consumers)
        .derives(&[&DEAD_LETTER_COUNTS]);
/// How many dead letters each consumer has.
pub(crate) static DEAD_LETTER_COUNTS: Count<(ConsumerNumber, u64), DeadLetter, ConsumerNumber> =
    Count::new(0x0016, "dead_letter_counts", |(consumer, _), _| {
        Some(*consumer)
    });
/// The consumers of a stream, by name.
pub fn consumers(snapshot: &Snapshot, stream: &StreamInfo) -> Result<Vec<Consumer>> {
    let entries = snapshot.scan(&CONSUMERS, &stream.number, Range::ALL)?;
    entries.map(|entry| Ok(entry?.1)).collect()
}

/// A consumer; `CONSUMER_NOT_FOUND` when there is none of the name.
pub fn consumer(snapshot: &Snapshot, stream: &StreamInfo, name: &str) -> Result<Consumer> {
    consumer_of(snapshot, stream.number, name)
}

pub(crate) fn consumer_of(snapshot: &Snapshot, stream: u16, name: &str) -> Result<Consumer> {
    let found = snapshot.get(&CONSUMERS, &(stream, name.to_owned()))?;
    found.ok_or_else(|| CONSUMER_NOT_FOUND.error())
}

/// The dead letters of a consumer, by sequence, behind one.
pub fn dead_letters<'a>(
    snapshot: &'a Snapshot,
    consumer: &Consumer,
    after: u64,
) -> Result<impl Iterator<Item = Result<DeadLetter>> + use<'a>> {
    let key = (consumer.number, after).encoded();
    let range = Range {
        after: Some(&key),
        backwards: false,
    };
    let entries = snapshot.scan(&DEAD_LETTERS, &consumer.number, range)?;
    Ok(entries.map(|entry| Ok(entry?.1)))
}

pub(crate) fn state_of_consumer(
    snapshot: &Snapshot,
    number: ConsumerNumber,
) -> Result<ConsumerState> {
    Ok(snapshot.get(&CONSUMER_STATES, &number)?.unwrap_or_default())
}

/// The dead letters of a consumer that are to be tried again.
pub(crate) fn retried(snapshot: &Snapshot, number: ConsumerNumber) -> Result<Vec<Message>> {
    let letters = snapshot.scan(&DEAD_LETTERS, &number, Range::ALL)?;
    let letters = letters.map(|entry| Ok(entry?.1));
    let retried = letters.filter(|letter: &Result<DeadLetter>| {
        letter
            .as_ref()
            .map_or(true, |letter| letter.retried.is_some())
    });
    retried.map(|letter| Ok(letter?.message)).collect()
}

/// Writes down what a consumer has come to, unless somebody changed it from outside meanwhile;
/// whether it was written.
pub(crate) fn write_down(
    tx: &mut Tx,
    stream: u16,
    consumer: &Consumer,
    (state, effects): (&ConsumerState, &[Effect]),
) -> Result<bool> {
    let there = tx.get(&CONSUMERS, &(stream, consumer.config.name.clone()))?;
    if there.is_none_or(|there| (there.number, there.epoch) != (consumer.number, consumer.epoch)) {
        return Ok(false);
    }
    for effect in effects {
        note(tx, (stream, consumer.number), effect)?;
    }
    tx.put(&CONSUMER_STATES, &consumer.number, state)?;
    Ok(true)
}

fn note(tx: &mut Tx, (stream, number): (u16, ConsumerNumber), effect: &Effect) -> Result<()> {
    let now = tx.now();
    match effect {
        Effect::Failed { sequence, error } => {
            let key = (number, *sequence);
            let first = tx
                .get(&FAILURES, &key)?
                .map_or(now, |failure| failure.first);
            let error = shortened(error);
            let failure = Failure {
                error,
                first,
                last: now,
            };
            tx.put(&FAILURES, &key, &failure)
        }
        Effect::Died {
            sequence,
            deliveries,
            error,
            terminated,
        } => {
            let key = (number, *sequence);
            let first = tx
                .get(&FAILURES, &key)?
                .map_or(now, |failure| failure.first);
            tx.remove(&FAILURES, &key)?;
            let message = match message_at(tx, stream, *sequence)? {
                Some(message) => Some(message),
                None => tx.get(&DEAD_LETTERS, &key)?.map(|letter| letter.message),
            };
            // Retention was faster: there is nothing left to keep.
            let Some(message) = message else {
                return Ok(());
            };
            let letter = DeadLetter {
                message,
                error: shortened(error),
                deliveries: *deliveries,
                terminated: *terminated,
                first_failed: first,
                died: now,
                retried: None,
            };
            tx.put(&DEAD_LETTERS, &key, &letter)
        }
        Effect::Recovered { sequence } => {
            tx.remove(&FAILURES, &(number, *sequence))?;
            tx.remove(&DEAD_LETTERS, &(number, *sequence)).map(drop)
        }
    }
}

fn shortened(error: &str) -> String {
    let mut end = error.len().min(ERROR_BYTES_MAX);
    while !error.is_char_boundary(end) {
        end -= 1;
    }
    error.get(..end).unwrap_or_default().to_owned()
}
