//! Streams, consumers and dead letters of the event log, in the hands of administrators.
//!
//! The rules are the log's own; here stands who may, and that it is told of.

mod consumers;
mod dead_letters;
mod publish_message;
mod queries;
mod set_up;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, EventType, Feature, Tx};
use kernel::Result;

pub use self::consumers::{
    AddConsumer, PauseConsumer, RemoveConsumer, ResetConsumer, UpdateConsumer,
};
pub use self::dead_letters::{DropDeadLetters, RetryDeadLetters};
pub use self::publish_message::PublishMessage;
pub use self::queries::{
    PageFrom, all_consumers, all_streams, consumer_of, info_of, letter_of, letters_of, message_of,
    messages_of, one_stream, verified,
};
pub use self::set_up::{AddStream, LimitStreams, RemoveStream, UpdateStream};

/// Somebody changed how the event log is set up, or what a consumer is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventLogChanged {
    /// What was done, as the command is named.
    pub change: String,
    /// The stream.
    pub stream: String,
    /// The consumer, if it was about one.
    pub consumer: Option<String>,
}

impl Event for EventLogChanged {
    const SUBJECT: &'static str = "edusphere.users.event_log_changed";
    const KEY: &'static str = "stream";
    fn key(&self) -> String {
        self.stream.clone()
    }
}

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    events: &[EventType::of::<EventLogChanged>()],
    problems: eventlog::problems::PROBLEMS,
    ..Feature::named("streams")
};

/// Has the change told of.
fn tell(tx: &mut Tx<'_>, change: &str, stream: &str, consumer: Option<&str>) -> Result<()> {
    tx.emit(&EventLogChanged {
        change: change.to_owned(),
        stream: stream.to_owned(),
        consumer: consumer.map(str::to_owned),
    })
}
