//! What an assignment is, and when it takes work. Pure.

use serde::{Deserialize, Serialize};

use courses::catalog::{CourseId, title_of};
use courses::markup::SafeHtml;
use kernel::{Change, Problem, Result, Timestamp};

use super::late_penalty::LatePenalty;
use super::problems::{
    ASSIGNMENT_CLOSED, ASSIGNMENT_NOT_OPEN, ATTEMPTS_EXHAUSTED, ATTEMPTS_INVALID, DATES_UNORDERED,
    POINTS_INVALID,
};
use super::work_kinds::WorkKinds;

/// The most points of one assignment.
const POINTS_MAX: f64 = 1_000_000.0;
/// The most attempts that an assignment can allow.
const ATTEMPTS_MAX: u32 = 1_000;

/// Work that is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The course it belongs to.
    pub course: CourseId,
    /// What it is called.
    pub title: String,
    /// What is to be done.
    pub instructions: SafeHtml,
    /// How many points there are; `None` where it is not graded by points.
    pub points: Option<f64>,
    /// After this a submission is late.
    pub due_at: Option<Timestamp>,
    /// Before this nothing is taken.
    pub unlock_at: Option<Timestamp>,
    /// From this on nothing is taken.
    pub lock_at: Option<Timestamp>,
    /// How often a learner may hand in; `None` for any number.
    pub attempts_allowed: Option<u32>,
    /// Whether learners see it.
    pub published: bool,
    /// Since when grades are shown as they are given; before, they are hidden.
    pub grades_posted_at: Option<Timestamp>,
    /// What can be handed in.
    #[serde(default)]
    pub kinds: WorkKinds,
    /// Whether work is taken after the due date, until it closes.
    #[serde(default = "late_is_accepted")]
    pub accepts_late: bool,
    /// What late work loses; `None` when nothing.
    #[serde(default)]
    pub late_penalty: Option<LatePenalty>,
}

/// What assignments say that were made before they could say anything else.
fn late_is_accepted() -> bool {
    true
}

impl Assignment {
    /// When and how often everybody may hand in who has no extension.
    pub fn terms(&self) -> Terms {
        Terms {
            unlock_at: self.unlock_at,
            due_at: self.due_at,
            lock_at: self.lock_at,
            attempts_allowed: self.attempts_allowed,
            accepts_late: self.accepts_late,
        }
    }
}

/// When and how often a learner may hand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Before this nothing is taken.
    pub unlock_at: Option<Timestamp>,
    /// After this a submission is late.
    pub due_at: Option<Timestamp>,
    /// From this on nothing is taken.
    pub lock_at: Option<Timestamp>,
    /// How often; `None` for any number of times.
    pub attempts_allowed: Option<u32>,
    /// Whether late work is taken.
    pub accepts_late: bool,
}

impl Terms {
    /// Why nothing is taken at `now` from somebody who has handed in `attempts` times, if so.
    pub fn refuses(&self, now: Timestamp, attempts: u64) -> Option<Problem> {
        if self.unlock_at.is_some_and(|unlock| now < unlock) {
            return Some(ASSIGNMENT_NOT_OPEN);
        }
        let locked = self.lock_at.is_some_and(|lock| now >= lock);
        if locked || (self.is_late(now) && !self.accepts_late) {
            return Some(ASSIGNMENT_CLOSED);
        }
        let exhausted = self
            .attempts_allowed
            .is_some_and(|allowed| attempts >= u64::from(allowed));
        exhausted.then_some(ATTEMPTS_EXHAUSTED)
    }

    /// Whether what is handed in at `now` is late.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| now > due)
    }
}

/// The dates of an assignment or an extension must be in this order.
pub(crate) fn require_order(
    unlock_at: Option<Timestamp>,
    due_at: Option<Timestamp>,
    lock_at: Option<Timestamp>,
) -> Result<()> {
    let given = [unlock_at, due_at, lock_at].into_iter().flatten();
    let never_open = unlock_at
        .zip(lock_at)
        .is_some_and(|(open, shut)| open == shut);
    if !given.is_sorted() || never_open {
        return Err(DATES_UNORDERED.on("dueAt"));
    }
    Ok(())
}

/// An assignment that is to be made, its fields within their limits.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAssignment {
    pub(super) title: String,
    pub(super) instructions: SafeHtml,
    pub(super) points: Option<f64>,
    pub(super) due_at: Option<Timestamp>,
    pub(super) unlock_at: Option<Timestamp>,
    pub(super) lock_at: Option<Timestamp>,
    pub(super) attempts_allowed: Option<u32>,
    pub(super) published: bool,
    pub(super) kinds: WorkKinds,
    pub(super) accepts_late: bool,
    pub(super) late_penalty: Option<LatePenalty>,
}

impl NewAssignment {
    /// An assignment that is always open, for any number of attempts of any kind, without points.
    pub fn titled(title: &str, instructions: SafeHtml) -> Result<Self> {
        Ok(Self {
            title: title_of(title)?,
            instructions,
            points: None,
            due_at: None,
            unlock_at: None,
            lock_at: None,
            attempts_allowed: None,
            published: true,
            kinds: WorkKinds::ALL,
            accepts_late: true,
            late_penalty: None,
        })
    }

    /// For this many points, 0 to 1,000,000.
    pub fn points(self, points: Option<f64>) -> Result<Self> {
        if points.is_some_and(|points| !(0.0..=POINTS_MAX).contains(&points)) {
            return Err(POINTS_INVALID.on("points"));
        }
        Ok(Self { points, ..self })
    }

    /// Open from `unlock_at` until `lock_at`, late after `due_at`.
    pub fn dates(
        self,
        unlock_at: Option<Timestamp>,
        due_at: Option<Timestamp>,
        lock_at: Option<Timestamp>,
    ) -> Result<Self> {
        require_order(unlock_at, due_at, lock_at)?;
        Ok(Self {
            due_at,
            unlock_at,
            lock_at,
            ..self
        })
    }

    /// For this many attempts, 1 to 1,000.
    pub fn attempts(self, attempts_allowed: Option<u32>) -> Result<Self> {
        if attempts_allowed.is_some_and(|attempts| !(1..=ATTEMPTS_MAX).contains(&attempts)) {
            return Err(ATTEMPTS_INVALID.on("attemptsAllowed"));
        }
        Ok(Self {
            attempts_allowed,
            ..self
        })
    }

    /// Whether learners see it.
    #[must_use]
    pub fn published(self, published: bool) -> Self {
        Self { published, ..self }
    }

    /// What can be handed in.
    #[must_use]
    pub fn kinds(self, kinds: WorkKinds) -> Self {
        Self { kinds, ..self }
    }

    /// Whether late work is taken, and what it loses.
    #[must_use]
    pub fn late(self, accepts_late: bool, late_penalty: Option<LatePenalty>) -> Self {
        Self {
            accepts_late,
            late_penalty,
            ..self
        }
    }
}

impl From<&Assignment> for NewAssignment {
    fn from(old: &Assignment) -> Self {
        Self {
            title: old.title.clone(),
            instructions: old.instructions.clone(),
            points: old.points,
            due_at: old.due_at,
            unlock_at: old.unlock_at,
            lock_at: old.lock_at,
            attempts_allowed: old.attempts_allowed,
            published: old.published,
            kinds: old.kinds,
            accepts_late: old.accepts_late,
            late_penalty: old.late_penalty,
        }
    }
}

/// What is to become of an assignment; by default nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssignmentChange {
    /// Its title.
    pub title: Change<String>,
    /// What is to be done.
    pub instructions: Change<SafeHtml>,
    /// How many points there are.
    pub points: Change<Option<f64>>,
    /// When it opens.
    pub unlock_at: Change<Option<Timestamp>>,
    /// When it is due.
    pub due_at: Change<Option<Timestamp>>,
    /// When it closes.
    pub lock_at: Change<Option<Timestamp>>,
    /// How often a learner may hand in. Fewer than somebody has used takes nothing from them.
    pub attempts_allowed: Change<Option<u32>>,
    /// What can be handed in from now on.
    pub kinds: Change<WorkKinds>,
    /// Whether late work is taken from now on.
    pub accepts_late: Change<bool>,
    /// What late work loses when it is next graded.
    pub late_penalty: Change<Option<LatePenalty>>,
}

impl AssignmentChange {
    /// The assignment after the change, its fields within their limits.
    pub(super) fn over(self, old: &NewAssignment) -> Result<NewAssignment> {
        let instructions = self.instructions.over(old.instructions.clone());
        NewAssignment::titled(&self.title.over(old.title.clone()), instructions)?
            .points(self.points.over(old.points))?
            .dates(
                self.unlock_at.over(old.unlock_at),
                self.due_at.over(old.due_at),
                self.lock_at.over(old.lock_at),
            )?
            .attempts(self.attempts_allowed.over(old.attempts_allowed))
            .map(|new| {
                let accepts_late = self.accepts_late.over(old.accepts_late);
                let late_penalty = self.late_penalty.over(old.late_penalty);
                new.kinds(self.kinds.over(old.kinds))
                    .late(accepts_late, late_penalty)
                    .published(old.published)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn essay() -> NewAssignment {
        NewAssignment::titled("Essay", SafeHtml::default()).unwrap()
    }

    #[test]
    fn fields_outside_their_limits_are_refused() {
        for points in [-1.0, f64::NAN, f64::INFINITY, 1e7] {
            assert_eq!(
                essay().points(Some(points)).unwrap_err().problem(),
                Some(POINTS_INVALID)
            );
        }
        assert!(essay().attempts(Some(0)).is_err());
        let (one, two) = (
            Some(Timestamp::from_millis(1)),
            Some(Timestamp::from_millis(2)),
        );
        assert!(essay().dates(two, one, None).is_err());
        assert!(essay().dates(one, None, one).is_err());
        assert!(essay().dates(one, two, two).is_ok());
    }

    #[test]
    fn late_work_is_taken_until_it_closes_unless_it_is_said_otherwise() {
        let at = |secs: i64| Timestamp::from_millis(secs * 1_000);
        let terms = Terms {
            unlock_at: Some(at(1)),
            due_at: Some(at(2)),
            lock_at: Some(at(4)),
            attempts_allowed: Some(2),
            accepts_late: true,
        };
        let strict = Terms {
            accepts_late: false,
            ..terms
        };
        assert_eq!(strict.refuses(at(2), 0), None, "at the moment it is due");
        assert_eq!(strict.refuses(at(3), 0), Some(ASSIGNMENT_CLOSED));
        assert_eq!(terms.refuses(at(3), 0), None);
        assert_eq!(terms.refuses(at(4), 0), Some(ASSIGNMENT_CLOSED));
        assert_eq!(terms.refuses(at(0), 0), Some(ASSIGNMENT_NOT_OPEN));
        assert_eq!(terms.refuses(at(3), 2), Some(ATTEMPTS_EXHAUSTED));
        assert_eq!(terms.refuses(at(3), 9), Some(ATTEMPTS_EXHAUSTED));
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_is_held_to_the_same_limits() {
        let at = |secs: i64| Some(Timestamp::from_millis(secs * 1_000));
        let old = essay().points(Some(5.0)).unwrap();
        let old = old.dates(at(1), at(2), at(3)).unwrap().published(false);
        assert_eq!(AssignmentChange::default().over(&old).unwrap(), old);
        let without_points = AssignmentChange {
            points: Change::To(None),
            ..AssignmentChange::default()
        };
        let new = without_points.over(&old).unwrap();
        assert_eq!(
            (new.points, new.due_at, new.published),
            (None, at(2), false)
        );
        let due_after_it_closes = AssignmentChange {
            due_at: Change::To(at(4)),
            ..AssignmentChange::default()
        };
        let refused = due_after_it_closes.over(&old).unwrap_err();
        assert_eq!(refused.problem(), Some(DATES_UNORDERED));
    }
}
