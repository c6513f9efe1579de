//! What is like something that somebody looks at.

use std::sync::Arc;

use app::search::{Card, FoundKind, Place, bits};
use app::{Actor, OrRefuse, UserKind};
use assess::assignments::AssignmentKind;
use community::discussions::{PostKind, TopicKind};
use courses::catalog::CourseKind;
use courses::files::FileKind;
use courses::modules::ItemKindOfId;
use courses::pages::PageKind;
use kernel::{Id, Kind, Result, problems};
use llm::{BATCH_MAX, Purpose};
use store::Snapshot;

use super::Search;
use super::known::Known;
use super::meaning::Meaning;
use super::scope::Scope;
use super::seen::Seen;

/// How many are looked at for each that is shown, as the viewer may not see some.
const LOOKED_AT: usize = 4;
/// How many passages of a long text say what it is about.
const PASSAGES: usize = 16;

/// The kind and the bits of an id of something that can be found.
pub fn named(text: &str) -> Option<(FoundKind, u128)> {
    fn of<K: Kind>(kind: FoundKind, text: &str) -> Option<(FoundKind, u128)> {
        let id = text.parse::<Id<K>>().ok()?;
        Some((kind, bits(id)))
    }
    of::<CourseKind>(FoundKind::Course, text)
        .or_else(|| of::<ItemKindOfId>(FoundKind::Item, text))
        .or_else(|| of::<PageKind>(FoundKind::Page, text))
        .or_else(|| of::<FileKind>(FoundKind::File, text))
        .or_else(|| of::<AssignmentKind>(FoundKind::Assignment, text))
        .or_else(|| of::<TopicKind>(FoundKind::Topic, text))
        .or_else(|| of::<PostKind>(FoundKind::Post, text))
        .or_else(|| of::<UserKind>(FoundKind::User, text))
}

impl Search {
    /// What is most like a record that the actor may see: by its meaning, or by its words where
    /// meaning is not to be had. What they may not see is refused as what there is not.
    pub async fn similar(
        self: &Arc<Self>,
        snapshot: &Snapshot,
        actor: &Actor,
        (kind, id, limit): (FoundKind, u128, usize),
    ) -> Result<Vec<(FoundKind, Card)>> {
        let (search, snapshot, actor) = (Arc::clone(self), snapshot.again(), actor.clone());
        let pool = if self.embedder.waits() {
            &self.callers
        } else {
            &self.askers
        };
        pool.work(move || search.like(&snapshot, &actor, (kind, id, limit)))
            .await
    }

    fn like(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        (kind, id, limit): (FoundKind, u128, usize),
    ) -> Result<Vec<(FoundKind, Card)>> {
        let source = self.source(kind).or_refuse(problems::NOT_FOUND)?;
        let words = self.words();
        let known = words
            .as_ref()
            .and_then(|words| words.catalogue().get(id).copied());
        let place = Place {
            id,
            course: known.and_then(|known: Known| known.course),
        };
        if !source.may_see(snapshot, actor, place)? {
            return problems::NOT_FOUND.refuse();
        }
        let Some(words) = words else {
            return Ok(Vec::new());
        };
        let scope = Scope::of(snapshot, actor, (None, &[]))?;
        let meant = match (self.meaning(), self.prepared(snapshot, (source, place))?) {
            (Some(meaning), Some(prepared)) => {
                let mean = mean_of(&meaning, &prepared.texts());
                mean.map(|mean| (meaning, mean))
            }
            (_, _) => None,
        };
        let looked_at = limit * LOOKED_AT;
        let found = match meant {
            Some((meaning, mean)) => {
                let mut seen = Seen::new(self, snapshot, actor);
                // Its own passages are the nearest.
                seen.found.insert(id, None);
                let catalogue = words.catalogue();
                let order = seen.by_meaning((&meaning, &mean), (&catalogue, &scope))?;
                seen.indexed(&order)
            }
            None => words
                .index
                .like(id, &scope.filter(), looked_at)
                .map_err(|error| self.unreadable(error))?,
        };
        self.cards(snapshot, actor, (&found, limit))
    }
}

/// The middle of what the passages of a text mean.
fn mean_of(meaning: &Meaning, texts: &[String]) -> Option<Vec<f32>> {
    let texts: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .take(PASSAGES.min(BATCH_MAX))
        .collect();
    let vectors = meaning.embedder.embed(&texts, Purpose::Question).ok()?;
    let mut vectors = vectors.into_iter().flatten();
    let mut mean = vectors.next()?;
    for vector in vectors {
        for (sum, number) in mean.iter_mut().zip(vector) {
            *sum += number;
        }
    }
    Some(mean)
}
