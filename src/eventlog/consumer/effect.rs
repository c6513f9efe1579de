//! What comes of a step of a consumer: messages to handle, and what has to be written down.

use crate::log::Message;

/// A message that is to be handled, and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// The number of this delivery among all of the consumer, 1 for the first.
    pub consumer_sequence: u64,
    /// How often the message was delivered, this time included.
    pub deliveries: u32,
}

/// What has to be written down besides the state itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A delivery failed.
    Failed { sequence: u64, error: String },
    /// No delivery is tried any more.
    Died {
        sequence: u64,
        deliveries: u32,
        error: String,
        terminated: bool,
    },
    /// A message that had failed, or had been dead, is done.
    Recovered { sequence: u64 },
}
