//! What administrators do with consumers. All of it is done on what is written down, also while the
//! consumer runs: whoever runs it notices.

use kernel::{Result, Timestamp};
use store::{Range, Record, Snapshot, Space, Table, Tx};

use super::begin::{beginning, first_since};
use super::config::ConsumerConfig;
use super::record::{
    CONSUMER_STATES, CONSUMERS, Consumer, ConsumerNumber, ConsumerState, DEAD_LETTERS, DeadLetter,
    FAILURES, consumer, consumers, state_of_consumer,
};
use crate::problems::{CONSUMER_EXISTS, DEAD_LETTER_NOT_FOUND, out_of_range, too_many_consumers};
use crate::stream::{CONSUMERS_MAX, StreamInfo, stream};
use crate::subject::{matches, require_filter};

/// The number given last.
static NUMBERED: Table<u8, u64> = Table::new(0x0015, "consumer_numbers").within(Space::Meta);

/// A consumer that is to be added, with the place where it begins.
#[derive(Debug, Clone)]
pub struct NewConsumer {
    stream: String,
    config: ConsumerConfig,
    state: ConsumerState,
}

impl NewConsumer {
    /// The names of the stream and of the consumer.
    pub fn names(&self) -> (&str, &str) {
        (&self.stream, &self.config.name)
    }

    /// Finds out where a consumer of a stream begins.
    pub fn prepare(snapshot: &Snapshot, stream_name: &str, config: ConsumerConfig) -> Result<Self> {
        config.require_valid()?;
        let state = beginning(snapshot, &stream(snapshot, stream_name)?, &config)?;
        Ok(Self {
            stream: stream_name.to_owned(),
            config,
            state,
        })
    }
}

/// Adds a consumer to a stream. One of the same name and settings may be there.
pub fn add_consumer(tx: &mut Tx, new: NewConsumer) -> Result<()> {
    let config = new.config;
    let stream = stream(tx, &new.stream)?;
    let key = (stream.number, config.name.clone());
    if let Some(there) = tx.get(&CONSUMERS, &key)? {
        if there.config == config {
            return Ok(());
        }
        return CONSUMER_EXISTS.refuse();
    }
    if consumers(tx, &stream)?.len() >= CONSUMERS_MAX {
        return Err(too_many_consumers());
    }
    let number = tx.get(&NUMBERED, &0)?.unwrap_or(0) + 1;
    tx.put(&NUMBERED, &0, &number)?;
    tx.put(&CONSUMER_STATES, &number, &new.state)?;
    let created = tx.now();
    let consumer = Consumer {
        number,
        created,
        epoch: 1,
        retries: 0,
        config,
    };
    tx.put(&CONSUMERS, &key, &consumer)
}

/// Sets a consumer up anew. Where it begins was decided when it was added, and stays.
pub fn update_consumer(tx: &mut Tx, stream_name: &str, config: ConsumerConfig) -> Result<()> {
    config.require_valid()?;
    let stream = stream(tx, stream_name)?;
    let there = consumer(tx, &stream, &config.name)?;
    if there.config.ack != config.ack || there.config.deliver != config.deliver {
        let allowed = "what they were when the consumer was added; add another consumer";
        return Err(out_of_range("The deliver and ack policies", allowed));
    }
    put(tx, &stream, &Consumer { config, ..there })
}

/// Removes a consumer, with what failed and what is dead of it.
pub fn remove_consumer(tx: &mut Tx, stream_name: &str, name: &str) -> Result<()> {
    let stream = stream(tx, stream_name)?;
    let there = consumer(tx, &stream, name)?;
    remove(tx, stream.number, &there)
}

/// Removes all consumers of a stream.
pub(crate) fn remove_all(tx: &mut Tx, stream: u16) -> Result<()> {
    let entries = tx.scan(&CONSUMERS, &stream, Range::ALL)?;
    let all: Vec<_> = entries.collect::<Result<_>>()?;
    all.iter()
        .try_for_each(|(_, consumer)| remove(tx, stream, consumer))
}

fn remove(tx: &mut Tx, stream: u16, consumer: &Consumer) -> Result<()> {
    tx.remove(&CONSUMERS, &(stream, consumer.config.name.clone()))?;
    tx.remove(&CONSUMER_STATES, &consumer.number)?;
    remove_under(tx, &FAILURES, consumer.number)?;
    remove_under(tx, &DEAD_LETTERS, consumer.number)
}

fn remove_under<R: Record>(
    tx: &mut Tx,
    table: &'static Table<(ConsumerNumber, u64), R>,
    number: ConsumerNumber,
) -> Result<()> {
    let entries = tx.scan(table, &number, Range::ALL)?;
    let keys = entries.map(|entry| Ok(entry?.0));
    let keys: Vec<_> = keys.collect::<Result<_>>()?;
    keys.iter()
        .try_for_each(|key| tx.remove(table, key).map(drop))
}

/// Where to deliver from again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// This sequence, or the first one behind it.
    Sequence(u64),
    /// The first message of this moment or later.
    Time(Timestamp),
}

/// Has a consumer begin again: everything from there on is delivered as if for the first time.
pub fn reset_consumer(tx: &mut Tx, stream_name: &str, name: &str, from: ReplayFrom) -> Result<()> {
    let stream = stream(tx, stream_name)?;
    let there = consumer(tx, &stream, name)?;
    let next = match from {
        ReplayFrom::Sequence(sequence) => sequence,
        ReplayFrom::Time(time) => first_since(tx, &stream, time)?,
    };
    let next = next.clamp(
        stream.state.first_sequence(),
        stream.state.last_sequence + 1,
    );
    let deliveries = state_of_consumer(tx, there.number)?.deliveries;
    let state = ConsumerState {
        next,
        deliveries,
        floor_consumer: deliveries,
        floor_stream: next - 1,
        ..ConsumerState::default()
    };
    remove_under(tx, &FAILURES, there.number)?;
    tx.put(&CONSUMER_STATES, &there.number, &state)?;
    let epoch = there.epoch + 1;
    put(tx, &stream, &Consumer { epoch, ..there })
}

/// Which dead letters of a consumer are meant: all, unless something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The one of this sequence.
    pub sequence: Option<u64>,
    /// Those with a subject that this filter asks for.
    pub subject: Option<String>,
}

/// The most dead letters that one command takes.
pub const DEAD_LETTERS_MAX: usize = 1_000;

/// Gives dead letters to their consumer again, as if for the first time, at most
/// [`DEAD_LETTERS_MAX`]; how many. They stay listed until they are handled.
pub fn retry_dead_letters(
    tx: &mut Tx,
    (stream_name, name): (&str, &str),
    chosen: &Chosen,
) -> Result<u64> {
    let stream = stream(tx, stream_name)?;
    let there = consumer(tx, &stream, name)?;
    let letters = chosen.find(tx, there.number)?;
    let now = tx.now();
    let mut count = 0;
    for (key, letter) in letters {
        let retried = Some(now);
        tx.put(&DEAD_LETTERS, &key, &DeadLetter { retried, ..letter })?;
        count += 1;
    }
    let retries = there.retries + 1;
    put(tx, &stream, &Consumer { retries, ..there })?;
    Ok(count)
}

/// Drops dead letters of a consumer, at most [`DEAD_LETTERS_MAX`]; how many. Those that are being
/// tried again stay, unless one is named.
pub fn drop_dead_letters(
    tx: &mut Tx,
    (stream_name, name): (&str, &str),
    chosen: &Chosen,
) -> Result<u64> {
    let stream = stream(tx, stream_name)?;
    let there = consumer(tx, &stream, name)?;
    let letters = chosen.find(tx, there.number)?;
    let mut dropped = 0;
    for (key, _) in letters {
        dropped += u64::from(tx.remove(&DEAD_LETTERS, &key)?);
    }
    Ok(dropped)
}

type Letters = Vec<((ConsumerNumber, u64), DeadLetter)>;

impl Chosen {
    fn find(&self, tx: &Tx, number: ConsumerNumber) -> Result<Letters> {
        if let Some(filter) = &self.subject {
            require_filter(filter)?;
        }
        let Some(sequence) = self.sequence else {
            let all = tx.scan(&DEAD_LETTERS, &number, Range::ALL)?;
            let meant = all.filter(|entry| {
                let letter = entry.as_ref().map(|(_, letter)| letter);
                letter.map_or(true, |letter| {
                    letter.retried.is_none() && self.wants(letter)
                })
            });
            return meant.take(DEAD_LETTERS_MAX).collect();
        };
        let letter = tx.get(&DEAD_LETTERS, &(number, sequence))?;
        let letter = letter.filter(|letter| self.wants(letter));
        let letter = letter.ok_or_else(|| DEAD_LETTER_NOT_FOUND.error())?;
        Ok(vec![((number, sequence), letter)])
    }

    fn wants(&self, letter: &DeadLetter) -> bool {
        let filter = self.subject.as_deref();
        filter.is_none_or(|filter| matches(filter, &letter.message.subject))
    }
}

fn put(tx: &mut Tx, stream: &StreamInfo, consumer: &Consumer) -> Result<()> {
    let key = (stream.number, consumer.config.name.clone());
    tx.put(&CONSUMERS, &key, consumer)
}
