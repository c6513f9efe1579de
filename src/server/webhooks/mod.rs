//! Sending webhooks: who listens is followed, what happens is sent, and what came of it is noted.
//!
//! Which messages, in which order, how often and what becomes of those that never arrive is for the
//! consumers of the event log; here one message is sent once.

mod post;
mod sender;
mod workers;

#[cfg(test)]
mod tests;

pub(crate) use self::sender::{Sender, Tally};
pub(crate) use self::workers::keep_sending;
