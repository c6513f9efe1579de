//! All that is in a course, and putting it into its copy.

use app::Tx;
use kernel::{Id, Kind, Result};
use store::Snapshot;

use super::copying::Copying;
use crate::catalog::Viewed;
use crate::files::{self, File, FileId};
use crate::modules::{
    self, AssignmentId, Content, Item, ModuleItems, NewItem, NotImported, TopicId,
};
use crate::neighbours::Neighbours;
use crate::pages::{self, Page, PageId};

/// What is in a course. Texts are read when they are copied, one at a time.
pub(super) struct Outline {
    modules: Vec<ModuleItems>,
    pages: Vec<PageId>,
    files: Vec<FileId>,
    assignments: Vec<AssignmentId>,
    topics: Vec<TopicId>,
}

impl Outline {
    /// What is in a course, for its staff.
    pub(super) fn of(
        snapshot: &Snapshot,
        viewed: &Viewed,
        neighbours: &Neighbours,
    ) -> Result<Self> {
        Ok(Self {
            modules: modules::modules_of(snapshot, viewed)?,
            pages: pages::pages_of(snapshot, viewed.id)?,
            files: files::all_of(snapshot, viewed.id)?,
            assignments: (neighbours.assignments_of)(snapshot, viewed.id)?,
            topics: (neighbours.topics_of)(snapshot, viewed.id)?,
        })
    }

    /// Gives everything that texts may link to the id of its copy.
    pub(super) fn give_ids(&self, tx: &mut Tx<'_>, copying: &mut Copying) -> Result<()> {
        give(tx, copying, self.modules.iter().map(|module| &module.id))?;
        give(tx, copying, &self.pages)?;
        give(tx, copying, &self.files)?;
        give(tx, copying, &self.assignments)?;
        give(tx, copying, &self.topics)
    }

    /// Puts the copies.
    pub(super) fn put(
        &self,
        tx: &mut Tx<'_>,
        copying: &Copying,
        neighbours: &Neighbours,
    ) -> Result<()> {
        for (from, to) in pairs(&self.pages, copying) {
            put_page(tx, (from, to), copying)?;
        }
        for (from, to) in pairs(&self.files, copying) {
            put_file(tx, (from, to), copying)?;
        }
        for pair in pairs(&self.assignments, copying) {
            (neighbours.copy_assignment)(tx, pair, copying)?;
        }
        for pair in pairs(&self.topics, copying) {
            (neighbours.copy_topic)(tx, pair, copying)?;
        }
        for module in &self.modules {
            put_module(tx, module, copying)?;
        }
        Ok(())
    }
}

fn give<'a, K: Kind + 'a>(
    tx: &mut Tx<'_>,
    copying: &mut Copying,
    ids: impl IntoIterator<Item = &'a Id<K>>,
) -> Result<()> {
    for id in ids {
        copying.stands(*id, tx.new_id())?;
    }
    Ok(())
}

/// Each of these with its copy.
fn pairs<K: Kind>(ids: &[Id<K>], copying: &Copying) -> impl Iterator<Item = (Id<K>, Id<K>)> {
    ids.iter()
        .filter_map(|id| copying.of(*id).map(|copy| (*id, copy)))
}

fn put_page(tx: &mut Tx<'_>, (from, to): (PageId, PageId), copying: &Copying) -> Result<()> {
    let Some(page) = pages::page_of(tx, from)? else {
        return Ok(());
    };
    let copy = Page {
        course: copying.course(),
        body: copying.html(&page.body)?,
        updated_at: tx.now(),
        ..page
    };
    pages::put_page(tx, to, &copy)
}

fn put_file(tx: &mut Tx<'_>, (from, to): (FileId, FileId), copying: &Copying) -> Result<()> {
    let Some(file) = files::file(tx, from)? else {
        return Ok(());
    };
    let copy = File {
        course: copying.course(),
        added_at: tx.now(),
        ..file
    };
    files::put_file(tx, to, &copy)
}

fn put_module(tx: &mut Tx<'_>, from: &ModuleItems, copying: &Copying) -> Result<()> {
    let Some(id) = copying.of(from.id) else {
        return Ok(());
    };
    let (title, published) = (from.module.title.clone(), from.module.published);
    modules::add_module(tx, (copying.course(), id), title, published)?;
    for (position, item) in (1..).zip(&from.items) {
        let new = NewItem {
            module: id,
            title: item.title.clone(),
            content: content(item, copying),
            estimated_minutes: item.estimated_minutes,
            due_at: copying.moment(item.due_at),
            published: item.is_published(),
        };
        modules::put_item(tx, copying.course(), new, (published, position))?;
    }
    Ok(())
}

/// What is behind the copy of an item. What is not there any more is not there in the copy either.
fn content(item: &Item, copying: &Copying) -> Content {
    let copied = match &item.content {
        Content::Page(id) => copying.of(*id).map(Content::Page),
        Content::File(id) => copying.of(*id).map(Content::File),
        Content::Assignment(id) => copying.of(*id).map(Content::Assignment),
        Content::Topic(id) => copying.of(*id).map(Content::Topic),
        elsewhere @ (Content::Link(_)
        | Content::Video(_)
        | Content::NotImported(_)
        | Content::Heading) => Some(elsewhere.clone()),
    };
    copied.unwrap_or(Content::NotImported(NotImported::Other))
}
