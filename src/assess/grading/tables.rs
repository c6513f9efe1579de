//! Where grades stand in the store.

use app::UserId;
use store::{Record, Table};

use super::model::{Excuse, Grade};
use crate::assignments::AssignmentId;
use crate::submissions::SubmissionId;

impl Record for Grade {
    const VERSION: u8 = 1;
}

impl Record for Excuse {
    const VERSION: u8 = 1;
}

/// Who is excused from an assignment.
pub(super) static EXCUSES: Table<(AssignmentId, UserId), Excuse> = Table::new(0x0340, "excuses");

pub(super) static GRADES: Table<SubmissionId, Grade> = Table::new(0x0310, "grades");
