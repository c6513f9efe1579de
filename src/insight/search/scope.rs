//! Where is looked for somebody: which documents may be shown to them at all. Each hit is checked
//! against its record besides.

use app::Actor;
use app::search::{FoundKind, bits};
use courses::catalog::CourseId;
use courses::{catalog, enrollments};
use fulltext::{Courses, Filter};
use kernel::Result;
use rustc_hash::FxHashSet;
use store::Snapshot;

use super::known::{Known, SCHOOL};

/// Which documents are looked through.
pub(super) struct Scope {
    /// The shelves whose documents are looked through beside those that are open; `None` for all.
    pub(super) shelves: Option<FxHashSet<u128>>,
    /// Only this course.
    pub(super) within: Option<u128>,
    /// Only these kinds; all, if none is named.
    pub(super) kinds: Vec<FoundKind>,
}

impl Scope {
    /// What the actor may be shown, of these kinds, in this course or in all. A course that they
    /// may not see is refused.
    pub(super) fn of(
        snapshot: &Snapshot,
        actor: &Actor,
        (within, kinds): (Option<CourseId>, &[FoundKind]),
    ) -> Result<Self> {
        if let Some(course) = within {
            catalog::require_visible(snapshot, actor, course).map_err(|e| e.on("courseId"))?;
        }
        Ok(Self {
            shelves: shelves(snapshot, actor)?,
            within: within.map(bits),
            kinds: kinds.to_vec(),
        })
    }

    /// The same, for the full-text index.
    pub(super) fn filter(&self) -> Filter {
        let courses = self.shelves.as_ref().map_or(Courses::All, |shelves| {
            Courses::Only(shelves.iter().copied().collect())
        });
        Filter {
            courses,
            within: self.within,
            kinds: self.kinds.iter().map(|kind| code(*kind)).collect(),
        }
    }

    /// Whether a document is looked at.
    pub(super) fn holds(&self, known: &Known) -> bool {
        let shelf = known.course.unwrap_or(SCHOOL);
        let shown = match &self.shelves {
            None => true,
            Some(shelves) => known.open || shelves.contains(&shelf),
        };
        shown
            && self.within.is_none_or(|within| shelf == within)
            && (self.kinds.is_empty() || self.kinds.contains(&known.kind))
    }
}

/// The shelves of an actor's own; `None` for all there are.
fn shelves(snapshot: &Snapshot, actor: &Actor) -> Result<Option<FxHashSet<u128>>> {
    if actor.is_admin() {
        return Ok(None);
    }
    let mut shelves = FxHashSet::default();
    if let Some(user) = actor.user_id() {
        shelves.extend(
            enrollments::courses_of(snapshot, user)?
                .into_iter()
                .map(bits),
        );
    }
    if actor.is_staff() {
        shelves.insert(SCHOOL);
    }
    Ok(Some(shelves))
}

/// A kind, as the full-text index keeps it: never another number for the same kind.
pub(super) fn code(kind: FoundKind) -> u8 {
    match kind {
        FoundKind::Course => 1,
        FoundKind::Item => 2,
        FoundKind::Page => 3,
        FoundKind::File => 4,
        FoundKind::Assignment => 5,
        FoundKind::Topic => 6,
        FoundKind::Post => 7,
        FoundKind::User => 8,
    }
}

/// The kind that the full-text index keeps as this.
pub(super) fn kind_of(number: u8) -> Option<FoundKind> {
    FoundKind::ALL
        .into_iter()
        .find(|kind| code(*kind) == number)
}
