//! Suggestions while somebody types: titles, and names of people.

use std::sync::Arc;

use app::Actor;
use app::search::{Card, FoundKind, Place};
use courses::catalog::CourseId;
use fulltext::{QUERY_BYTES_MAX, RANKED_MAX};
use kernel::Result;
use store::Snapshot;

use super::Search;
use super::known::SCHOOL;
use super::problems::{QUERY_TOO_LONG, SUGGESTIONS_INVALID};
use super::scope::{Scope, kind_of};
use super::seen::Seen;

/// The most suggestions, or similar things, of one answer.
pub const SUGGESTIONS_MAX: usize = 20;
/// How many there are where nothing is said.
const SUGGESTIONS: i64 = 10;
/// How many are looked at for each that is shown, as the viewer may not see some; more where that
/// is not enough.
const LOOKED_AT: usize = 4;

/// How many suggestions, or similar things, somebody asks for; 10 if they do not say.
pub fn suggestions(first: Option<i64>) -> Result<usize> {
    let first = usize::try_from(first.unwrap_or(SUGGESTIONS)).ok();
    let first = first.filter(|first| (1..=SUGGESTIONS_MAX).contains(first));
    first.ok_or_else(|| SUGGESTIONS_INVALID.on("first"))
}

impl Search {
    /// What begins as somebody types: at most `limit` titles and names that the actor may see,
    /// best first.
    pub async fn suggest(
        self: &Arc<Self>,
        snapshot: &Snapshot,
        actor: &Actor,
        (prefix, within, limit): (&str, Option<CourseId>, usize),
    ) -> Result<Vec<(FoundKind, Card)>> {
        if prefix.len() > QUERY_BYTES_MAX {
            return Err(QUERY_TOO_LONG.on("prefix"));
        }
        let (search, snapshot, actor) = (Arc::clone(self), snapshot.again(), actor.clone());
        let prefix = prefix.to_owned();
        self.askers
            .work(move || search.suggestions(&snapshot, &actor, (&prefix, within, limit)))
            .await
    }

    fn suggestions(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        (prefix, within, limit): (&str, Option<CourseId>, usize),
    ) -> Result<Vec<(FoundKind, Card)>> {
        let scope = Scope::of(snapshot, actor, (within, &[]))?;
        let Some(words) = self.words() else {
            return Ok(Vec::new());
        };
        let filter = scope.filter();
        let mut seen = Seen::new(self, snapshot, actor);
        let mut cards = Vec::new();
        for looked_at in [limit * LOOKED_AT, RANKED_MAX] {
            let found =
                seen.asking(|may_see| words.index.suggest(prefix, (&filter, may_see), looked_at))?;
            cards = self.cards(snapshot, actor, (&found, limit))?;
            if cards.len() == limit || found.len() < looked_at {
                break;
            }
        }
        Ok(cards)
    }

    /// What is told of the first of these that the actor may see.
    pub(super) fn cards(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        (found, limit): (&[fulltext::Ranking], usize),
    ) -> Result<Vec<(FoundKind, Card)>> {
        let mut cards = Vec::new();
        for hit in found {
            let Some(source) = kind_of(hit.kind).and_then(|kind| self.source(kind)) else {
                continue;
            };
            let place = Place {
                id: hit.key,
                course: hit.course.filter(|course| *course != SCHOOL),
            };
            if let Some(card) = source.card(snapshot, actor, place)? {
                cards.push((source.kind(), card));
            }
            if cards.len() == limit {
                break;
            }
        }
        Ok(cards)
    }
}
