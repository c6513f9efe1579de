//! The event log: what happened, in the order of commits, in the same batch as the records; with
//! the semantics of NATS `JetStream`, in process.
//!
//! Every message has a position in the log as a whole and a sequence in its stream. Projections
//! tail the log from a position that is stored with what they derive, so that each event takes
//! effect once. Durable consumers follow a stream at their own pace and answer for each message;
//! what fails comes again, and in the end is a dead letter.

mod chain;
mod consumer;
mod limits;
mod log;
pub mod problems;
mod projection;
mod publish;
mod retention;
mod stream;
mod subject;
mod verify;

pub use chain::{Body, Digest};
pub use consumer::{
    AckPolicy, Chosen, Consumer, ConsumerConfig, ConsumerInfo, Consumers, DEAD_LETTERS_MAX,
    DeadLetter, DeliverPolicy, Delivery, DeliveryClass, NewConsumer, Outcome, ReplayFrom, Running,
    WorkEnded, Working, add_consumer, consumer, consumers, dead_letters, drop_dead_letters,
    first_since, remove_consumer, reset_consumer, retry_dead_letters, update_consumer,
};
pub use limits::{Discard, Limits};
pub use log::{
    Draft, Message, MessageId, Position, append, head, is_trimmed, last_sequence, messages, read,
    read_back,
};
pub use projection::{Follower, Projection, follow, note_position, position, step};
pub use publish::{MESSAGE_ID_HEADER, Publish, Published, publish, publish_all};
pub use retention::{Retention, Stalled};
pub use stream::{
    CONSUMERS_MAX, STREAMS_MAX, Stream, StreamConfig, StreamInfo, StreamState, add_stream,
    limit_stream, remove_stream, stream, streams, update_stream,
};
pub use subject::{matches, overlap, require_filter};
pub use verify::{Verified, verify, verify_stream};

#[cfg(test)]
mod tests;
