//! Users: everybody who may sign in, with the role that the school gave them.
//!
//! A user's name is unique without regard to case and in Unicode's composed form; so is the
//! e-mail address. What a course lets somebody do is said by their enrolment, not here.

mod commands;
mod events;
mod listing;
mod model;
mod passwords;
mod problems;
mod queries;
mod search;
mod tables;

use app::{EventType, Feature, Pairing};

pub use self::commands::{AddUser, ChangeRole, DisableUser, EnableUser, UpdateUser};
pub use self::events::{UserAdded, UserDisabled, UserEnabled, UserRoleChanged, UserUpdated};
pub use self::listing::{UserFilter, users};
pub use self::model::{ExternalId, NewUser, User, UserChange, name_key};
pub use self::problems::*;
pub use self::queries::{
    may_see_email, named, total, user, viewable, with_email, with_external_id,
};
pub use app::{SchoolRole, UserId, UserKind};

pub(crate) use self::model::USERNAME_BYTES_MAX;
pub(crate) use self::passwords::{drop_password, password_of, set_password};

static ADDED: Pairing<UserAdded, UserId, User> = Pairing::new(&tables::USERS, |event| event.user);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::USERS, &tables::CREDENTIALS],
    events: &[
        EventType::of::<UserAdded>(),
        EventType::of::<UserUpdated>(),
        EventType::of::<UserRoleChanged>(),
        EventType::of::<UserDisabled>(),
        EventType::of::<UserEnabled>(),
    ],
    problems: ALL,
    witnesses: &[&ADDED],
    searchables: &[&search::SEARCHED],
    ..Feature::named("users")
};

#[cfg(test)]
mod tests;
