//! How much a stream keeps, and what goes when it is full.

use serde::{Deserialize, Serialize};

use kernel::Result;

use crate::problems::out_of_range;

/// The longest message that a stream can be made to take, in bytes.
pub(crate) const MESSAGE_BYTES_MAX: u64 = 1024 * 1024;

/// How much a stream keeps. Whatever is reached first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_field_names,
    reason = "JetStream's names, with the units"
)]
pub struct Limits {
    /// How long a message is kept, in seconds; 0 for ever.
    pub max_age_s: u64,
    /// The most bytes of messages.
    pub max_bytes: u64,
    /// The most messages.
    pub max_messages: u64,
    /// The longest message, in bytes of its body, at most 1 MiB.
    pub max_message_bytes: u64,
}

impl Default for Limits {
    /// Seven days, 100 GB, a million messages of at most 1 MiB.
    fn default() -> Self {
        Self {
            max_age_s: 7 * 24 * 60 * 60,
            max_bytes: 100_000_000_000,
            max_messages: 1_000_000,
            max_message_bytes: MESSAGE_BYTES_MAX,
        }
    }
}

impl Limits {
    pub(crate) fn require_valid(&self) -> Result<()> {
        if self.max_bytes == 0 || self.max_messages == 0 {
            return Err(out_of_range("max_bytes and max_messages", "at least 1"));
        }
        if !(1..=MESSAGE_BYTES_MAX).contains(&self.max_message_bytes) {
            return Err(out_of_range("max_message_bytes", "from 1 to 1,048,576"));
        }
        Ok(())
    }
}

/// What goes when a stream is full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discard {
    /// The oldest messages go.
    #[default]
    Old,
    /// New messages are refused.
    New,
}
