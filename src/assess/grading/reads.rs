//! Whose grades somebody read in the course of one request, to be written down. Pure.

use std::collections::BTreeMap;

use app::{Actor, UserId};

use crate::assignments::AssignmentId;
use crate::submissions::{SubmissionId, Viewed};

/// The grades and comments of others that were read. Whoever shows some gathers them here, and
/// has them noted with [`NoteGradeReads`](super::NoteGradeReads) before the answer leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GradeReads {
    pub(super) read: BTreeMap<SubmissionId, (AssignmentId, UserId)>,
}

impl GradeReads {
    /// Adds what is shown of a submission. One's own does not count, nor does what a part of the
    /// program reads.
    pub fn add(&mut self, reader: &Actor, shown: &Viewed) {
        let submission = &shown.submission;
        if reader.user_id().is_some_and(|id| id != submission.user) {
            let place = (submission.assignment, submission.user);
            self.read.insert(shown.id, place);
        }
    }

    /// Whether there is nothing to be noted.
    pub fn is_empty(&self) -> bool {
        self.read.is_empty()
    }
}
