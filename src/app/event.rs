//! Events: what happened, as others are told.

use serde::Serialize;
use serde::de::DeserializeOwned;

use kernel::{Fault, Result};

/// Something that happened. Written as JSON, for ever readable.
pub trait Event: Serialize + DeserializeOwned + 'static {
    /// `edusphere.<courses|users|assignments|analytics|ai>.<verb>`.
    const SUBJECT: &'static str;
    /// The version of its form; raised when a field changes its meaning.
    const VERSION: u8 = 1;

    /// The id of the record it is about: events with one key keep their order.
    fn key(&self) -> String;
}

/// Reads an event back from its message.
pub fn read<E: Event>(message: &eventlog::Message) -> Result<E> {
    serde_json::from_slice(&message.body)
        .map_err(|error| Fault::caused(format!("reading {}", E::SUBJECT), error).into())
}

/// What is known of a kind of event without its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// The subject.
    pub subject: &'static str,
    /// The version.
    pub version: u8,
}

impl EventType {
    /// What is known of `E`.
    pub const fn of<E: Event>() -> Self {
        Self {
            subject: E::SUBJECT,
            version: E::VERSION,
        }
    }
}
