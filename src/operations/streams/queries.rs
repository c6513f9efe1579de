//! What administrators see of the event log.

use app::Actor;
use eventlog::{Consumer, DeadLetter, Message, StreamInfo};
use kernel::Result;
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

/// Messages of a stream behind a sequence, at most `first`.
pub fn messages_of(
    snapshot: &Snapshot,
    actor: &Actor,
    stream: &str,
    (after, first): (u64, usize),
) -> Result<Vec<Message>> {
    let stream = one_stream(snapshot, actor, stream)?;
    let messages = eventlog::messages(snapshot, &stream, after)?;
    messages.take(first).collect()
}

/// The message of a stream that has a sequence, if it is still there.
pub fn message_of(
    snapshot: &Snapshot,
    actor: &Actor,
    stream: &str,
    sequence: u64,
) -> Result<Option<Message>> {
    let behind = (sequence.saturating_sub(1), 1);
    let mut found = messages_of(snapshot, actor, stream, behind)?;
    Ok(found.pop().filter(|message| message.sequence == sequence))
}

/// Dead letters of a consumer behind a sequence, at most `first`.
pub fn letters_of(
    snapshot: &Snapshot,
    actor: &Actor,
    names: (&str, &str),
    (after, first): (u64, usize),
) -> Result<Vec<DeadLetter>> {
    let consumer = consumer_of(snapshot, actor, names)?;
    let letters = eventlog::dead_letters(snapshot, &consumer, after)?;
    letters.take(first).collect()
}
