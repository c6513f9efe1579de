//! Pages: the text of a course.

mod commands;
mod events;
mod search;
mod tables;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use app::{Actor, EventType, Feature, Pairing, Removal};
use kernel::{PageRequest, Problem, ProblemKind, Result, Timestamp};
use store::{Range, Snapshot};

pub use self::commands::{CreatePage, DeletePage, PageChange, UpdatePage};
pub(crate) use self::commands::{publish, put_page};
pub use self::events::{PageCreated, PageDeleted, PageUpdated};
use crate::catalog::{self, CourseId, Viewed};
use crate::markup::{BODY_TOO_LONG, SafeHtml};
use crate::modules;

kernel::id_kind!(pub PageKind, PageId, "page");

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The course it belongs to.
    pub course: CourseId,
    /// What it is called.
    pub title: String,
    /// Its text.
    pub body: SafeHtml,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Whether learners may read it when no item leads to it.
    pub published: bool,
}

static CREATED: Pairing<PageCreated, PageId, Page> =
    Pairing::new(&tables::PAGES, |event: &PageCreated| event.page).until(&DELETED);
static DELETED: Removal<PageDeleted, PageId> = Removal::new(|event| event.page);

/// No such page, or not to be seen.
pub const PAGE_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such page here, or you may not see it.",
);

/// Somebody else was faster.
pub const EDIT_CONFLICT: Problem = Problem::new(
    ProblemKind::Conflict,
    "EDIT_CONFLICT",
    "Somebody changed the page since you read it; read it again, and change what it says now.",
);

const PROBLEMS: &[Problem] = &[BODY_TOO_LONG, EDIT_CONFLICT];

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::PAGES],
    events: &[
        EventType::of::<PageCreated>(),
        EventType::of::<PageUpdated>(),
        EventType::of::<PageDeleted>(),
    ],
    problems: PROBLEMS,
    witnesses: &[&CREATED],
    searchables: &[&search::SEARCHED],
    ..Feature::named("pages")
};

/// The page, as the actor sees it: staff always, others when it is published and, where items
/// lead to it, one of them is visible.
pub fn page(snapshot: &Snapshot, actor: &Actor, id: PageId) -> Result<Option<Page>> {
    let page = seen(snapshot, actor, id)?;
    Ok(page.map(Arc::unwrap_or_clone))
}

/// The same, shared with whoever else reads it.
fn seen(snapshot: &Snapshot, actor: &Actor, id: PageId) -> Result<Option<Arc<Page>>> {
    let Some(page) = snapshot.shared(&tables::PAGES, &id)? else {
        return Ok(None);
    };
    let Some(viewed) = catalog::view(snapshot, actor, page.course)? else {
        return Ok(None);
    };
    let shown = page.published && modules::is_reachable(snapshot, page.course, id)?;
    Ok((viewed.staff || shown).then_some(page))
}

/// The page with this id, whoever asks.
pub(crate) fn page_of(snapshot: &Snapshot, id: PageId) -> Result<Option<Page>> {
    snapshot.get(&tables::PAGES, &id)
}

/// The pages of a course, whoever asks, the oldest first.
pub(crate) fn pages_of(snapshot: &Snapshot, course: CourseId) -> Result<Vec<PageId>> {
    snapshot
        .entries(&tables::PAGES_OF_COURSE, &course, Range::ALL)?
        .map(|entry| entry.map(|(_, page)| page))
        .collect()
}

/// The pages of a course, the oldest first, for its staff: those that no item leads to as well.
pub fn list(
    snapshot: &Snapshot,
    viewed: &Viewed,
    request: &PageRequest,
) -> Result<kernel::Page<(PageId, Page)>> {
    viewed.require_staff()?;
    let total = pages_in(snapshot, viewed.id)?;
    let listed = snapshot.entries_page(&tables::PAGES_OF_COURSE, &viewed.id, request, total)?;
    let mut entries = Vec::with_capacity(listed.entries.len());
    for (cursor, (_, id)) in listed.entries {
        entries.extend(page_of(snapshot, id)?.map(|page| (cursor, (id, page))));
    }
    Ok(kernel::Page {
        entries,
        has_next: listed.has_next,
        has_previous: listed.has_previous,
        total: listed.total,
    })
}

/// How many pages a course has.
pub fn pages_in(snapshot: &Snapshot, course: CourseId) -> Result<u64> {
    snapshot.count(&tables::PAGES_IN_COURSE, &course)
}

#[cfg(test)]
mod tests;
