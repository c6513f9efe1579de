//! What happens to users.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, SchoolRole, UserId};

/// Somebody was added to the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserAdded {
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: SchoolRole,
}

impl Event for UserAdded {
    const SUBJECT: &'static str = "edusphere.users.added";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// What is known of somebody changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserUpdated {
    /// Who.
    pub user: UserId,
}

impl Event for UserUpdated {
    const SUBJECT: &'static str = "edusphere.users.updated";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody got another role in the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRoleChanged {
    /// Who.
    pub user: UserId,
    /// What they were.
    pub from: SchoolRole,
    /// What they are now.
    pub to: SchoolRole,
}

impl Event for UserRoleChanged {
    const SUBJECT: &'static str = "edusphere.users.role_changed";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody may no longer sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserDisabled {
    /// Who.
    pub user: UserId,
}

impl Event for UserDisabled {
    const SUBJECT: &'static str = "edusphere.users.disabled";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}

/// Somebody may sign in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserEnabled {
    /// Who.
    pub user: UserId,
}

impl Event for UserEnabled {
    const SUBJECT: &'static str = "edusphere.users.enabled";
    const KEY: &'static str = "user";
    fn key(&self) -> String {
        self.user.to_string()
    }
}
