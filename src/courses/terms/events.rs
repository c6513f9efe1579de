//! What happens to terms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::TermId;

/// A term was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TermCreated {
    /// The term.
    pub term: TermId,
    /// What it is called.
    pub name: String,
}

impl Event for TermCreated {
    const SUBJECT: &'static str = "edusphere.courses.term_created";
    const KEY: &'static str = "term";
    fn key(&self) -> String {
        self.term.to_string()
    }
}

/// A term was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TermUpdated {
    /// The term.
    pub term: TermId,
}

impl Event for TermUpdated {
    const SUBJECT: &'static str = "edusphere.courses.term_updated";
    const KEY: &'static str = "term";
    fn key(&self) -> String {
        self.term.to_string()
    }
}

/// A term was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TermDeleted {
    /// The term.
    pub term: TermId,
}

impl Event for TermDeleted {
    const SUBJECT: &'static str = "edusphere.courses.term_deleted";
    const KEY: &'static str = "term";
    fn key(&self) -> String {
        self.term.to_string()
    }
}
