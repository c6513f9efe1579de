//! Durable consumers: who follows a stream at their own pace, and answers for each message.

mod admin;
mod begin;
mod config;
mod effect;
mod order;
mod record;
mod running;
mod source;
mod state;
mod work;

pub(crate) use admin::remove_all;
pub use admin::{
    Chosen, DEAD_LETTERS_MAX, NewConsumer, ReplayFrom, add_consumer, drop_dead_letters,
    remove_consumer, reset_consumer, retry_dead_letters, update_consumer,
};
pub use begin::first_since;
pub use config::{AckPolicy, ConsumerConfig, DeliverPolicy, DeliveryClass};
pub use effect::Delivery;
pub(crate) use record::{CONSUMER_STATES, CONSUMERS, DEAD_LETTERS, FAILURES, state_of_consumer};
pub use record::{Consumer, DeadLetter, consumer, consumers, dead_letters};
pub use running::{ConsumerInfo, Consumers, Running};
pub use work::{Outcome, WorkEnded, Working};
