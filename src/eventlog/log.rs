//! Messages: how they are appended within a transaction, published, and read back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use kernel::{Fault, Result, Timestamp, id_kind};
use store::{All, Key, Range, Record, Snapshot, Space, Table, Tx};

use crate::chain::{Body, Digest};
use crate::limits::MESSAGE_BYTES_MAX;
use crate::stream::{STATES, Stream, StreamInfo, StreamState, state_of};

id_kind!(pub MessageKind, MessageId, "msg");

/// A message's place in the log as a whole: 1 for the first, rising, without gaps until retention
/// removes what is old.
pub type Position = u64;

/// What a message takes on disk besides its texts and its body, about.
const MESSAGE_OVERHEAD_BYTES: usize = 128;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The place within its stream: 1 for the first, without gaps.
    pub sequence: u64,
    /// Words between dots; its stream is the one that takes it.
    pub subject: String,
    /// When it was committed, by the committer's clock; never before the message before it.
    pub time: Timestamp,
    /// Names the message for ever.
    pub id: MessageId,
    /// The record that it is about: messages with the same key keep their order. Empty where
    /// order does not matter.
    pub key: String,
    /// Who did it: the id of a user, or the name of a part of the program.
    pub actor: String,
    /// The W3C trace context of the request that caused it.
    pub trace_parent: Option<String>,
    /// The version of the body's form.
    pub version: u8,
    /// The event as JSON, or whatever was published.
    #[serde(with = "serde_bytes")]
    pub body: Vec<u8>,
    /// What else its publisher said, by name.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The number of its stream.
    #[serde(default)]
    pub(crate) stream: u16,
    /// The chain up to here.
    #[serde(default)]
    pub(crate) digest: Digest,
}

impl Record for Message {
    const VERSION: u8 = 1;
}

impl Message {
    /// What it counts for in the limits of its stream, in bytes.
    pub fn bytes(&self) -> u64 {
        let headers = self.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        let texts = self.subject.len() + self.key.len() + self.actor.len();
        let bytes = MESSAGE_OVERHEAD_BYTES + texts + headers + self.body.len();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    /// A header by its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The chain of digests up to this message.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// A message that is to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Words between dots.
    pub subject: Cow<'static, str>,
    /// The record that it is about.
    pub key: String,
    /// Who did it.
    pub actor: String,
    /// The W3C trace context of the request.
    pub trace_parent: Option<String>,
    /// The version of the body's form.
    pub version: u8,
    /// The event as JSON, at most 1 MiB.
    pub body: Body,
    /// What else its publisher says.
    pub headers: Vec<(String, String)>,
}

/// The log: messages by position.
pub(crate) static LOG: Table<Position, Message> = Table::new(0x0001, "log").within(Space::Events);
/// The positions of a stream's messages, by stream and sequence. Not in the space of the log: there
/// the messages alone are written in the order of their keys, so the engine moves them to where they
/// stay without ever writing them anew.
pub(crate) static SEQUENCES: Table<(u16, u64), Position> =
    Table::new(0x0002, "sequences").within(Space::Meta);
/// The last position of the log.
pub(crate) static HEADS: Table<u8, u64> = Table::new(0x0003, "heads").within(Space::Meta);

/// The key of the log as a whole among the heads.
pub(crate) const WHOLE_LOG: u8 = 0;

/// Appends what happened in the school in the running transaction: durable with it, or not at
/// all.
pub fn append(tx: &mut Tx, draft: Draft) -> Result<Position> {
    let Some(stream) = Stream::of(&draft.subject) else {
        return Err(Fault::new(format!("no stream takes the subject {}", draft.subject)).into());
    };
    let bytes = draft.body.len();
    if u64::try_from(bytes).map_or(true, |bytes| bytes > MESSAGE_BYTES_MAX) {
        return Err(Fault::new(format!("{} with a body of {bytes} bytes", draft.subject)).into());
    }
    let mut end = End::of(tx, stream.number())?;
    end.append(tx, draft)?;
    let position = end.position;
    end.close(tx)?;
    Ok(position)
}

/// The end of a stream, where messages are appended one behind the other: how it stands is read
/// once and written once for all of them.
pub(crate) struct End {
    number: u16,
    /// The last position of the log.
    position: Position,
    /// How the stream stands, with what was appended.
    pub(crate) state: StreamState,
}

impl End {
    pub(crate) fn of(tx: &Tx, number: u16) -> Result<Self> {
        Ok(Self {
            number,
            position: head(tx)?,
            state: state_of(tx, number)?,
        })
    }

    /// Appends a message; its sequence.
    pub(crate) fn append(&mut self, tx: &mut Tx, draft: Draft) -> Result<u64> {
        let (number, state) = (self.number, &mut self.state);
        let mut message = Message {
            sequence: state.last_sequence + 1,
            subject: draft.subject.into_owned(),
            time: tx.now().max(state.last_time),
            id: tx.new_id(),
            key: draft.key,
            actor: draft.actor,
            trace_parent: draft.trace_parent,
            version: draft.version,
            body: draft.body.bytes,
            headers: draft.headers,
            stream: number,
            digest: Digest::default(),
        };
        message.digest = Digest::of(state.digest, &message, draft.body.digest);
        state.last_sequence = message.sequence;
        state.last_time = message.time;
        state.digest = message.digest;
        state.bytes += message.bytes();
        self.position += 1;
        tx.put(&LOG, &self.position, &message)?;
        tx.put(&SEQUENCES, &(number, message.sequence), &self.position)?;
        Ok(message.sequence)
    }

    /// Writes down how the stream stands now.
    pub(crate) fn close(self, tx: &mut Tx) -> Result<()> {
        tx.put(&STATES, &self.number, &self.state)?;
        tx.put(&HEADS, &WHOLE_LOG, &self.position)
    }
}

/// The position of the last message, 0 when there is none.
pub fn head(snapshot: &Snapshot) -> Result<Position> {
    Ok(snapshot.get(&HEADS, &WHOLE_LOG)?.unwrap_or(0))
}

/// The sequence of the last message of a stream of the school, 0 when there is none.
pub fn last_sequence(snapshot: &Snapshot, stream: Stream) -> Result<u64> {
    Ok(state_of(snapshot, stream.number())?.last_sequence)
}

/// Whether retention has removed messages behind a position, 0 for any, of the stream that a
/// subject of the school belongs to.
pub fn is_trimmed(snapshot: &Snapshot, subject: &str, after: Position) -> Result<bool> {
    let stream = Stream::of(subject);
    let state = stream.map(|stream| state_of(snapshot, stream.number()));
    Ok(state.transpose()?.is_some_and(|state| match after {
        0 => state.removed > 0,
        after => state.removed_to > after,
    }))
}

/// The messages behind a position, read as the iterator is driven.
pub fn read(
    snapshot: &Snapshot,
    after: Position,
) -> Result<impl Iterator<Item = Result<(Position, Message)>> + '_> {
    let key = after.to_be_bytes();
    snapshot.scan(
        &LOG,
        &All,
        Range {
            after: Some(&key),
            backwards: false,
        },
    )
}

/// The messages before a position, or all of them, the newest first, read as the iterator is
/// driven.
pub fn read_back(
    snapshot: &Snapshot,
    before: Option<Position>,
) -> Result<impl Iterator<Item = Result<(Position, Message)>> + '_> {
    let key = before.map(Position::to_be_bytes);
    let range = Range {
        after: key.as_ref().map(<[u8; 8]>::as_slice),
        backwards: true,
    };
    snapshot.scan(&LOG, &All, range)
}

/// The messages of a stream behind a sequence, read as the iterator is driven.
pub fn messages<'a>(
    snapshot: &'a Snapshot,
    stream: &StreamInfo,
    after: u64,
) -> Result<impl Iterator<Item = Result<Message>> + use<'a>> {
    messages_behind(snapshot, stream.number, after)
}

/// The message of a stream that has a sequence, if it is still there.
pub(crate) fn message_at(
    snapshot: &Snapshot,
    number: u16,
    sequence: u64,
) -> Result<Option<Message>> {
    let Some(position) = snapshot.get(&SEQUENCES, &(number, sequence))? else {
        return Ok(None);
    };
    match snapshot.get(&LOG, &position)? {
        Some(message) => Ok(Some(message)),
        None => Err(Fault::new(format!("the log has no message at {position}")).into()),
    }
}

/// The messages of a stream behind a sequence, read as the iterator is driven.
pub(crate) fn messages_behind(
    snapshot: &Snapshot,
    number: u16,
    after: u64,
) -> Result<impl Iterator<Item = Result<Message>> + use<'_>> {
    let key = (number, after).encoded();
    let range = Range {
        after: Some(&key),
        backwards: false,
    };
    let places = snapshot.scan(&SEQUENCES, &number, range)?;
    Ok(places.map(move |entry| {
        let (_, position) = entry?;
        snapshot
            .get(&LOG, &position)?
            .ok_or_else(|| Fault::new(format!("the log has no message at {position}")).into())
    }))
}
