//! What changes on the way from a course to its copy: ids, links and dates.

use std::cell::Cell;
use std::collections::HashMap;

use kernel::{Id, Kind, Result, Timestamp};

use crate::catalog::{COPY_TOO_LARGE, CourseId};
use crate::markup::SafeHtml;

/// The most text that one copy takes over, in bytes.
const TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The most pages, files, assignments, topics and modules that one copy takes over.
const PIECES_MAX: usize = 20_000;
/// How long an id is behind its kind.
const ID_CHARS: usize = 26;

/// A copy on its way: what stands for what, and by how much dates move.
#[derive(Debug)]
pub struct Copying {
    course: CourseId,
    /// The id of each thing that is copied, as text, with that of its copy.
    ids: HashMap<String, String>,
    /// When the course begins, and when its copy does.
    begin: Option<(Timestamp, Timestamp)>,
    /// How much text was taken over.
    bytes: Cell<usize>,
}

impl Copying {
    /// Of a course into another one; dates move as its beginning does.
    pub(super) fn new(
        (from, to): (CourseId, CourseId),
        begin: Option<(Timestamp, Timestamp)>,
    ) -> Self {
        Self {
            course: to,
            ids: HashMap::from([(from.to_string(), to.to_string())]),
            begin,
            bytes: Cell::new(0),
        }
    }

    /// Has one id stand for another; refused when there are too many.
    pub(super) fn stands<K: Kind>(&mut self, from: Id<K>, to: Id<K>) -> Result<()> {
        self.ids.insert(from.to_string(), to.to_string());
        if self.ids.len() > PIECES_MAX {
            return COPY_TOO_LARGE.refuse();
        }
        Ok(())
    }

    /// The copy.
    pub fn course(&self) -> CourseId {
        self.course
    }

    /// The id of the copy of something; `None` for what is not copied.
    pub(super) fn of<K: Kind>(&self, from: Id<K>) -> Option<Id<K>> {
        self.ids.get(&from.to_string())?.parse().ok()
    }

    /// A moment of the course, as far behind the beginning of the copy.
    pub fn moment(&self, at: Option<Timestamp>) -> Option<Timestamp> {
        let (at, Some((from, to))) = (at?, self.begin) else {
            return at;
        };
        Some(if to < from {
            at.minus(from.since(to))
        } else {
            at.plus(to.since(from))
        })
    }

    /// A safe text whose links lead into the copy. Ids have letters and digits alone, and each is
    /// replaced by one of the same length, so what was safe stays so.
    pub fn html(&self, html: &SafeHtml) -> Result<SafeHtml> {
        self.text(html.as_str()).map(SafeHtml::rewritten)
    }

    /// A text with the ids of copies in place of those of the course; refused when it is too much.
    pub(super) fn text(&self, text: &str) -> Result<String> {
        let bytes = self.bytes.get().saturating_add(text.len());
        if bytes > TEXT_BYTES_MAX {
            return COPY_TOO_LARGE.refuse();
        }
        self.bytes.set(bytes);
        let mut copied = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, id, after)) = next_id(rest) {
            copied.push_str(before);
            copied.push_str(self.ids.get(id).map_or(id, String::as_str));
            rest = after;
        }
        copied.push_str(rest);
        Ok(copied)
    }
}

/// The next thing in a text that looks like an id, with what stands before and behind it.
fn next_id(text: &str) -> Option<(&str, &str, &str)> {
    for (at, _) in text.match_indices('_') {
        let Some((before, rest)) = text.split_at_checked(at) else {
            continue;
        };
        let kind = before.rsplit(|c: char| !c.is_ascii_lowercase()).next();
        let begin = at - kind.map_or(0, str::len);
        let end = ID_CHARS + 1;
        let is_id = rest
            .get(1..end)
            .is_some_and(|id| id.bytes().all(|c| c.is_ascii_alphanumeric()));
        if is_id && begin < at {
            let (before, rest) = text.split_at_checked(begin)?;
            let (id, after) = rest.split_at_checked(at - begin + end)?;
            return Some((before, id, after));
        }
    }
    None
}
