//! Sign-in codes: how somebody comes in who has no password, or forgot it.
//!
//! An administrator has a code made and hands it over; it lets its person choose a password, once,
//! within fourteen days. A person has one code at a time: a new one takes the place of the old. Of
//! a code only its hash is stored.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Expires, Feature, Pairing, UserId};

pub use self::commands::{IssueSignInCode, ResetPassword, UseSignInCode};
pub use self::events::{PasswordReset, SignInCodeIssued, SignInCodeUsed};
pub use self::model::{Code, CodeHash};
pub use self::problems::*;
pub(crate) use self::queries::opens;

static ISSUED: Pairing<SignInCodeIssued, UserId, model::SignInCode> =
    Pairing::recurring(&tables::SIGN_IN_CODES, |event: &SignInCodeIssued| {
        event.user
    })
    .removable();

static EXPIRED: Expires<UserId, model::SignInCode> =
    Expires::new(&tables::SIGN_IN_CODES, |code, now| now >= code.expires_at);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::SIGN_IN_CODES],
    events: &[
        EventType::of::<SignInCodeIssued>(),
        EventType::of::<SignInCodeUsed>(),
        EventType::of::<PasswordReset>(),
    ],
    problems: ALL,
    witnesses: &[&ISSUED],
    expiries: &[&EXPIRED],
    ..Feature::named("codes")
};

#[cfg(test)]
mod tests;
