//! Messages: how they are appended within a transaction, and read back.

use serde::{Deserialize, Serialize};

use kernel::{Fault, Result, Timestamp, id_kind};
use store::{All, Range, Record, Snapshot, Space, Table, Tx};

use crate::stream::Stream;

id_kind!(pub MessageKind, MessageId, "msg");

/// A message's place in the log as a whole: 1 for the first, without gaps.
pub type Position = u64;

/// The longest body, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The place within its stream: 1 for the first, without gaps.
    pub sequence: u64,
    /// `edusphere.<stream>.<verb>`.
    pub subject: String,
    /// When it was committed, by the committer's clock, which never goes back.
    pub time: Timestamp,
    /// Names the message for ever.
    pub id: MessageId,
    /// The record that it is about: messages with the same key keep their order.
    pub key: String,
    /// Who did it: the id of a user, or the name of a part of the program.
    pub actor: String,
    /// The W3C trace context of the request that caused it.
    pub trace_parent: Option<String>,
    /// The version of the body's form.
    pub version: u8,
    /// The event, as JSON.
    #[serde(with = "serde_bytes")]
    pub body: Vec<u8>,
}

impl Record for Message {
    const VERSION: u8 = 1;
}

/// A message that is to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `edusphere.<stream>.<verb>`.
    pub subject: &'static str,
    /// The record that it is about.
    pub key: String,
    /// Who did it.
    pub actor: String,
    /// The W3C trace context of the request.
    pub trace_parent: Option<String>,
    /// The version of the body's form.
    pub version: u8,
    /// The event, as JSON, at most 1 MiB.
    pub body: Vec<u8>,
}

/// The log: messages by position.
pub(crate) static LOG: Table<Position, Message> = Table::new(0x0001, "log").within(Space::Events);
/// The positions of a stream's messages, by stream and sequence.
pub(crate) static SEQUENCES: Table<(u8, u64), Position> =
    Table::new(0x0002, "sequences").within(Space::Events);
/// The last position of the log (0) and the last sequence of each stream (its number).
pub(crate) static HEADS: Table<u8, u64> = Table::new(0x0003, "heads").within(Space::Meta);

/// The number of the log as a whole among the heads.
pub(crate) const WHOLE_LOG: u8 = 0;

/// Appends a message in the running transaction: durable with it, or not at all.
pub fn append(tx: &mut Tx, draft: Draft) -> Result<Position> {
    let Some(stream) = Stream::of(draft.subject) else {
        return Err(Fault::new(format!("no stream takes the subject {}", draft.subject)).into());
    };
    if draft.body.len() > BODY_BYTES_MAX {
        let bytes = draft.body.len();
        return Err(Fault::new(format!("{} with a body of {bytes} bytes", draft.subject)).into());
    }
    let position = next(tx, WHOLE_LOG)?;
    let sequence = next(tx, stream.number())?;
    let message = Message {
        sequence,
        subject: draft.subject.to_owned(),
        time: tx.now(),
        id: tx.new_id(),
        key: draft.key,
        actor: draft.actor,
        trace_parent: draft.trace_parent,
        version: draft.version,
        body: draft.body,
    };
    tx.put(&LOG, &position, &message)?;
    tx.put(&SEQUENCES, &(stream.number(), sequence), &position)?;
    Ok(position)
}

fn next(tx: &mut Tx, number: u8) -> Result<u64> {
    let next = tx.get(&HEADS, &number)?.unwrap_or(0) + 1;
    tx.put(&HEADS, &number, &next)?;
    Ok(next)
}

/// The position of the last message, 0 when there is none.
pub fn head(snapshot: &Snapshot) -> Result<Position> {
    Ok(snapshot.get(&HEADS, &WHOLE_LOG)?.unwrap_or(0))
}

/// The sequence of a stream's last message, 0 when there is none.
pub fn last_sequence(snapshot: &Snapshot, stream: Stream) -> Result<u64> {
    Ok(snapshot.get(&HEADS, &stream.number())?.unwrap_or(0))
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
