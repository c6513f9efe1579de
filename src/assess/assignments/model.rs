//! What an assignment is, and when it takes work. Pure.

use serde::{Deserialize, Serialize};

use courses::catalog::{CourseId, title_of};
use courses::markup::SafeHtml;
use kernel::{Problem, Result, Timestamp};

use super::problems::{
    ASSIGNMENT_CLOSED, ASSIGNMENT_NOT_OPEN, ATTEMPTS_EXHAUSTED, ATTEMPTS_INVALID, DATES_UNORDERED,
    POINTS_INVALID,
};

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
}

impl Assignment {
    /// Why nothing is taken at `now` from somebody who has handed in `attempts` times, if so.
    pub fn refuses(&self, now: Timestamp, attempts: u64) -> Option<Problem> {
        if self.unlock_at.is_some_and(|unlock| now < unlock) {
            return Some(ASSIGNMENT_NOT_OPEN);
        }
        if self.lock_at.is_some_and(|lock| now >= lock) {
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
}

impl NewAssignment {
    /// An assignment that is always open, for any number of attempts, without points.
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
        let given: Vec<Timestamp> = [unlock_at, due_at, lock_at].into_iter().flatten().collect();
        if !given.is_sorted()
            || unlock_at
                .zip(lock_at)
                .is_some_and(|(open, shut)| open == shut)
        {
            return Err(DATES_UNORDERED.on("dueAt"));
        }
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
}
