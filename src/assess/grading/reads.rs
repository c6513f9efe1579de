//! Whose grades somebody read in the course of one request, to be written down. Pure.

use std::collections::BTreeMap;

use app::{Actor, Event, Message, UserId, read};

use super::events::SubmissionGraded;
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
        self.note(reader, shown.id, (submission.assignment, submission.user));
    }

    /// Adds the grade that a message of the log tells of, if it tells of one.
    pub fn add_told(&mut self, reader: &Actor, message: &Message) {
        if message.subject != SubmissionGraded::SUBJECT {
            return;
        }
        // What does not read as a grade shows none.
        if let Ok(graded) = read::<SubmissionGraded>(message) {
            let place = (graded.assignment, graded.user);
            self.note(reader, graded.submission, place);
        }
    }

    fn note(&mut self, reader: &Actor, id: SubmissionId, place: (AssignmentId, UserId)) {
        if reader.user_id().is_some_and(|reader| reader != place.1) {
            self.read.insert(id, place);
        }
    }

    /// Whether there is nothing to be noted.
    pub fn is_empty(&self) -> bool {
        self.read.is_empty()
    }
}
