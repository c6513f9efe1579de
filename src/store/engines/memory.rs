//! The engine in memory: persistent maps, so that a snapshot is a clone of a few pointers.
//!
//! For tests and simulations. Nothing survives the process.

use std::ops::Bound;
use std::sync::{Mutex, PoisonError};

use imbl::OrdMap;

use super::{Bounds, Change, Pair, Pairs, PerSpace, Slice, Space};

type Map = OrdMap<Slice, Slice>;

/// Everything written so far.
#[derive(Debug, Default)]
pub struct MemoryEngine {
    maps: Mutex<PerSpace<Map>>,
}

impl MemoryEngine {
    pub(super) fn snapshot(&self) -> MemorySnapshot {
        MemorySnapshot { maps: self.maps.lock().unwrap_or_else(PoisonError::into_inner).clone() }
    }

    pub(super) fn write(&self, changes: impl Iterator<Item = Change>) {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        for (space, key, value) in changes {
            let map = maps.of_mut(space);
            match value {
                Some(value) => map.insert(Slice::from(key), value),
                None => map.remove(&Slice::from(key)),
            };
        }
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
            let next = if backwards { range.next_back() } else { range.next() };
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
