//! A memory of what one request has read, so that a nested document reads each record once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use kernel::Result;

/// What was loaded, by its key. A failure is not kept.
pub(crate) struct Memo<K, V>(Mutex<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Copy, V: Clone> Memo<K, V> {
    /// The value under a key, loaded when it is first asked for.
    pub(crate) fn get(&self, key: K, load: impl FnOnce() -> Result<V>) -> Result<V> {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = memory.get(&key) {
            return Ok(value.clone());
        }
        // A load reads the store, never another memory, so the lock is held meanwhile.
        let value = load()?;
        memory.insert(key, value.clone());
        Ok(value)
    }

    /// Keeps a value that was loaded in another way.
    pub(crate) fn keep(&self, key: K, value: V) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, value);
    }
}
