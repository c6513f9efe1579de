//! The order of messages with the same key: what was read and is not delivered yet, because another
//! message of its key waits for an answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most messages that are held for others of their keys. With more, the consumer reads no
/// further until some are done.
const HELD_MAX: usize = 2_000;

/// What was read and is not delivered yet.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Another message of their key waits.
    held: BTreeMap<u64, String>,
    /// Free to be delivered.
    ready: BTreeSet<u64>,
    /// The message of each key that is ready or waits for an answer.
    busy: HashMap<String, u64>,
    /// The keys of these messages.
    keys: HashMap<u64, String>,
    /// The held messages of each key.
    heirs: HashMap<String, BTreeSet<u64>>,
}

impl Order {
    /// Takes a message that was read: it is ready, unless another of its key waits.
    pub(super) fn admit(&mut self, sequence: u64, key: &str) {
        if self.busy.contains_key(key) {
            self.held.insert(sequence, key.to_owned());
            let heirs = self.heirs.entry(key.to_owned()).or_default();
            heirs.insert(sequence);
        } else {
            self.occupy(sequence, key);
            self.ready.insert(sequence);
        }
    }

    /// Others of its key have to wait for this message.
    pub(super) fn occupy(&mut self, sequence: u64, key: &str) {
        if !key.is_empty() {
            self.busy.insert(key.to_owned(), sequence);
            self.keys.insert(sequence, key.to_owned());
        }
    }

    /// Takes the first message that is ready.
    pub(super) fn next(&mut self) -> Option<u64> {
        self.ready.pop_first()
    }

    /// Takes this message, if it is ready.
    pub(super) fn take(&mut self, sequence: u64) -> bool {
        self.ready.remove(&sequence)
    }

    /// A message is done, or gone: the next of its key is ready.
    pub(super) fn let_go(&mut self, sequence: u64) {
        let Some(key) = self.keys.remove(&sequence) else {
            return;
        };
        let heirs = self.heirs.get_mut(&key);
        if let Some(heir) = heirs.and_then(BTreeSet::pop_first) {
            self.held.remove(&heir);
            self.ready.insert(heir);
            self.busy.insert(key.clone(), heir);
            self.keys.insert(heir, key);
        } else {
            self.heirs.remove(&key);
            self.busy.remove(&key);
        }
    }

    /// Whether so many are held that no more should be read.
    pub(super) fn is_full(&self) -> bool {
        self.held.len() >= HELD_MAX
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.held.len() + self.ready.len()
    }

    /// The first of all messages.
    pub(super) fn lowest(&self) -> Option<u64> {
        let held = self.held.first_key_value().map(|(sequence, _)| *sequence);
        held.into_iter().chain(self.ready.first().copied()).min()
    }

    /// Those that are held.
    pub(super) fn held(&self) -> impl Iterator<Item = u64> + '_ {
        self.held.keys().copied()
    }

    /// Those that are ready.
    pub(super) fn ready(&self) -> impl Iterator<Item = u64> + '_ {
        self.ready.iter().copied()
    }
}
