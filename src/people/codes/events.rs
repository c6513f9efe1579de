//! What happens to sign-in codes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use kernel::Timestamp;

/// Somebody can come in with a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInCodeIssued {
    /// Who.
    pub user: UserId,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Event for SignInCodeIssued {
    const SUBJECT: &'static str = "edusphere.users.sign_in_code_issued";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody came in with their code and chose a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInCodeUsed {
    /// Who.
    pub user: UserId,
}

impl Event for SignInCodeUsed {
    const SUBJECT: &'static str = "edusphere.users.sign_in_code_used";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody's password was taken away; a code was issued with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordReset {
    /// Who.
    pub user: UserId,
}

impl Event for PasswordReset {
    const SUBJECT: &'static str = "edusphere.users.password_reset";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}
