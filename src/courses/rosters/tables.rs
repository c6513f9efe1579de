//! Where it stands what rosters have brought.

use app::SchoolRole;
use serde::{Deserialize, Serialize};
use store::{Record, Table};

use super::model::Subject;

/// Something that a roster brought, as the last one that had it said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Brought {
    /// The hash of what was said. What says the same again changes nothing, so that what people
    /// have changed here since stays.
    pub(super) said: [u8; 32],
    /// Whether it was to go.
    pub(super) gone: bool,
    /// Of a person, what they were said to be in the school.
    pub(super) role: Option<SchoolRole>,
}

impl Record for Brought {
    const VERSION: u8 = 1;
}

/// What rosters have brought.
pub(super) static BROUGHT: Table<Subject, Brought> = Table::new(0x0160, "brought_by_rosters");
