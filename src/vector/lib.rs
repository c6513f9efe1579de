//! Nearest vectors: what search by meaning looks things up in.
//!
//! An [`Index`] keeps one vector for each key and finds those at the smallest angle to a question.
//! It is a navigable small world graph (Malkov and Yashunin, 2016) over vectors of sixteen bits a
//! number, walked by the upper eight; `docs/adr/0024` says why it is ours.
//!
//! - Any number of searches run beside one writer, who keeps them out for microseconds at a time.
//! - A key that was removed is no answer from then on. What is left of its vector leads searches
//!   until a sweep wipes it (`sweep`).
//! - The index is a view: [`Index::save`] notes up to which event it has come, and whoever fills
//!   it goes on from there. What [`Index::load`] does not find whole it refuses, and the index is
//!   made anew.
//! - The same calls with the same seed make the same index, on every processor.

mod code;
mod graph;
mod link;
mod snapshot;
mod sweep;
mod walk;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::code::Code;
use crate::graph::{Graph, LEVEL_MAX, SLOTS_MAX};
use crate::sweep::Sweep;

pub use crate::snapshot::{LoadError, Loaded};
pub use crate::walk::Allowed;

/// The most numbers that a vector may have.
pub const DIMENSIONS_MAX: usize = 4096;
/// How many links a slot may be given on each level.
const LINKS: std::ops::RangeInclusive<u16> = 4..=64;
/// The widest search for links.
const EF_CONSTRUCTION_MAX: u16 = 1024;

/// How an index is built. It cannot be changed afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many links a new vector is given on each level; on the lowest one it may get twice as
    /// many. Known as M.
    pub links: u16,
    /// How many of the nearest are looked at for these links.
    pub ef_construction: u16,
    /// Decides which vectors stand on higher levels.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            links: 16,
            ef_construction: 200,
            seed: 0,
        }
    }
}

/// Why a vector or the options of an index are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The vector has more or fewer numbers than those of the index.
    #[error("the vector has {found} numbers, those of the index have {expected}")]
    Dimensions {
        /// How many it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A number is not one, or infinite.
    #[error("a number of the vector is infinite, or none")]
    NotFinite,
    /// All numbers are zero, so that the vector points nowhere.
    #[error("all numbers of the vector are zero")]
    Zero,
    /// No further vector has a place.
    #[error("the index has {SLOTS_MAX} vectors already")]
    Full,
    /// An index of this kind cannot be.
    #[error("1 to {DIMENSIONS_MAX} numbers, 4 to 64 links, and at most 1,024 looked at for them")]
    Options,
}

/// A key that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The key.
    pub key: u64,
    /// The cosine of the angle between its vector and the question: 1 is the same direction.
    pub score: f32,
}

/// Vectors by key, found by their direction.
#[derive(Debug)]
pub struct Index {
    dimensions: usize,
    graph: RwLock<Graph>,
    /// Held by whoever changes something, with the sweep that is under way. It is taken before the
    /// lock on the graph, so that nobody waits for that one while a change is thought out.
    writing: Mutex<Option<Sweep>>,
}

impl Index {
    /// An empty index of vectors with this many numbers.
    pub fn new(dimensions: usize, options: Options) -> Result<Self, Unfit> {
        let sizes = (1..=DIMENSIONS_MAX).contains(&dimensions) && LINKS.contains(&options.links);
        if !sizes || !(options.links..=EF_CONSTRUCTION_MAX).contains(&options.ef_construction) {
            return Err(Unfit::Options);
        }
        Ok(Self::over(Graph::new(dimensions, options)))
    }

    fn over(graph: Graph) -> Self {
        Self {
            dimensions: graph.dimensions,
            graph: RwLock::new(graph),
            writing: Mutex::new(None),
        }
    }

    /// How many numbers each vector has.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.read().by_key.len()
    }

    /// Whether there is a vector for this key.
    pub fn has(&self, key: u64) -> bool {
        self.read().by_key.contains_key(&key)
    }

    /// All keys, in no order.
    pub fn keys(&self) -> Vec<u64> {
        self.read().by_key.keys().copied().collect()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps a vector for the key, instead of the one it had. Only the direction is kept.
    pub fn put(&self, key: u64, vector: &[f32]) -> Result<(), Unfit> {
        let code = Code::of(vector, self.dimensions)?;
        let mut sweep = self.writer();
        let (slot, gone) = {
            let mut graph = self.write();
            let level = level_of(key, graph.options);
            let slot = graph.occupy(key, &code, level).ok_or(Unfit::Full)?;
            (slot, graph.by_key.get(&key).copied())
        };
        let plan = self.read().plan(slot, gone);
        {
            let mut graph = self.write();
            graph.relink_all(&plan);
            graph.bring_to_life(slot);
        }
        self.sweep_on(&mut sweep);
        Ok(())
    }

    /// Takes a key out, and says whether it was there. No search that begins later finds it.
    pub fn remove(&self, key: u64) -> bool {
        let mut sweep = self.writer();
        let removed = {
            let mut graph = self.write();
            let removed = graph.remove(key);
            if removed && graph.by_key.is_empty() {
                *graph = Graph::new(graph.dimensions, graph.options);
                *sweep = None;
            }
            removed
        };
        self.sweep_on(&mut sweep);
        removed
    }

    /// The `k` keys whose vectors are nearest to the question, nearest first, of those that are
    /// allowed. `ef` is how many are kept in view on the way: more finds better and takes longer;
    /// 64 to 128 is usual. `allowed` is asked often, so it should answer from memory.
    pub fn search(
        &self,
        query: &[f32],
        k: usize,
        ef: usize,
        allowed: Allowed<'_>,
    ) -> Result<Vec<Hit>, Unfit> {
        let query = Code::of(query, self.dimensions)?;
        let graph = self.read();
        Ok(graph.hits(graph.search(query.borrow(), k, ef, allowed)))
    }

    /// The `k` of these keys whose vectors are nearest to the question, nearest first, by looking
    /// at each: for whoever knows a few thousand that may be found.
    pub fn search_among(&self, query: &[f32], k: usize, keys: &[u64]) -> Result<Vec<Hit>, Unfit> {
        let query = Code::of(query, self.dimensions)?;
        let graph = self.read();
        Ok(graph.hits(graph.search_among(query.borrow(), k, keys)))
    }

    /// Wipes what is left of all vectors that were removed or put anew. Puts and removals do this
    /// by and by, once it is a fifth of the whole.
    pub fn compact(&self) {
        let mut writing = self.writer();
        if let Some(under_way) = writing.take() {
            self.finish(under_way);
        }
        let all = Sweep::begin(&self.read());
        self.finish(all);
    }

    fn finish(&self, mut sweep: Sweep) {
        while !sweep.step(&self.graph) {}
    }

    fn sweep_on(&self, sweep: &mut Option<Sweep>) {
        if sweep.is_none() {
            *sweep = Sweep::when_due(&self.read());
        }
        if sweep.as_mut().is_some_and(|sweep| sweep.step(&self.graph)) {
            *sweep = None;
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Graph> {
        self.graph.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Graph> {
        self.graph.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Option<Sweep>> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The highest level of a key: one in `links` is raised to the first, one in `links` of these to
/// the second, and so on.
fn level_of(key: u64, options: Options) -> usize {
    let mut left = mixed(key ^ mixed(options.seed));
    let one_in = u64::from(options.links);
    let mut level = 0;
    while level < LEVEL_MAX && left.is_multiple_of(one_in) {
        left = mixed(left);
        level += 1;
    }
    level
}

/// A number that looks like chance and is always the same (`SplitMix64`).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
