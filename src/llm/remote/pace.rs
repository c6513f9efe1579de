//! No more requests in a minute than the service takes.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Trouble;

/// Gives out turns, evenly over the minute.
pub(super) struct Pace {
    /// From one request to the next; zero without a limit.
    interval: Duration,
    /// The first turn that nobody has, by the monotonic clock.
    next: Mutex<Duration>,
}

impl Pace {
    /// At most so many requests in a minute.
    pub(super) fn of(requests_per_minute: Option<NonZeroU32>) -> Self {
        let minute = Duration::from_mins(1);
        Self {
            interval: requests_per_minute.map_or(Duration::ZERO, |count| minute / count.get()),
            next: Mutex::default(),
        }
    }

    /// Takes the next turn, and says how long to wait for it. One that is too far off is not taken.
    pub(super) fn take(&self, now: Duration, wait_max: Duration) -> Result<Duration, Trouble> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = (*next).max(now);
        let wait = turn.saturating_sub(now);
        if wait > wait_max {
            return Err(Trouble::Crowded { wait });
        }
        *next = turn + self.interval;
        Ok(wait)
    }
}
