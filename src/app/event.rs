//! Events: what happened, as others are told.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use kernel::{Fault, Result};

/// Something that happened. Written as JSON, for ever readable.
pub trait Event: Serialize + DeserializeOwned + JsonSchema + 'static {
    /// `edusphere.<courses|users|assignments|analytics|ai>.<verb>`.
    const SUBJECT: &'static str;
    /// The version of its form; raised when a field changes its meaning.
    const VERSION: u8 = 1;
    /// The field with the id that [`Event::key`] gives; a word that is no field where it is always
    /// that word.
    const KEY: &'static str;

    /// The id of the record it is about: events with one key keep their order.
    fn key(&self) -> String;
}

/// Reads an event back from its message.
pub fn read<E: Event>(message: &eventlog::Message) -> Result<E> {
    serde_json::from_slice(&message.body)
        .map_err(|error| Fault::caused(format!("reading {}", E::SUBJECT), error).into())
}

/// What is known of a kind of event without its type.
#[derive(Debug, Clone, Copy)]
pub struct EventType {
    /// The subject.
    pub subject: &'static str,
    /// The version.
    pub version: u8,
    /// The field that is its key, or the word that it always is.
    pub key: &'static str,
    /// The name of its type, what it tells, and the form of its body.
    pub schema: fn() -> Schema,
}

impl EventType {
    /// What is known of `E`.
    pub const fn of<E: Event>() -> Self {
        Self {
            subject: E::SUBJECT,
            version: E::VERSION,
            key: E::KEY,
            schema: schema_of::<E>,
        }
    }
}

/// The form of an event as those who read it rely on it: what has a default may be missing in
/// messages that were written before it.
fn schema_of<E: Event>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    settings.into_generator().into_root_schema_for::<E>()
}
