//! What was sent to a webhook, and what is to be sent to it out of turn. Pure.

use serde::{Deserialize, Serialize};

use kernel::Timestamp;

/// The most attempts that are kept of a webhook.
pub(super) const ATTEMPTS_MAX: u64 = 1_000;
/// The most errands of a webhook that wait.
pub(super) const ERRANDS_MAX: u64 = 100;

/// Something was sent, or could not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// Why it was sent.
    pub occasion: Occasion,
    /// The stream of the message, but for a test.
    pub stream: Option<String>,
    /// The message's sequence in it, but for a test.
    pub sequence: Option<u64>,
    /// The subject.
    pub subject: String,
    /// Its number among the tries since the message was given to the webhook, 1 for the first.
    pub number: u32,
    /// The status that the receiver answered, if it answered.
    pub status: Option<u16>,
    /// What went wrong, if something did.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// Why something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Occasion {
    /// It happened.
    Delivery,
    /// An administrator wants it sent again.
    Replay,
    /// An administrator tries the webhook out.
    Test,
}

/// Something that is to be sent once, out of turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// A ping.
    Test,
    /// A message of a stream.
    Replay {
        /// The stream.
        stream: String,
        /// Its sequence.
        sequence: u64,
    },
}
