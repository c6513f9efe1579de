//! Publishing under subjects that are not the school's: what other systems and administrators put
//! into streams of their own.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use kernel::{Fault, Result, Timestamp};
use store::{Record, Space, Table, Tx};

use crate::chain::Body;
use crate::limits::Discard;
use crate::log::{Draft, End, Message, message_at};
use crate::problems::{
    HEADERS_INVALID, MESSAGE_TOO_LARGE, STREAM_FULL, SUBJECT_RESERVED, SUBJECT_UNTAKEN,
    WRONG_LAST_SEQUENCE,
};
use crate::stream::{STATES, StreamConfig, StreamInfo, StreamState, taking};
use crate::subject::require_subject;

/// The header by which a message is known again, as in NATS.
pub const MESSAGE_ID_HEADER: &str = "Nats-Msg-Id";

/// The most headers of a message.
const HEADERS_MAX: usize = 32;
/// The longest name of a header, in bytes.
const HEADER_NAME_BYTES_MAX: usize = 64;
/// The longest value of a header, in bytes.
const HEADER_VALUE_BYTES_MAX: usize = 1_024;

/// A message to be published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publish {
    /// Words between dots, not under `edusphere`.
    pub subject: String,
    /// What it is about: messages with the same key are consumed in their order. May be empty.
    pub key: String,
    /// By name; [`MESSAGE_ID_HEADER`] names the message within the duplicate window.
    pub headers: Vec<(String, String)>,
    /// Any bytes.
    pub body: Body,
    /// The sequence that the stream's last message must have, to notice who else publishes.
    pub expected_last_sequence: Option<u64>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The stream that took it.
    pub stream: String,
    /// Its sequence there.
    pub sequence: u64,
    /// Whether a message of the same id had been published before: it has this sequence.
    pub duplicate: bool,
}

/// A message id that was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Duplicate {
    sequence: u64,
    time: Timestamp,
}

impl Record for Duplicate {
    const VERSION: u8 = 1;
}

/// The message ids that were published, by stream and id, until they are swept.
static DUPLICATES: Table<(u16, String), Duplicate> =
    Table::new(0x0007, "duplicates").within(Space::Meta);
/// The sequence of each stream up to which message ids were swept.
static SWEPT: Table<u16, u64> = Table::new(0x0008, "duplicates_swept").within(Space::Meta);

/// Publishes a message in the running transaction.
pub fn publish(tx: &mut Tx, message: Publish, actor: &str) -> Result<Published> {
    let mut published = publish_all(tx, vec![message], actor)?;
    let one = published.pop();
    one.ok_or_else(|| Fault::new("a message was published and not told of").into())
}

/// Publishes messages one behind the other in the running transaction: all of them, or none when
/// one is refused.
pub fn publish_all(tx: &mut Tx, messages: Vec<Publish>, actor: &str) -> Result<Vec<Published>> {
    let mut published = Vec::with_capacity(messages.len());
    let mut open: Option<(StreamInfo, End)> = None;
    for message in messages {
        let is_taken = |(stream, _): &(StreamInfo, End)| stream.config.takes(&message.subject);
        let (stream, mut end) = match open.take() {
            Some(open) if is_taken(&open) => open,
            other => {
                other.map_or(Ok(()), |(_, end)| end.close(tx))?;
                let stream = require_stream(tx, &message.subject)?;
                let end = End::of(tx, stream.number)?;
                (stream, end)
            }
        };
        published.push(put(tx, (&stream, &mut end), message, actor)?);
        open = Some((stream, end));
    }
    open.map_or(Ok(()), |(_, end)| end.close(tx))?;
    Ok(published)
}

fn require_stream(tx: &Tx, subject: &str) -> Result<StreamInfo> {
    require_subject(subject)?;
    if subject == "edusphere" || subject.starts_with("edusphere.") {
        return SUBJECT_RESERVED.refuse();
    }
    taking(tx, subject)?.ok_or_else(|| SUBJECT_UNTAKEN.error())
}

fn put(
    tx: &mut Tx,
    (stream, end): (&StreamInfo, &mut End),
    message: Publish,
    actor: &str,
) -> Result<Published> {
    require_subject(&message.subject)?;
    require_headers(&message.headers)?;
    let mut headers = message.headers.iter();
    let id = headers.find(|(name, _)| name == MESSAGE_ID_HEADER);
    let id = id.map(|(_, value)| value.clone());
    if let Some(id) = &id
        && let Some(sequence) = first_of(tx, stream, id)?
    {
        return Ok(Published {
            stream: stream.config.name.clone(),
            sequence,
            duplicate: true,
        });
    }
    require_room((&stream.config, &end.state), &message)?;
    let draft = Draft {
        subject: Cow::Owned(message.subject),
        key: message.key,
        actor: actor.to_owned(),
        trace_parent: None,
        version: 1,
        body: message.body,
        headers: message.headers,
    };
    let sequence = end.append(tx, draft)?;
    if let Some(id) = id {
        let time = tx.now();
        let first = Duplicate { sequence, time };
        tx.put(&DUPLICATES, &(stream.number, id), &first)?;
    }
    Ok(Published {
        stream: stream.config.name.clone(),
        sequence,
        duplicate: false,
    })
}

/// The sequence of the message that was published under an id within the window.
fn first_of(tx: &Tx, stream: &StreamInfo, id: &str) -> Result<Option<u64>> {
    let first = tx.get(&DUPLICATES, &(stream.number, id.to_owned()))?;
    let window = Duration::from_millis(stream.config.duplicate_window_ms);
    let first = first.filter(|first| tx.now().since(first.time) < window);
    Ok(first.map(|first| first.sequence))
}

fn require_headers(headers: &[(String, String)]) -> Result<()> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.len() <= HEADER_NAME_BYTES_MAX
            && name.chars().all(|c| c.is_ascii_graphic() && c != ':')
    };
    let is_value =
        |value: &str| value.len() <= HEADER_VALUE_BYTES_MAX && !value.chars().any(char::is_control);
    let fine = headers
        .iter()
        .all(|(name, value)| is_name(name) && is_value(value));
    if headers.len() <= HEADERS_MAX && fine {
        Ok(())
    } else {
        HEADERS_INVALID.refuse()
    }
}

fn require_room((config, state): (&StreamConfig, &StreamState), publish: &Publish) -> Result<()> {
    let limits = &config.limits;
    let bytes = u64::try_from(publish.body.len()).unwrap_or(u64::MAX);
    if bytes > limits.max_message_bytes || publish.key.len() > HEADER_VALUE_BYTES_MAX {
        let longest = limits.max_message_bytes;
        return Err(MESSAGE_TOO_LARGE.because(format!(
            "The stream {} takes messages of at most {longest} bytes with keys of at most {HEADER_VALUE_BYTES_MAX}.",
            config.name
        )));
    }
    if publish
        .expected_last_sequence
        .is_some_and(|expected| expected != state.last_sequence)
    {
        return Err(WRONG_LAST_SEQUENCE.because(format!(
            "The last message of {} is {}; read on and try again.",
            config.name, state.last_sequence
        )));
    }
    let is_full = state.messages() >= limits.max_messages || state.bytes + bytes > limits.max_bytes;
    if is_full && config.discard == Discard::New {
        return STREAM_FULL.refuse();
    }
    Ok(())
}

/// The most messages that one sweep looks at.
const SWEEP_MESSAGES_MAX: u64 = 500;

/// Forgets message ids of the next messages of a stream that are older than its window; whether
/// there may be more.
pub(crate) fn sweep_duplicates(tx: &mut Tx, stream: &StreamInfo) -> Result<bool> {
    let window = Duration::from_millis(stream.config.duplicate_window_ms);
    let state = tx.get(&STATES, &stream.number)?.unwrap_or_default();
    let from = tx.get(&SWEPT, &stream.number)?.unwrap_or(0);
    let mut swept = from.max(state.removed);
    for _ in 0..SWEEP_MESSAGES_MAX {
        if swept >= state.last_sequence {
            break;
        }
        let Some(message) = message_at(tx, stream.number, swept + 1)? else {
            break;
        };
        if tx.now().since(message.time) < window {
            break;
        }
        forget(tx, &message)?;
        swept += 1;
    }
    if swept > from {
        tx.put(&SWEPT, &stream.number, &swept)?;
    }
    Ok(swept >= from + SWEEP_MESSAGES_MAX)
}

/// Forgets the id that a message was published under.
pub(crate) fn forget(tx: &mut Tx, message: &Message) -> Result<()> {
    let Some(id) = message.header(MESSAGE_ID_HEADER) else {
        return Ok(());
    };
    let key = (message.stream, id.to_owned());
    let first = tx.get(&DUPLICATES, &key)?;
    if first.is_some_and(|first| first.sequence == message.sequence) {
        tx.remove(&DUPLICATES, &key)?;
    }
    Ok(())
}
