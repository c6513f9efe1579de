//! Where drafts stand in the store.

use app::UserId;
use store::{Record, Table};

use super::Draft;
use crate::assignments::AssignmentId;

impl Record for Draft {
    const VERSION: u8 = 1;
}

pub(super) static DRAFTS: Table<(AssignmentId, UserId), Draft> = Table::new(0x0330, "drafts");
