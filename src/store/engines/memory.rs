//! The engine in memory: persistent maps, so that a snapshot is a clone of a few pointers.
//!
//! For tests and simulations. Nothing survives the process.

use std::ops::Bound;
use std::sync::{Mutex, PoisonError};

use imbl::OrdMap;

use kernel::{Fault, Result};

use super::{Bounds, Change, Pair, Pairs, PerSpace, Slice, Space};

type Map = OrdMap<Slice, Slice>;

/// Everything written so far.
#[derive(Debug, Default)]
pub struct MemoryEngine {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    maps: PerSpace<Map>,
    /// How many more writes succeed; `None` for all.
    writes_left: Option<u64>,
}

impl MemoryEngine {
    /// An engine whose disk fails after so many writes, and stays failed.
    pub(super) fn failing_after(writes: u64) -> Self {
        let state = State {
            writes_left: Some(writes),
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
        }
    }

    pub(super) fn snapshot(&self) -> MemorySnapshot {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        MemorySnapshot {
            maps: state.maps.clone(),
        }
    }

    pub(super) fn write(&self, changes: &[Change]) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = &mut state.writes_left {
            *left = left
                .checked_sub(1)
                .ok_or_else(|| Fault::new("the disk of this test has failed"))?;
        }
        for (space, key, value) in changes {
            let map = state.maps.of_mut(*space);
            match value {
                Some(value) => map.insert(key.clone(), value.clone()),
                None => map.remove(key),
            };
        }
        Ok(())
    }
}

/// The maps as they were.
#[derive(Clone)]
pub(crate) struct MemorySnapshot {
    maps: PerSpace<Map>,
}

impl MemorySnapshot {
    pub(super) fn get(&self, space: Space, key: &[u8]) -> Option<Slice> {
        self.maps.of(space).get(key).cloned()
    }

    pub(super) fn scan(&self, space: Space, bounds: Bounds, backwards: bool) -> Pairs<'static> {
        let map = self.maps.of(space).clone();
        let mut bounds = (bounds.0.map(Slice::from), bounds.1.map(Slice::from));
        // Each step seeks again, so that the iterator owns its map and a short scan stays short.
        Box::new(std::iter::from_fn(move || {
            if is_empty(&bounds) {
                return None;
            }
            let mut range = map.range(bounds.clone());
            let next = if backwards {
                range.next_back()
            } else {
                range.next()
            };
            let (key, value): Pair = next.map(|(key, value)| (key.clone(), value.clone()))?;
            if backwards {
                bounds.1 = Bound::Excluded(key.clone());
            } else {
                bounds.0 = Bound::Excluded(key.clone());
            }
            Some(Ok((key, value)))
        }))
    }
}

impl From<MemorySnapshot> for MemoryEngine {
    fn from(MemorySnapshot { maps }: MemorySnapshot) -> Self {
        let writes_left = None;
        Self {
            state: Mutex::new(State { maps, writes_left }),
        }
    }
}

/// Whether no key can lie within: the map's own range would panic on such bounds.
fn is_empty(bounds: &(Bound<Slice>, Bound<Slice>)) -> bool {
    match bounds {
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from >= to,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}
