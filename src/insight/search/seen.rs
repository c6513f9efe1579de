//! Which of what was found somebody may see: each is looked up once for an answer.

use app::Actor;
use app::search::{FoundKind, Place};
use fulltext::{MaySee, Ranking};
use kernel::Result;
use rustc_hash::FxHashMap;
use store::Snapshot;

use super::Search;
use super::known::SCHOOL;
use super::scope::{code, kind_of};

/// A document that the viewer may see.
pub(super) struct Candidate {
    pub(super) kind: FoundKind,
    pub(super) place: Place,
    /// The passage that means most like the question.
    pub(super) passage: Option<u32>,
}

/// The records that were looked at for an answer, and whether the viewer may see them.
pub(super) struct Seen<'a> {
    pub(super) search: &'a Search,
    pub(super) snapshot: &'a Snapshot,
    pub(super) actor: &'a Actor,
    pub(super) found: FxHashMap<u128, Option<Candidate>>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(search: &'a Search, snapshot: &'a Snapshot, actor: &'a Actor) -> Self {
        let found = FxHashMap::default();
        Self {
            search,
            snapshot,
            actor,
            found,
        }
    }

    pub(super) fn may_see(&mut self, kind: FoundKind, place: Place) -> Result<bool> {
        if let Some(found) = self.found.get(&place.id) {
            return Ok(found.is_some());
        }
        let source = self.search.source(kind);
        let may = source.map(|source| source.may_see(self.snapshot, self.actor, place));
        let may = may.transpose()?.unwrap_or(false);
        let candidate = may.then_some(Candidate {
            kind,
            place,
            passage: None,
        });
        self.found.insert(place.id, candidate);
        Ok(may)
    }

    /// The same of a document that the full-text index has: its key, kind and course.
    pub(super) fn may_see_indexed(
        &mut self,
        (key, kind, course): (u128, u8, Option<u128>),
    ) -> Result<bool> {
        let Some(kind) = kind_of(kind) else {
            return Ok(false);
        };
        let course = course.filter(|course| *course != SCHOOL);
        self.may_see(kind, Place { id: key, course })
    }

    /// Documents that may be seen, as the full-text index tells of them.
    pub(super) fn indexed(&self, order: &[(u128, f64)]) -> Vec<Ranking> {
        let found = order.iter().filter_map(|(key, _)| {
            let candidate = self.found.get(key)?.as_ref()?;
            Some(Ranking {
                key: *key,
                kind: code(candidate.kind),
                course: Some(candidate.place.course.unwrap_or(SCHOOL)),
                score: 0.0,
            })
        });
        found.collect()
    }

    /// Asks the full-text index, which asks in turn whether the viewer may see what it comes upon.
    pub(super) fn asking<T>(
        &mut self,
        ask: impl FnOnce(MaySee<'_>) -> Result<T, fulltext::Error>,
    ) -> Result<T> {
        let search = self.search;
        let mut failed = None;
        let answer = ask(&mut |entry| {
            let may = self.may_see_indexed((entry.key, entry.kind, entry.course));
            may.unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        });
        match failed {
            Some(error) => Err(error),
            None => answer.map_err(|error| search.unreadable(error)),
        }
    }
}
