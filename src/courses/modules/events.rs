//! What happens to modules and items.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::{ItemId, ModuleId};
use crate::catalog::CourseId;

/// A course has a new module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModuleCreated {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ModuleCreated {
    const SUBJECT: &'static str = "edusphere.courses.module_created";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A module has a new item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemAdded {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemAdded {
    const SUBJECT: &'static str = "edusphere.courses.item_added";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemUpdated {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemUpdated {
    const SUBJECT: &'static str = "edusphere.courses.item_updated";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item was removed. What was behind it is there, or gone as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemRemoved {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemRemoved {
    const SUBJECT: &'static str = "edusphere.courses.item_removed";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A module was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModuleUpdated {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ModuleUpdated {
    const SUBJECT: &'static str = "edusphere.courses.module_updated";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A module was shown to learners, with those of its items that are published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModulePublished {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ModulePublished {
    const SUBJECT: &'static str = "edusphere.courses.module_published";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A module was hidden from learners, with its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModuleUnpublished {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ModuleUnpublished {
    const SUBJECT: &'static str = "edusphere.courses.module_unpublished";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// The modules of a course stand in another order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModulesReordered {
    /// The course.
    pub course: CourseId,
}

impl Event for ModulesReordered {
    const SUBJECT: &'static str = "edusphere.courses.modules_reordered";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// A module was deleted. That its items are removed is told of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModuleDeleted {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ModuleDeleted {
    const SUBJECT: &'static str = "edusphere.courses.module_deleted";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// The items of a module stand in another order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemsReordered {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ItemsReordered {
    const SUBJECT: &'static str = "edusphere.courses.items_reordered";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item stands in another place, perhaps in another module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemMoved {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
    /// The module.
    pub module: ModuleId,
}

impl Event for ItemMoved {
    const SUBJECT: &'static str = "edusphere.courses.item_moved";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item was shown to learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemPublished {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemPublished {
    const SUBJECT: &'static str = "edusphere.courses.item_published";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

/// An item was hidden from learners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemUnpublished {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
}

impl Event for ItemUnpublished {
    const SUBJECT: &'static str = "edusphere.courses.item_unpublished";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}
