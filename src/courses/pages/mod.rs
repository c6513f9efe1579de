//! Pages: the text of a course.

mod commands;
mod events;
mod tables;

use serde::{Deserialize, Serialize};

use app::{Actor, EventType, Feature, Pairing};
use kernel::{Problem, Result, Timestamp};
use store::Snapshot;

pub use self::commands::CreatePage;
pub(crate) use self::commands::put_page;
pub use self::events::PageCreated;
use crate::catalog::{self, CourseId};
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
    Pairing::new(&tables::PAGES, |event| event.page);

const PROBLEMS: &[Problem] = &[BODY_TOO_LONG];

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::PAGES],
    events: &[EventType::of::<PageCreated>()],
    problems: PROBLEMS,
    witnesses: &[&CREATED],
    ..Feature::named("pages")
};

/// The page, as the actor sees it: staff always, others when it is published and, where items
/// lead to it, one of them is visible.
pub fn page(snapshot: &Snapshot, actor: &Actor, id: PageId) -> Result<Option<Page>> {
    let Some(page) = snapshot.get(&tables::PAGES, &id)? else {
        return Ok(None);
    };
    let Some(viewed) = catalog::view(snapshot, actor, page.course)? else {
        return Ok(None);
    };
    let shown = page.published && modules::is_reachable(snapshot, page.course, id)?;
    Ok((viewed.staff || shown).then_some(page))
}

/// How many pages a course has.
pub fn pages_in(snapshot: &Snapshot, course: CourseId) -> Result<u64> {
    snapshot.count(&tables::PAGES_IN_COURSE, &course)
}

#[cfg(test)]
mod tests;
