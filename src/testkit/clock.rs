//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use kernel::{Clock, Timestamp};

/// Stands at noon of 14 November 2023, UTC, until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    /// The wall clock, in microseconds since 1970.
    wall: AtomicI64,
    /// How far it was moved forward in all, in microseconds.
    moved: AtomicI64,
}

impl Default for ManualClock {
    fn default() -> Self {
        Self {
            wall: AtomicI64::new(1_699_963_200_000_000),
            moved: AtomicI64::new(0),
        }
    }
}

impl ManualClock {
    /// Moves it forward: time goes by.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.wall.fetch_add(micros, Ordering::Relaxed);
        self.moved.fetch_add(micros, Ordering::Relaxed);
    }

    /// Sets the wall clock to a moment, even to one before: it jumps, and no time goes by.
    pub fn set(&self, moment: Timestamp) {
        self.wall.store(moment.as_micros(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.wall.load(Ordering::Relaxed))
    }

    fn monotonic(&self) -> Duration {
        let moved = self.moved.load(Ordering::Relaxed);
        Duration::from_micros(u64::try_from(moved).unwrap_or(0))
    }
}
