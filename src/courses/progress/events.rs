//! What happens to progress.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};

use crate::catalog::CourseId;
use crate::modules::ItemId;

/// A learner completed an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemCompleted {
    /// The course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemCompleted {
    const SUBJECT: &'static str = "edusphere.courses.item_completed";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
