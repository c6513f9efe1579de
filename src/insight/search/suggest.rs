//! Suggestions while somebody types: titles, and names of people.

use std::sync::Arc;

use app::Actor;
use app::search::{Card, FoundKind, Place};
use courses::catalog::CourseId;
use fulltext::QUERY_BYTES_MAX;
use kernel::Result;
use store::Snapshot;

use super::Search;
use super::known::SCHOOL;
use super::problems::QUERY_TOO_LONG;
use super::scope::{Scope, kind_of};

/// The most suggestions of one answer.
pub const SUGGESTIONS_MAX: usize = 20;
/// How many are looked at for each that is shown, as the viewer may not see some.
const LOOKED_AT: usize = 4;

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
        let limit = limit.min(SUGGESTIONS_MAX);
        let scope = Scope::of(snapshot, actor, (within, &[]))?;
        let Some(words) = self.words() else {
            return Ok(Vec::new());
        };
        let looked_at = limit * LOOKED_AT;
        let found = words.index.suggest(prefix, &scope.filter(), looked_at);
        let found = found.map_err(|error| self.unreadable(error))?;
        self.cards(snapshot, actor, (&found, limit))
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
