//! The list of courses, as far as the viewer may see them.
//!
//! A member of the school sees what is open to everybody, which an index lists by code and a count
//! counts, and what they are enrolled in, which is read whole. The two are merged by code, so that
//! a page reads the viewer's own courses and itself, however many courses the school has.
//! Administrators see all. Only a search reads everything that the viewer may see.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use app::Actor;
use kernel::{Cursor, Page, PageRequest, Result};
use store::{All, Count, Index, Key, Range, Snapshot};

use super::CourseId;
use super::model::{Course, CourseState, code_key};
use super::queries::{Viewed, is_signed_in, view};
use super::tables::{
    COURSES_BY_CODE, COURSES_IN_SCHOOL, COURSES_OPEN_TO_ALL, COURSES_OPEN_TO_ALL_COUNT,
    COURSES_OPEN_TO_SCHOOL, COURSES_OPEN_TO_SCHOOL_COUNT,
};
use crate::enrollments;

/// The longest text that a search for courses takes, in characters.
const SEARCH_CHARS_MAX: usize = 256;

/// Which courses are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseFilter {
    /// In the code or the title, without regard to case.
    pub search: Option<String>,
    /// In this state.
    pub state: Option<CourseState>,
    /// Only those that the viewer is enrolled in.
    pub mine: bool,
}

impl CourseFilter {
    fn takes(&self, course: &Course) -> bool {
        let found = self.search.as_ref().is_none_or(|search| {
            course.code.to_lowercase().contains(search)
                || course.title.to_lowercase().contains(search)
        });
        found && self.state.is_none_or(|state| course.state == state)
    }

    fn takes_all(&self) -> bool {
        self.search.is_none() && self.state.is_none() && !self.mine
    }

    /// Whether it takes every course that is open to more than its members: these are published.
    fn takes_all_open(&self) -> bool {
        self.search.is_none()
            && self
                .state
                .is_none_or(|state| state == CourseState::Published)
    }

    /// Whether it takes courses that the viewer is not in.
    fn takes_open(&self) -> bool {
        !self.mine
            && self
                .state
                .is_none_or(|state| state == CourseState::Published)
    }

    /// The same filter, its text as it is compared.
    fn normalized(&self) -> Self {
        let search = self.search.as_ref().map(|text| {
            let text = text.trim().nfc().take(SEARCH_CHARS_MAX);
            text.collect::<String>().to_lowercase()
        });
        Self {
            search: search.filter(|text| !text.is_empty()),
            ..self.clone()
        }
    }
}

/// The courses that the actor may see, by code. Who is not signed in has none of their own.
pub fn courses(
    snapshot: &Snapshot,
    actor: &Actor,
    filter: &CourseFilter,
    request: &PageRequest,
) -> Result<Page<Viewed>> {
    if filter.mine {
        actor.require_signed_in()?;
    }
    let filter = filter.normalized();
    if actor.is_admin() && !filter.mine {
        if filter.takes_all() {
            return all_courses(snapshot, actor, request);
        }
        let all = snapshot.entries(&COURSES_BY_CODE, &All, Range::ALL)?;
        let all = all.map(|entry| entry.map(|(_, id)| id));
        return page_of(taken(snapshot, actor, &filter, all)?, request);
    }
    let own = own_courses(snapshot, actor)?;
    let others = Others {
        open: Open::to(actor),
        own: own.iter().map(|viewed| viewed.id).collect(),
    };
    let own = own
        .into_iter()
        .filter(|viewed| filter.takes(&viewed.course));
    let own: Vec<Viewed> = own.collect();
    if !filter.takes_open() {
        return page_of(own, request);
    }
    if filter.takes_all_open() {
        return merged(snapshot, actor, (own, &others), request);
    }
    let ids = others.ids(snapshot, Range::ALL)?;
    let ids = ids.map(|entry| entry.map(|(_, id)| id));
    let found = taken(snapshot, actor, &filter, ids)?;
    page_of(own.into_iter().chain(found).collect(), request)
}

/// The courses that are open to somebody without being in them: where they are listed and counted.
struct Open {
    listed: &'static Index<CourseId, Course, String>,
    counted: &'static Count<CourseId, Course, u8>,
    signed_in: bool,
}

impl Open {
    fn to(actor: &Actor) -> Self {
        if is_signed_in(actor) {
            Self {
                listed: &COURSES_OPEN_TO_SCHOOL,
                counted: &COURSES_OPEN_TO_SCHOOL_COUNT,
                signed_in: true,
            }
        } else {
            Self {
                listed: &COURSES_OPEN_TO_ALL,
                counted: &COURSES_OPEN_TO_ALL_COUNT,
                signed_in: false,
            }
        }
    }
}

/// The courses that are open to somebody who is not in them.
struct Others {
    open: Open,
    own: BTreeSet<CourseId>,
}

impl Others {
    /// Their places in the order of codes, read as the iterator is driven.
    fn ids<'a>(
        &'a self,
        snapshot: &'a Snapshot,
        range: Range<'_>,
    ) -> Result<impl Iterator<Item = Result<(String, CourseId)>> + use<'a>> {
        let entries = snapshot.entries(self.open.listed, &All, range)?;
        Ok(entries.filter(|entry| {
            let entry = entry.as_ref();
            entry.map_or(true, |(_, id)| !self.own.contains(id))
        }))
    }
}

/// An entry of the list that may not have been read yet.
enum Entry {
    Own(Box<Viewed>),
    Other(CourseId),
}

/// A page of one's own courses and all others that are open: of the others only those are read
/// that are on the page.
fn merged(
    snapshot: &Snapshot,
    actor: &Actor,
    (own, others): (Vec<Viewed>, &Others),
    request: &PageRequest,
) -> Result<Page<Viewed>> {
    let signed_in = others.open.signed_in;
    let hidden = own
        .iter()
        .filter(|viewed| !viewed.course.is_open_to(signed_in));
    let hidden = u64::try_from(hidden.count()).unwrap_or(u64::MAX);
    let total = snapshot
        .count(others.open.counted, &0)?
        .saturating_add(hidden);
    let mut entries = Vec::new();
    for other in others
        .ids(snapshot, Range::of(request))?
        .take(request.size() + 1)
    {
        let other = other?;
        entries.push((other.encoded(), Entry::Other(other.1)));
    }
    let own = own
        .into_iter()
        .map(|viewed| (place(&viewed), Entry::Own(Box::new(viewed))));
    let after = request.after().map(Cursor::key);
    entries.extend(own.filter(|(place, _)| after.is_none_or(|after| place.as_slice() > after)));
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    let has_next = entries.len() > request.size();
    entries.truncate(request.size());
    let mut page = Vec::with_capacity(entries.len());
    for (place, entry) in entries {
        let viewed = match entry {
            Entry::Own(viewed) => Some(*viewed),
            Entry::Other(id) => view(snapshot, actor, id)?,
        };
        page.extend(viewed.map(|viewed| (Cursor::at(place), viewed)));
    }
    Ok(Page {
        entries: page,
        has_next,
        has_previous: after.is_some(),
        total,
    })
}

/// Those of the courses that the actor sees and the filter takes.
fn taken(
    snapshot: &Snapshot,
    actor: &Actor,
    filter: &CourseFilter,
    ids: impl Iterator<Item = Result<CourseId>>,
) -> Result<Vec<Viewed>> {
    let mut taken = Vec::new();
    for id in ids {
        let viewed = view(snapshot, actor, id?)?;
        taken.extend(viewed.filter(|viewed| filter.takes(&viewed.course)));
    }
    Ok(taken)
}

/// A page of all courses: reads no more than it shows.
fn all_courses(snapshot: &Snapshot, actor: &Actor, request: &PageRequest) -> Result<Page<Viewed>> {
    let total = snapshot.count(&COURSES_IN_SCHOOL, &0)?;
    let page = snapshot.entries_page(&COURSES_BY_CODE, &All, request, total)?;
    page.read(|(_, id)| view(snapshot, actor, id))
}

/// The courses that the actor is enrolled in and may see.
fn own_courses(snapshot: &Snapshot, actor: &Actor) -> Result<Vec<Viewed>> {
    let Some(user) = actor.user_id() else {
        return Ok(Vec::new());
    };
    let mut seen = Vec::new();
    for id in enrollments::courses_of(snapshot, user)? {
        seen.extend(view(snapshot, actor, id)?.filter(|viewed| viewed.enrollment.is_some()));
    }
    Ok(seen)
}

/// The place of a course in the order of codes, as the index has it.
fn place(viewed: &Viewed) -> Vec<u8> {
    (code_key(&viewed.course.code), viewed.id).encoded()
}

/// A page of courses that have been read, in whatever order.
fn page_of(mut seen: Vec<Viewed>, request: &PageRequest) -> Result<Page<Viewed>> {
    Range::of(request).require_cursor::<(String, CourseId)>()?;
    seen.sort_by_cached_key(place);
    let total = u64::try_from(seen.len()).unwrap_or(u64::MAX);
    let after = request.after().map(Cursor::key);
    let mut rest = seen
        .into_iter()
        .map(|viewed| (Cursor::at(place(&viewed)), viewed))
        .filter(|(cursor, _)| after.is_none_or(|after| cursor.key() > after));
    let entries: Vec<_> = rest.by_ref().take(request.size()).collect();
    let has_next = rest.next().is_some();
    Ok(Page {
        entries,
        has_next,
        has_previous: after.is_some(),
        total,
    })
}
