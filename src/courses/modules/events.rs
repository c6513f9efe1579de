//! What happens to modules and items.

use serde::{Deserialize, Serialize};

use app::Event;

use super::{ItemId, ModuleId};
use crate::catalog::CourseId;

/// A course has a new module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModuleCreated {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ModuleCreated {
    const SUBJECT: &'static str = "edusphere.courses.module_created";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A module has a new item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemAdded {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemAdded {
    const SUBJECT: &'static str = "edusphere.courses.item_added";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemUpdated {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemUpdated {
    const SUBJECT: &'static str = "edusphere.courses.item_updated";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item was removed, for what was behind it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemRemoved {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemRemoved {
    const SUBJECT: &'static str = "edusphere.courses.item_removed";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
