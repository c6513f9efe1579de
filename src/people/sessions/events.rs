//! What happens to sessions.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, SessionId, UserId};

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionStarted {
    /// The session.
    pub session: SessionId,
    /// Who.
    pub user: UserId,
    /// From where.
    #[serde(default)]
    pub address: Option<IpAddr>,
    /// How many tries it took, with those of others who gave this name.
    #[serde(default)]
    pub tries: u32,
}

impl Event for SessionStarted {
    const SUBJECT: &'static str = "edusphere.users.session_started";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody signed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionEnded {
    /// The session.
    pub session: SessionId,
    /// Who.
    pub user: UserId,
}

impl Event for SessionEnded {
    const SUBJECT: &'static str = "edusphere.users.session_ended";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody chose another password. All their sessions ended before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChanged {
    /// Who.
    pub user: UserId,
}

impl Event for PasswordChanged {
    const SUBJECT: &'static str = "edusphere.users.password_changed";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}
