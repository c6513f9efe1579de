//! What happens to drafts. What is in them is nobody else's business, and not told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use crate::assignments::AssignmentId;

/// A learner saved what they have begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftSaved {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub user: UserId,
}

impl Event for DraftSaved {
    const SUBJECT: &'static str = "edusphere.assignments.draft_saved";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// A learner threw away what they had begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftDiscarded {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub user: UserId,
}

impl Event for DraftDiscarded {
    const SUBJECT: &'static str = "edusphere.assignments.draft_discarded";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}
