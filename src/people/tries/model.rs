//! How many tries there were, and how long the next one has to wait. Pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use app::UserId;
use kernel::Timestamp;

use crate::users::{USERNAME_BYTES_MAX, name_key};

/// How many tries in a row need not wait.
const FREE: u32 = 5;
/// How long the first one after them waits, doubled with each further one.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_mins(15);
/// How long after the last try they are forgotten.
pub(crate) const REMEMBERED: Duration = Duration::from_hours(24);

/// A name that somebody tries to sign in with, whether or not anybody has it. Only its hash is
/// kept: people type their passwords into the wrong field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account([u8; 32]);

impl Account {
    /// The account of a name.
    pub fn named(username: &str) -> Self {
        let hash = if username.len() > USERNAME_BYTES_MAX {
            blake3::hash(username.as_bytes())
        } else {
            blake3::hash(name_key(username).as_bytes())
        };
        Self(hash.into())
    }

    pub(crate) fn key(self) -> [u8; 32] {
        self.0
    }
}

/// The tries for a name since somebody last got in with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tries {
    /// How many.
    pub(crate) count: u32,
    /// The last one.
    pub(crate) last_at: Timestamp,
    /// When the next one may come.
    pub(crate) next_at: Timestamp,
    /// Who has the name; a stranger's tries make room for others.
    pub(crate) user: Option<UserId>,
}

impl Tries {
    /// One more try than there were `before`.
    pub(crate) fn after(before: Option<&Self>, user: Option<UserId>, now: Timestamp) -> Self {
        let before = before.filter(|before| !before.is_old(now));
        let count = before.map_or(0, |before| before.count).saturating_add(1);
        Self {
            count,
            last_at: now,
            next_at: now.plus(wait(count)),
            user,
        }
    }

    /// Whether they are so long ago that they count no more.
    pub(crate) fn is_old(&self, now: Timestamp) -> bool {
        now.since(self.last_at) >= REMEMBERED
    }

    /// How long the next one still has to wait.
    pub(crate) fn wait(&self, now: Timestamp) -> Option<Duration> {
        (now < self.next_at).then(|| self.next_at.since(now))
    }
}

/// How long to wait after so many tries.
fn wait(count: u32) -> Duration {
    let Some(waits) = count.checked_sub(FREE) else {
        return Duration::ZERO;
    };
    let doubled = 2_u32.checked_pow(waits).unwrap_or(u32::MAX);
    WAIT_FIRST.saturating_mul(doubled).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_are_free_and_then_each_waits_twice_as_long() {
        let secs = |count| wait(count).as_secs();
        assert_eq!([1, 4, 5, 6, 7].map(secs), [0, 0, 1, 2, 4]);
        assert_eq!([14, 15, 60, u32::MAX].map(secs), [512, 900, 900, 900]);
    }

    #[test]
    fn an_account_is_a_name_whatever_its_case() {
        assert_eq!(Account::named(" Zoë"), Account::named("ZOE\u{308}"));
        assert_ne!(Account::named("zoe"), Account::named("zoë"));
        let long = "x".repeat(USERNAME_BYTES_MAX + 1);
        assert_ne!(Account::named(&long), Account::named(&format!("{long}x")));
    }
}
