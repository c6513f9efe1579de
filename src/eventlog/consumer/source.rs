//! Where the messages of a consumer come from: its stream, and its dead letters.

use kernel::Result;
use store::Snapshot;

use super::record::{Consumer, DEAD_LETTERS};
use crate::log::{Message, message_at, messages_behind};

/// The most messages that a consumer looks at in one go for one that it wants.
const LOOKED_AT_MAX: usize = 10_000;

/// Where the messages of the consumer's stream come from.
pub(super) trait Source {
    /// The first message from a sequence on that the consumer wants, or how far there is none.
    fn next(&mut self, from: u64) -> Result<Found>;
    /// The message of a sequence, unless it is gone.
    fn at(&mut self, sequence: u64) -> Result<Option<Message>>;
}

/// What a search found.
pub(super) enum Found {
    /// A message.
    Message(Box<Message>),
    /// None up to this sequence, the last that there is or that was looked at.
    NoneUpTo(u64),
}

/// Reads a stream for a consumer.
pub(super) struct Reader<'a> {
    snapshot: &'a Snapshot,
    stream: u16,
    consumer: &'a Consumer,
    /// Goes on behind the last message that was found.
    behind: Option<Box<dyn Iterator<Item = Result<Message>> + 'a>>,
    at: u64,
    looked_at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, stream: u16, consumer: &'a Consumer) -> Self {
        Self {
            snapshot,
            stream,
            consumer,
            behind: None,
            at: 0,
            looked_at: 0,
        }
    }

    /// How many of the next messages behind a sequence the consumer does not want.
    pub(super) fn unwanted(&mut self, behind: u64) -> Result<u64> {
        let messages = messages_behind(self.snapshot, self.stream, behind)?;
        let mut unwanted = 0;
        for message in messages.take(LOOKED_AT_MAX) {
            unwanted += u64::from(!self.consumer.config.wants(&message?.subject));
        }
        Ok(unwanted)
    }

    /// Whether it has looked at so many messages that others should have their turn.
    pub(super) fn is_tired(&self) -> bool {
        self.looked_at >= LOOKED_AT_MAX
    }
}

impl Source for Reader<'_> {
    fn next(&mut self, from: u64) -> Result<Found> {
        let mut last = from.saturating_sub(1);
        let behind = match self.behind.take() {
            Some(behind) if self.at == last => behind,
            _ => Box::new(messages_behind(self.snapshot, self.stream, last)?),
        };
        let behind = self.behind.insert(behind);
        for message in behind {
            let message = message?;
            last = message.sequence;
            self.looked_at += 1;
            if self.consumer.config.wants(&message.subject) {
                self.at = last;
                return Ok(Found::Message(Box::new(message)));
            }
            if self.looked_at >= LOOKED_AT_MAX {
                break;
            }
        }
        self.at = last;
        Ok(Found::NoneUpTo(last))
    }

    fn at(&mut self, sequence: u64) -> Result<Option<Message>> {
        if let Some(message) = message_at(self.snapshot, self.stream, sequence)? {
            return Ok(Some(message));
        }
        let key = (self.consumer.number, sequence);
        let letter = self.snapshot.get(&DEAD_LETTERS, &key)?;
        Ok(letter.map(|letter| letter.message))
    }
}
