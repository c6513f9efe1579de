//! What an extension is. Pure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::UserId;
use kernel::{Result, Timestamp};

use super::problems::{EXTENSION_EMPTY, EXTRA_ATTEMPTS_INVALID};
use crate::assignments::{Change, Terms, require_order};

/// The most attempts that an extension adds.
const EXTRA_ATTEMPTS_MAX: u32 = 1_000;

/// Who has an extension.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Holder {
    /// One learner.
    User(UserId),
}

/// What somebody is given instead of what the assignment says; `None` leaves that as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extension {
    /// Before this nothing is taken.
    pub unlock_at: Option<Timestamp>,
    /// After this a submission is late.
    pub due_at: Option<Timestamp>,
    /// From this on nothing is taken.
    pub lock_at: Option<Timestamp>,
    /// So many attempts more than the assignment allows.
    pub extra_attempts: u32,
}

impl Extension {
    /// The terms for who has it.
    #[must_use]
    pub fn over(&self, terms: Terms) -> Terms {
        let more = |allowed: u32| allowed.saturating_add(self.extra_attempts);
        Terms {
            unlock_at: self.unlock_at.or(terms.unlock_at),
            due_at: self.due_at.or(terms.due_at),
            lock_at: self.lock_at.or(terms.lock_at),
            attempts_allowed: terms.attempts_allowed.map(more),
            accepts_late: terms.accepts_late,
        }
    }

    /// This one, and where it gives nothing the `wider` one.
    #[must_use]
    pub fn before(self, wider: Self) -> Self {
        let own_attempts = Some(self.extra_attempts).filter(|extra| *extra > 0);
        Self {
            unlock_at: self.unlock_at.or(wider.unlock_at),
            due_at: self.due_at.or(wider.due_at),
            lock_at: self.lock_at.or(wider.lock_at),
            extra_attempts: own_attempts.unwrap_or(wider.extra_attempts),
        }
    }

    /// Refuses an extension that gives nothing, too many attempts, or dates that make no sense
    /// beside those of the assignment.
    pub(super) fn require_sense(&self, terms: Terms) -> Result<()> {
        if *self == Self::default() {
            return EXTENSION_EMPTY.refuse();
        }
        if self.extra_attempts > EXTRA_ATTEMPTS_MAX {
            return Err(EXTRA_ATTEMPTS_INVALID.on("extraAttempts"));
        }
        let terms = self.over(terms);
        require_order(terms.unlock_at, terms.due_at, terms.lock_at)
    }
}

/// What is to become of an extension; by default nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExtensionChange {
    /// When it opens.
    pub unlock_at: Change<Option<Timestamp>>,
    /// When it is due.
    pub due_at: Change<Option<Timestamp>>,
    /// When it closes.
    pub lock_at: Change<Option<Timestamp>>,
    /// How many attempts it adds.
    pub extra_attempts: Change<u32>,
}

impl ExtensionChange {
    /// The extension after the change.
    pub(super) fn over(self, old: Extension) -> Extension {
        Extension {
            unlock_at: self.unlock_at.over(old.unlock_at),
            due_at: self.due_at.over(old.due_at),
            lock_at: self.lock_at.over(old.lock_at),
            extra_attempts: self.extra_attempts.over(old.extra_attempts),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assignments::DATES_UNORDERED;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_millis(secs * 1_000)
    }

    const TERMS: Terms = Terms {
        unlock_at: None,
        due_at: Some(Timestamp::from_millis(10_000)),
        lock_at: Some(Timestamp::from_millis(20_000)),
        attempts_allowed: Some(2),
        accepts_late: true,
    };

    #[test]
    fn what_it_gives_replaces_what_the_assignment_says_and_nothing_else() {
        let extension = Extension {
            due_at: Some(at(15)),
            extra_attempts: 1,
            ..Extension::default()
        };
        let terms = Terms {
            due_at: Some(at(15)),
            attempts_allowed: Some(3),
            ..TERMS
        };
        assert_eq!(extension.over(TERMS), terms);
        let any_number = Terms {
            attempts_allowed: None,
            ..TERMS
        };
        assert_eq!(extension.over(any_number).attempts_allowed, None);
    }

    #[test]
    fn it_must_give_something_that_makes_sense() {
        let of = |due: Option<Timestamp>, extra_attempts| Extension {
            due_at: due,
            extra_attempts,
            ..Extension::default()
        };
        let refused = |extension: Extension| extension.require_sense(TERMS).unwrap_err().problem();
        assert_eq!(refused(of(None, 0)), Some(EXTENSION_EMPTY));
        assert_eq!(refused(of(None, 1_001)), Some(EXTRA_ATTEMPTS_INVALID));
        assert_eq!(refused(of(Some(at(21)), 0)), Some(DATES_UNORDERED));
        assert!(of(Some(at(20)), 1_000).require_sense(TERMS).is_ok());
    }

    prop_compose! {
        fn extension()(
            unlock in prop::option::of(0..100_i64), due in prop::option::of(0..100_i64),
            lock in prop::option::of(0..100_i64), extra_attempts in 0..5_u32,
        ) -> Extension {
            let at = |secs: Option<i64>| secs.map(at);
            Extension { unlock_at: at(unlock), due_at: at(due), lock_at: at(lock), extra_attempts }
        }
    }

    proptest! {
        #[test]
        fn the_narrower_one_wins_field_by_field(own in extension(), section in extension()) {
            let both = own.before(section);
            prop_assert_eq!(both.due_at, own.due_at.or(section.due_at));
            prop_assert_eq!(own.before(Extension::default()), own);
            prop_assert_eq!(Extension::default().before(section), section);
            let terms = both.over(TERMS);
            prop_assert!(terms.attempts_allowed >= TERMS.attempts_allowed);
            prop_assert_eq!(terms.due_at, own.due_at.or(section.due_at).or(TERMS.due_at));
        }
    }
}
