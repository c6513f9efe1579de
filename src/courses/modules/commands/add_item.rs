//! Adds an item at the end of a module.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, Timestamp};
use store::{Range, Snapshot};

use super::follow_content::Shown;
use crate::catalog::{self, CourseId, title_of};
use crate::modules::events::ItemAdded;
use crate::modules::model::{Content, Item, WebAddress, require_minutes};
use crate::modules::problems::{CONTENT_NOT_FOUND, TOO_MANY_ITEMS};
use crate::modules::queries::require_module;
use crate::modules::tables::ITEMS;
use crate::modules::{AssignmentId, ItemId, ModuleId, TopicId};
use crate::neighbours::Neighbours;
use crate::pages::PageId;
use crate::{files, pages};

/// The most items of one course.
pub(crate) const ITEMS_MAX: usize = 5_000;

/// Adds an item to a module, for something elsewhere or something of the course. Pages, assignments
/// and topics can also add their first item when they are made.
#[derive(Debug, Clone)]
pub struct AddItem {
    /// The course.
    pub course: CourseId,
    /// The module.
    pub module: ModuleId,
    /// What it is called.
    pub title: String,
    /// What is behind it.
    pub content: Linked,
    /// How long it takes.
    pub estimated_minutes: Option<u32>,
    /// Whether learners see it.
    pub published: bool,
}

/// What an item can be added for.
#[derive(Debug, Clone)]
pub enum Linked {
    /// Nothing: a line between others.
    Heading,
    /// A page elsewhere.
    Link(WebAddress),
    /// A video elsewhere.
    Video(WebAddress),
    /// A file of the course.
    File(files::FileId),
    /// A page of the course.
    Page(PageId),
    /// An assignment of the course, and who knows it.
    Assignment(AssignmentId, Neighbours),
    /// A topic of the course, and who knows it.
    Topic(TopicId, Neighbours),
}

impl Linked {
    /// What is behind the item, as the item shows it.
    fn shown(&self, snapshot: &Snapshot, course: CourseId) -> Result<(Content, Shown)> {
        let anyhow = Shown {
            title: None,
            due_at: None,
            published: None,
        };
        Ok(match self {
            Self::Heading => (Content::Heading, anyhow),
            Self::Link(address) => (Content::Link(address.clone()), anyhow),
            Self::Video(address) => (Content::Video(address.clone()), anyhow),
            Self::File(id) => {
                files::course_file(snapshot, course, *id)?
                    .or_refuse(files::FILE_NOT_FOUND)
                    .map_err(|e| e.on("fileId"))?;
                (Content::File(*id), anyhow)
            }
            Self::Page(id) => {
                let page = pages::page_of(snapshot, *id)?;
                let page = page.filter(|page| page.course == course);
                let published = Some(existing(page)?.published);
                let shown = Shown {
                    published,
                    ..anyhow
                };
                (Content::Page(*id), shown)
            }
            Self::Assignment(id, neighbours) => {
                let shown = (neighbours.assignment_in)(snapshot, course, *id)?;
                (Content::Assignment(*id), existing(shown)?)
            }
            Self::Topic(id, neighbours) => {
                let shown = (neighbours.topic_in)(snapshot, course, *id)?;
                (Content::Topic(*id), existing(shown)?)
            }
        })
    }
}

fn existing<T>(found: Option<T>) -> Result<T> {
    let found = found.or_refuse(CONTENT_NOT_FOUND);
    found.map_err(|error| error.on("contentId"))
}

impl Command for AddItem {
    type Out = ItemId;
    const NAME: &'static str = "items.add";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<ItemId> {
        let (content, shown) = self.content.shown(tx, self.course)?;
        let item = NewItem {
            module: self.module,
            title: title_of(&self.title)?,
            content,
            estimated_minutes: self.estimated_minutes,
            due_at: shown.due_at,
            // What learners do not see is not led to; the item follows when it is published.
            published: self.published && shown.published.unwrap_or(true),
        };
        add_item(tx, self.course, item)
    }
}

/// An item that is to be added.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// The module.
    pub module: ModuleId,
    /// What it is called, within its limits.
    pub title: String,
    /// What is behind it.
    pub content: Content,
    /// How long it takes.
    pub estimated_minutes: Option<u32>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Whether learners see it, when they see its module.
    pub published: bool,
}

/// Adds an item at the end of its module, for a command that checked who asks.
pub fn add_item(tx: &mut Tx<'_>, course: CourseId, new: NewItem) -> Result<ItemId> {
    let module = require_module(tx, course, new.module)?;
    require_minutes(new.estimated_minutes)?;
    let (mut count, mut last) = (0, 0);
    for entry in tx.scan(&ITEMS, &course, Range::ALL)? {
        let (_, item) = entry?;
        count += 1;
        if item.module == new.module {
            last = last.max(item.position);
        }
    }
    if count >= ITEMS_MAX {
        return TOO_MANY_ITEMS.refuse();
    }
    put_item(tx, course, new, (module.published, last + 1))
}

/// Puts an item at a place that is known to be free.
pub(crate) fn put_item(
    tx: &mut Tx<'_>,
    course: CourseId,
    new: NewItem,
    (module_published, position): (bool, u32),
) -> Result<ItemId> {
    let id = tx.new_id();
    let item = Item {
        module: new.module,
        title: new.title,
        position,
        estimated_minutes: new.estimated_minutes,
        due_at: new.due_at,
        content: new.content,
        visible: new.published && module_published,
        published: Some(new.published),
    };
    tx.put(&ITEMS, &(course, id), &item)?;
    tx.emit(&ItemAdded { course, item: id })?;
    Ok(id)
}
