//! Leaves a service alone that fails again and again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Trouble;

/// How many failures in a row are too many.
const FAILURES_MAX: u32 = 5;
/// How long the service is left alone.
const REST: Duration = Duration::from_secs(30);

/// Questions are refused at once while it is open, so that nobody waits for what will fail. One is
/// let through now and then to see whether the service is back; documents are tried all the time,
/// and their success closes it too.
#[derive(Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    /// When the next question is let through, by the monotonic clock.
    until: Duration,
}

impl Breaker {
    /// Whether a question may be asked.
    pub(super) fn admit(&self, now: Duration) -> Result<(), Trouble> {
        let mut state = self.state();
        if state.failures < FAILURES_MAX {
            return Ok(());
        }
        if now < state.until {
            return Err(Trouble::Resting {
                left: state.until.saturating_sub(now),
            });
        }
        // This one tries for all.
        state.until = now + REST;
        Ok(())
    }

    /// A request did what it should.
    pub(super) fn succeeded(&self) {
        self.state().failures = 0;
    }

    /// A request failed.
    pub(super) fn failed(&self, now: Duration) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        state.until = now + REST;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
