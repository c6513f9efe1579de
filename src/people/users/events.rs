//! What happens to users.

use serde::{Deserialize, Serialize};

use app::{Event, SchoolRole, UserId};

/// Somebody was added to the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserAdded {
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: SchoolRole,
}

impl Event for UserAdded {
    const SUBJECT: &'static str = "edusphere.users.added";
    fn key(&self) -> String {
        self.user.to_string()
    }
}
