//! What a feature is made of: commands, events, problems, tables, projections; and the [`App`]
//! that runs them.
//!
//! A face extracts its input, runs a command with [`App::run`] or reads an [`App::snapshot`], and
//! replies. Permission is checked in the command, in the same transaction as its effect.

mod actor;
mod check;
mod command;
mod event;
mod expiry;
mod feature;
mod once;
mod pool;
mod run;
pub mod search;

pub use actor::{Actor, SchoolRole, SessionId, SessionKind, UserId, UserKind, Who};
pub use check::check;
pub use command::{Command, Tx};
pub use event::{Event, EventType, read};
pub use expiry::{Batch, Expires, Expiry, sweep};
pub use feature::{Ending, Feature, Pairing, Removal, Witness};
pub use once::{FEATURE as ONCE, IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED, once, once_for};
pub use pool::{Place, Pool};
pub use run::{App, Done, Secret};

pub use eventlog::{Follower, Message, Projection};

/// `option.or_refuse(QUIZ_NOT_FOUND)?`: what is not there is refused.
pub trait OrRefuse<T> {
    /// The value, or the refusal.
    fn or_refuse(self, problem: kernel::Problem) -> kernel::Result<T>;
}

impl<T> OrRefuse<T> for Option<T> {
    fn or_refuse(self, problem: kernel::Problem) -> kernel::Result<T> {
        self.ok_or_else(|| problem.error())
    }
}

#[cfg(test)]
mod tests;
