//! What the committer counts, for whoever watches the program.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How writing has gone since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteStats {
    /// Commands that were run, refused ones among them.
    pub commands: u64,
    /// Groups that were made durable.
    pub groups: u64,
    /// Time spent on making groups durable.
    pub syncing: Duration,
    /// Commands that wait.
    pub queued: u64,
    /// The most commands that may wait.
    pub queue_limit: u64,
    /// Commands that were refused because too many waited.
    pub turned_away: u64,
}

/// The counters behind [`WriteStats`].
#[derive(Debug, Default)]
pub(crate) struct Meter {
    queued: AtomicU64,
    taken: AtomicU64,
    groups: AtomicU64,
    syncing_ns: AtomicU64,
    turned_away: AtomicU64,
}

impl Meter {
    pub(crate) fn queued(&self) {
        self.queued.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn turned_away(&self) {
        self.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    /// A group was run.
    pub(crate) fn ran(&self, commands: usize) {
        let commands = u64::try_from(commands).unwrap_or(u64::MAX);
        self.taken.fetch_add(commands, Ordering::Relaxed);
    }

    /// A group was made durable.
    pub(crate) fn synced(&self, took: Duration) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.syncing_ns.fetch_add(took, Ordering::Relaxed);
    }

    pub(crate) fn read(&self, queue_limit: usize) -> WriteStats {
        let commands = self.taken.load(Ordering::Relaxed);
        let queued = self.queued.load(Ordering::Relaxed);
        WriteStats {
            commands,
            groups: self.groups.load(Ordering::Relaxed),
            syncing: Duration::from_nanos(self.syncing_ns.load(Ordering::Relaxed)),
            queued: queued.saturating_sub(commands),
            queue_limit: u64::try_from(queue_limit).unwrap_or(u64::MAX),
            turned_away: self.turned_away.load(Ordering::Relaxed),
        }
    }
}
