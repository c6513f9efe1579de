//! Following the log: which documents may be others now.

use app::Follower;
use app::search::{FoundKind, Place, Searchable};
use eventlog::{Message, Position, is_trimmed, read};
use kernel::Result;
use rustc_hash::FxHashSet;
use store::Snapshot;

use super::Search;

/// The most messages that are read at once.
const MESSAGES_MAX: usize = 1_000;
/// The most documents that one step puts, as far as messages can be told apart.
const TOUCHED_MAX: usize = 500;

/// Search as a follower of the log: retention keeps what it has not read.
pub struct LogReader;

/// The one there is.
pub static SEARCH: LogReader = LogReader;

impl Follower for LogReader {
    fn name(&self) -> &'static str {
        "search"
    }

    fn subjects(&self) -> &'static [&'static str] {
        &[
            "edusphere.courses.*",
            "edusphere.assignments.*",
            "edusphere.users.*",
        ]
    }
}

/// Documents that may be others now.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) to: Position,
    /// Whether there is more behind it.
    pub(super) more: bool,
    pub(super) places: Vec<(&'static dyn Searchable, Place)>,
    /// Those of them that are touched only as their course is: their texts are what they were.
    pub(super) inside: FxHashSet<u128>,
}

impl Search {
    /// What was touched behind a position; `None` where nothing has happened.
    pub(super) fn touched(&self, snapshot: &Snapshot, from: Position) -> Result<Option<Touched>> {
        let mut touched = Touched::default();
        let mut seen = FxHashSet::default();
        for (count, entry) in read(snapshot, from)?.enumerate() {
            if count == MESSAGES_MAX || touched.places.len() >= TOUCHED_MAX {
                touched.more = true;
                break;
            }
            let (position, message) = entry?;
            touched.to = position;
            for (source, place, itself) in self.touched_by(snapshot, &message)? {
                if seen.insert(place.id) {
                    touched.places.push((source, place));
                    touched.inside.insert(place.id);
                }
                if itself {
                    touched.inside.remove(&place.id);
                }
            }
        }
        Ok((touched.to > from).then_some(touched))
    }

    /// Whether messages behind a position are gone that may have touched documents. Each stream has
    /// limits of its own.
    pub(super) fn misses_messages(&self, snapshot: &Snapshot, after: Position) -> Result<bool> {
        let subjects = self.sources.iter().flat_map(|source| source.subjects());
        for subject in subjects {
            if is_trimmed(snapshot, subject, after)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a message touches, and whether it is about that itself.
    fn touched_by(
        &self,
        snapshot: &Snapshot,
        message: &Message,
    ) -> Result<Vec<(&'static dyn Searchable, Place, bool)>> {
        let subject = message.subject.as_str();
        let mut places = Vec::new();
        for source in &self.sources {
            if !source.subjects().contains(&subject) {
                continue;
            }
            let Some(place) = source.touched(message) else {
                continue;
            };
            places.push((*source, place, true));
            // Whether a course is there and who sees it concerns everything in it.
            if source.kind() == FoundKind::Course {
                for source in &self.sources {
                    let inside = source.of_course(snapshot, place.id)?;
                    places.extend(inside.into_iter().map(|place| (*source, place, false)));
                }
            }
        }
        Ok(places)
    }
}
