//! Where assignments stand in the store.

use store::{Record, Table};

use super::AssignmentId;
use super::model::Assignment;

impl Record for Assignment {
    const VERSION: u8 = 1;
}

pub(super) static ASSIGNMENTS: Table<AssignmentId, Assignment> = Table::new(0x0301, "assignments");
