//! Where comments stand in the store.

use store::{Record, Table};

use super::{Comment, CommentId};
use crate::submissions::SubmissionId;

impl Record for Comment {
    const VERSION: u8 = 1;
}

pub(super) static SUBMISSION_COMMENTS: Table<(SubmissionId, CommentId), Comment> =
    Table::new(0x0350, "submission_comments");
