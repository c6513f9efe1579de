//! Sessions: signing in, staying signed in, and no longer being so.
//!
//! A token is 256 random bits; only its hash is stored. A session ends 24 hours after it began,
//! or after 8 hours without a request, or when it is revoked, whichever comes first.

mod commands;
mod events;
mod model;
mod passwords;
mod problems;
mod queries;
mod strength;
mod tables;

use app::{EventType, Expires, Feature};

pub use self::commands::{
    ChangePassword, EndSession, RevokeAllSessions, RevokeSession, StartSession, TouchSession,
};
pub(crate) use self::commands::{end_all, start};
pub use self::events::{PasswordChanged, SessionEnded, SessionStarted};
pub use self::model::{Client, NewSession, Session, Token};
pub(crate) use self::passwords::Compared;
pub use self::passwords::{Hashers, Password, PasswordHash};
pub use self::problems::*;
pub use self::queries::{Authenticated, authenticate, sessions};
pub use self::strength::Owner;

static OVER: Expires<[u8; 32], Session> =
    Expires::new(&tables::SESSIONS, |session, now| !session.holds(now));

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::SESSIONS],
    events: &[
        EventType::of::<SessionStarted>(),
        EventType::of::<SessionEnded>(),
        EventType::of::<PasswordChanged>(),
    ],
    problems: ALL,
    expiries: &[&OVER],
    ..Feature::named("sessions")
};

#[cfg(test)]
mod tests;
