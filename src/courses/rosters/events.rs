//! What happens when a roster is taken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

/// A roster, or a part of a large one, changed the school. What it changed is told by the events
/// before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RosterTaken {
    /// How many of its rows are new here.
    pub added: u64,
    /// How many made something otherwise.
    pub changed: u64,
    /// How many took something away.
    pub removed: u64,
}

impl Event for RosterTaken {
    const SUBJECT: &'static str = "edusphere.users.roster_taken";
    const KEY: &'static str = "roster";
    fn key(&self) -> String {
        Self::KEY.to_owned()
    }
}
