//! What administrators see of the event log.

use app::{Actor, OrRefuse};
use eventlog::problems::DEAD_LETTER_NOT_FOUND;
use eventlog::{Consumer, ConsumerInfo, Consumers, DeadLetter, Message, StreamInfo};
use kernel::{Result, Timestamp};
use store::Snapshot;

/// All streams.
pub fn all_streams(snapshot: &Snapshot, actor: &Actor) -> Result<Vec<StreamInfo>> {
    actor.require_admin()?;
    eventlog::streams(snapshot)
}

/// A stream by its name.
pub fn one_stream(snapshot: &Snapshot, actor: &Actor, stream: &str) -> Result<StreamInfo> {
    actor.require_admin()?;
    eventlog::stream(snapshot, stream)
}

/// The consumers of a stream.
pub fn all_consumers(snapshot: &Snapshot, actor: &Actor, stream: &str) -> Result<Vec<Consumer>> {
    eventlog::consumers(snapshot, &one_stream(snapshot, actor, stream)?)
}

/// A consumer of a stream.
pub fn consumer_of(
    snapshot: &Snapshot,
    actor: &Actor,
    (stream, consumer): (&str, &str),
) -> Result<Consumer> {
    eventlog::consumer(snapshot, &one_stream(snapshot, actor, stream)?, consumer)
}

/// How a consumer of a stream fares.
pub fn info_of(
    consumers: &Consumers,
    actor: &Actor,
    (stream, consumer): (&str, &str),
) -> Result<ConsumerInfo> {
    actor.require_admin()?;
    consumers.get(stream, consumer)?.info()
}

/// The most bytes of the messages of one page, about.
const PAGE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Where a page of messages begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageFrom {
    /// Where the newest ones fill it.
    Newest,
    /// Behind this sequence.
    Behind(u64),
    /// With the first message of this moment or later.
    Since(Timestamp),
}

/// Messages of a stream, at most `first`, and fewer when they are long; and whether more come.
pub fn messages_of(
    snapshot: &Snapshot,
    actor: &Actor,
    stream: &str,
    (from, first): (PageFrom, usize),
) -> Result<(Vec<Message>, bool)> {
    let stream = one_stream(snapshot, actor, stream)?;
    let after = match from {
        PageFrom::Newest => {
            let first = u64::try_from(first).unwrap_or(u64::MAX);
            stream.state.last_sequence.saturating_sub(first)
        }
        PageFrom::Behind(sequence) => sequence,
        PageFrom::Since(time) => eventlog::first_since(snapshot, &stream, time)? - 1,
    };
    let (mut page, mut bytes) = (Vec::new(), 0);
    for message in eventlog::messages(snapshot, &stream, after)? {
        if page.len() == first || bytes >= PAGE_BYTES_MAX {
            return Ok((page, true));
        }
        let message = message?;
        bytes += message.bytes();
        page.push(message);
    }
    Ok((page, false))
}

/// The message of a stream that has a sequence, if it is still there.
pub fn message_of(
    snapshot: &Snapshot,
    actor: &Actor,
    stream: &str,
    sequence: u64,
) -> Result<Option<Message>> {
    let behind = (PageFrom::Behind(sequence.saturating_sub(1)), 1);
    let (mut found, _) = messages_of(snapshot, actor, stream, behind)?;
    Ok(found.pop().filter(|message| message.sequence == sequence))
}

/// The most messages that are verified in one go.
const VERIFIED_MAX: usize = 10_000;

/// How far a stream is whole behind a sequence that an earlier answer has come to.
pub fn verified(
    snapshot: &Snapshot,
    actor: &Actor,
    stream: &str,
    after: u64,
) -> Result<eventlog::Verified> {
    let stream = one_stream(snapshot, actor, stream)?;
    eventlog::verify_stream(snapshot, &stream, after, VERIFIED_MAX)
}

/// Dead letters of a consumer behind a sequence, at most `first`; and whether more come.
pub fn letters_of(
    snapshot: &Snapshot,
    actor: &Actor,
    names: (&str, &str),
    (after, first): (u64, usize),
) -> Result<(Vec<DeadLetter>, bool)> {
    let consumer = consumer_of(snapshot, actor, names)?;
    let letters = eventlog::dead_letters(snapshot, &consumer, after)?;
    let mut page: Vec<DeadLetter> = letters.take(first + 1).collect::<Result<_>>()?;
    let more = page.len() > first;
    page.truncate(first);
    Ok((page, more))
}

/// The dead letter of a consumer that has a sequence.
pub fn letter_of(
    snapshot: &Snapshot,
    actor: &Actor,
    names: (&str, &str),
    sequence: u64,
) -> Result<DeadLetter> {
    let behind = (sequence.saturating_sub(1), 1);
    let (mut found, _) = letters_of(snapshot, actor, names, behind)?;
    let found = found.pop();
    let found = found.filter(|letter| letter.message.sequence == sequence);
    found.or_refuse(DEAD_LETTER_NOT_FOUND)
}
