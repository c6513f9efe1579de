//! Where submissions stand in the store.

use app::UserId;
use store::{Count, Index, Record, Table};

use super::SubmissionId;
use super::model::Submission;
use crate::assignments::AssignmentId;

impl Record for Submission {
    const VERSION: u8 = 1;
}

pub(super) static SUBMISSIONS: Table<SubmissionId, Submission> = Table::new(0x0302, "submissions")
    .derives(&[&SUBMISSIONS_OF_ASSIGNMENT, &SUBMISSION_COUNT, &ATTEMPTS]);

/// The submissions of an assignment by learner and attempt.
pub(super) static SUBMISSIONS_OF_ASSIGNMENT: Index<
    SubmissionId,
    Submission,
    (AssignmentId, UserId, u32),
> = Index::new(0x0303, "submissions_of_assignment", |_, submission| {
    Some((submission.assignment, submission.user, submission.attempt))
});

/// How many submissions an assignment has.
pub(super) static SUBMISSION_COUNT: Count<SubmissionId, Submission, AssignmentId> =
    Count::new(0x0304, "submission_count", |_, submission| {
        Some(submission.assignment)
    });

/// How often a learner has handed in.
pub(super) static ATTEMPTS: Count<SubmissionId, Submission, (AssignmentId, UserId)> =
    Count::new(0x0305, "attempts", |_, submission| {
        Some((submission.assignment, submission.user))
    });
