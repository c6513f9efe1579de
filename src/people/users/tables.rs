//! Where users stand in the store.

use serde::{Deserialize, Serialize};

use app::UserId;
use store::{Count, Record, Table, Unique};

use super::model::{User, name_key};

impl Record for User {
    const VERSION: u8 = 1;
}

/// How somebody proves who they are. Apart from the user, so that no view of a user reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credential {
    /// A PHC string of Argon2id.
    pub(crate) password_hash: String,
}

impl Record for Credential {
    const VERSION: u8 = 1;
}

pub(crate) static USERS: Table<UserId, User> = Table::new(0x0101, "users").derives(&[
    &USERS_BY_NAME,
    &USERS_BY_EMAIL,
    &USERS_IN_SCHOOL,
    &USERS_BY_EXTERNAL_ID,
]);

pub(crate) static USERS_BY_NAME: Unique<UserId, User, String> =
    Unique::new(0x0102, "users_by_name", |_, user| {
        Some(name_key(&user.username))
    });

pub(crate) static USERS_BY_EMAIL: Unique<UserId, User, String> =
    Unique::new(0x0103, "users_by_email", |_, user| {
        user.email.as_deref().map(name_key)
    });

/// Who has which name in another program.
pub(crate) static USERS_BY_EXTERNAL_ID: Unique<UserId, User, String> =
    Unique::new(0x0120, "users_by_external_id", |_, user| {
        user.external_id.clone().map(Into::into)
    });

/// How many there are.
pub(crate) static USERS_IN_SCHOOL: Count<UserId, User, u8> =
    Count::new(0x0104, "users_in_school", |_, _| Some(0));

pub(crate) static CREDENTIALS: Table<UserId, Credential> = Table::new(0x0105, "credentials");
