//! What happens when somebody tries too often.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use kernel::Timestamp;

/// There were so many tries to sign in as somebody that the next one has to wait. One event a
/// wait, so that whoever tries cannot fill the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInLocked {
    /// As whom.
    pub user: UserId,
    /// How many tries there were in a row.
    pub tries: u32,
    /// When the next one may come.
    pub until: Timestamp,
}

impl Event for SignInLocked {
    const SUBJECT: &'static str = "edusphere.users.sign_in_locked";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}
