//! What happens to extensions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;
use courses::catalog::CourseId;

use super::model::Holder;
use crate::assignments::AssignmentId;

/// Somebody was given other dates or more attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionGranted {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Whose it is.
    pub holder: Holder,
}

impl Event for ExtensionGranted {
    const SUBJECT: &'static str = "edusphere.assignments.extension_granted";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// An extension was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionUpdated {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Whose it is.
    pub holder: Holder,
}

impl Event for ExtensionUpdated {
    const SUBJECT: &'static str = "edusphere.assignments.extension_updated";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}

/// An extension was taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionRevoked {
    /// The course.
    pub course: CourseId,
    /// The assignment.
    pub assignment: AssignmentId,
    /// Whose it is.
    pub holder: Holder,
}

impl Event for ExtensionRevoked {
    const SUBJECT: &'static str = "edusphere.assignments.extension_revoked";
    const KEY: &'static str = "assignment";
    fn key(&self) -> String {
        self.assignment.to_string()
    }
}
