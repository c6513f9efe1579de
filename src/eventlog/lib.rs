//! The event log: what happened, in the order of commits, in the same batch as the records.
//!
//! Every message has a position in the log as a whole and a sequence in its stream. Projections
//! tail the log from a position that is stored with what they derive, so that each event takes
//! effect once.

mod log;
mod projection;
mod stream;
mod verify;

pub use log::{Draft, Message, MessageId, Position, append, head, last_sequence, read, read_back};
pub use projection::{Projection, follow, position, step};
pub use stream::{Stream, matches};
pub use verify::verify;

#[cfg(test)]
mod tests;
