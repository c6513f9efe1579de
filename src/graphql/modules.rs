//! Modules and items: the order in which a course is gone through.

mod item_mutations;
mod mutations;

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Enum, ID, Object};
use courses::catalog::{COURSE_NOT_FOUND, CourseId};
use courses::modules::{
    self, Content, ItemId, ItemKindOfId, Listed, MODULE_NOT_FOUND, ModuleId, ModuleItems,
    ModuleKind,
};
use courses::progress::ITEM_NOT_FOUND;

use crate::errors::Result;
use crate::rows::Rows;
use crate::scalars::{DateTime, IdOf};
use crate::view::View;

pub(crate) use self::item_mutations::ItemMutations;
pub(crate) use self::mutations::ModuleMutations;

/// What is behind an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "modules::ItemKind")]
pub(crate) enum ItemKind {
    /// A page of the course.
    Page,
    /// A file of the course.
    File,
    /// A page elsewhere.
    Link,
    /// A video elsewhere.
    Video,
    /// Work to hand in.
    Assignment,
    /// Questions.
    Quiz,
    /// A discussion.
    Discussion,
    /// A line between others.
    Heading,
}

/// A part of a course.
pub(crate) struct CourseModule {
    id: ModuleId,
    module: modules::Module,
    items: Vec<ModuleItem>,
}

impl CourseModule {
    pub(crate) fn new(view: &Arc<View>, course: CourseId, module: ModuleItems) -> Self {
        let items = module.items.into_iter();
        let items = items
            .map(|item| ModuleItem::new(view, course, item))
            .collect();
        Self {
            id: module.id,
            module: module.module,
            items,
        }
    }
}

/// A part of a course.
#[Object(name = "Module", serial)]
impl CourseModule {
    /// The id.
    async fn id(&self) -> IdOf<ModuleKind> {
        IdOf(self.id)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.module.title
    }

    /// Its place in the course, from 1.
    async fn position(&self) -> u32 {
        self.module.position
    }

    /// Whether learners see it.
    async fn published(&self) -> bool {
        self.module.published
    }

    /// Its items by position. Unpublished ones are for the course's staff.
    async fn items(&self) -> Rows<&[ModuleItem]> {
        Rows(&self.items)
    }
}

/// An entry of a module.
pub(crate) struct ModuleItem {
    view: Arc<View>,
    course: CourseId,
    item: Listed,
}

impl ModuleItem {
    fn new(view: &Arc<View>, course: CourseId, item: Listed) -> Self {
        Self {
            view: Arc::clone(view),
            course,
            item,
        }
    }
}

/// An entry of a module.
#[Object(serial)]
impl ModuleItem {
    /// The id.
    async fn id(&self) -> IdOf<ItemKindOfId> {
        IdOf(self.item.id())
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.item.title
    }

    /// What is behind it.
    async fn kind(&self) -> ItemKind {
        self.item.content.kind().into()
    }

    /// Its place in the module, from 1.
    async fn position(&self) -> u32 {
        self.item.position
    }

    /// How long it takes, as the teacher estimates.
    async fn estimated_minutes(&self) -> Option<u32> {
        self.item.estimated_minutes
    }

    /// When it is due, for the viewer.
    async fn due_at(&self) -> Result<Option<DateTime>> {
        let mut due_at = self.item.due_at;
        if let Content::Assignment(id) = self.item.content {
            let course = self.view.course(self.course)?.or_refuse(COURSE_NOT_FOUND)?;
            due_at = self.view.extended(&course)?.due_at(id, due_at);
        }
        Ok(due_at.map(DateTime))
    }

    /// The id of the page, file, assignment or topic behind it; null for what is elsewhere.
    async fn content_id(&self) -> Option<ID> {
        self.item.content.id_text().map(ID)
    }

    /// The address of what is elsewhere; null for what is of this course.
    async fn url(&self) -> Option<&str> {
        self.item.content.url()
    }

    /// Whether learners see it.
    async fn published(&self) -> bool {
        self.item.visible
    }

    /// Whether it is published itself; learners see it when its module is published too.
    async fn published_itself(&self) -> bool {
        self.item.is_published()
    }

    /// Whether the viewer has completed it; null for who is not enrolled.
    async fn completed(&self) -> Result<Option<bool>> {
        let course = self.view.course(self.course)?;
        if course.is_none_or(|course| course.enrollment.is_none()) {
            return Ok(None);
        }
        let completed = self.view.completed(self.course)?;
        Ok(completed.map(|completed| completed.binary_search(&self.item.id()).is_ok()))
    }
}

fn show_module(view: &Arc<View>, course: CourseId, id: ModuleId) -> kernel::Result<CourseModule> {
    let viewed = view.course(course)?.or_refuse(COURSE_NOT_FOUND)?;
    let mut modules = modules::modules_of(view.snapshot(), &viewed)?.into_iter();
    let module = modules
        .find(|module| module.id == id)
        .or_refuse(MODULE_NOT_FOUND)?;
    Ok(CourseModule::new(view, course, module))
}

fn show_item(view: &Arc<View>, course: CourseId, id: ItemId) -> kernel::Result<ModuleItem> {
    let viewed = view.course(course)?.or_refuse(COURSE_NOT_FOUND)?;
    let item = modules::item(view.snapshot(), &viewed, id)?.or_refuse(ITEM_NOT_FOUND)?;
    Ok(ModuleItem::new(view, course, item))
}
