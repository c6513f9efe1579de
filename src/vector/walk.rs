//! The search: a greedy walk down the levels, then a wide one on level 0 (algorithms 2 and 5 of
//! Malkov and Yashunin, 2016), or every allowed slot where that is cheaper.
//!
//! Under a filter the walk still passes what is not allowed, and ends when it has enough of what
//! is. The fewer are allowed, the further it has to go, while looking at each of them becomes
//! cheap. So a sample tells beforehand which of the two to take; and since a sample can mislead,
//! the walk has a budget, and whoever spends it looks at each slot after all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::code::CodeRef;
use crate::graph::{Graph, Near};

/// How many more than asked for are compared by all that is known of them.
const SPARE: usize = 16;
/// How many slots the sample of a filter has.
const SAMPLE: usize = 256;
/// Asking a filter about this many slots takes as long as comparing one vector.
const FILTERED_FOR_ONE: usize = 8;

/// On level 1 this part of the width is kept in view. A walk that came down to one slot only would
/// now and then end in a cluster that has no way to the right one.
const ABOVE: usize = 4;

/// Whether a key may be an answer.
pub type Allowed<'a> = Option<&'a dyn Fn(u64) -> bool>;

/// The slots that a walk has seen.
struct Seen(Vec<u64>);

impl Seen {
    fn new(slots: usize) -> Self {
        Self(vec![0; slots.div_ceil(64)])
    }

    /// Whether this is the first time.
    fn first(&mut self, slot: u32) -> bool {
        let Some(word) = self.0.get_mut(slot as usize / 64) else {
            return false;
        };
        let bit = 1 << (slot % 64);
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}

impl Graph {
    /// The `k` nearest live and allowed slots with their scores, nearest first.
    pub(crate) fn search(
        &self,
        query: CodeRef<'_>,
        k: usize,
        ef: usize,
        allowed: Allowed<'_>,
    ) -> Vec<Near> {
        let width = ef.max(k.saturating_add(SPARE)).min(self.by_key.len());
        let may = |slot: u32| {
            let slot = self.slots.get(slot as usize).filter(|slot| slot.live);
            slot.is_some_and(|slot| allowed.is_none_or(|allowed| allowed(slot.key)))
        };
        let mut found = match self.budget(width, allowed) {
            Some(budget) => {
                let walked = self.walk_down(query, width, &may, budget);
                walked.unwrap_or_else(|| self.each(query, width, &may))
            }
            None => self.each(query, width, &may),
        };
        self.rank(query, k, &mut found);
        found
    }

    /// The `k` nearest live slots among those of these keys, nearest first.
    pub(crate) fn search_among(&self, query: CodeRef<'_>, k: usize, keys: &[u64]) -> Vec<Near> {
        let mut best = Best::new(k.saturating_add(SPARE).min(keys.len()));
        for slot in keys.iter().filter_map(|key| self.by_key.get(key)) {
            best.offer(self.near(query, *slot));
        }
        let mut found = best.into_vec();
        self.rank(query, k, &mut found);
        found
    }

    /// Puts slots into the order of all that is known of their vectors, and keeps the first `k`.
    fn rank(&self, query: CodeRef<'_>, k: usize, found: &mut Vec<Near>) {
        for near in found.iter_mut() {
            near.score = query.score(self.code(near.slot));
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.truncate(k);
    }

    /// How many vectors a walk may look at, or none where looking at each is cheaper.
    fn budget(&self, width: usize, allowed: Allowed<'_>) -> Option<usize> {
        let live = self.by_key.len();
        let Some(allowed) = allowed else {
            return (width.saturating_mul(self.links_max(0)) < live).then_some(usize::MAX);
        };
        let step = (self.slots.len() / SAMPLE).max(1);
        let sample = self.slots.iter().step_by(step).filter(|slot| slot.live);
        let (mut asked, mut yes) = (0, 0);
        for slot in sample {
            asked += 1;
            yes += usize::from(allowed(slot.key));
        }
        let each = live / FILTERED_FOR_ONE + live * yes / asked.max(1);
        let walk = width.saturating_mul(self.links_max(0)) / 2 * asked.max(1) / yes.max(1);
        (yes > 0 && walk < each).then_some(each)
    }

    /// The nearest allowed slots by their coarse bytes, by looking at each.
    fn each(&self, query: CodeRef<'_>, width: usize, may: &dyn Fn(u32) -> bool) -> Vec<Near> {
        let mut best = Best::new(width);
        let slots = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        for slot in (0..slots).filter(|slot| may(*slot)) {
            best.offer(self.near(query, slot));
        }
        best.into_vec()
    }

    /// The nearest allowed slots by their coarse bytes, by a walk from the entry, unless it spends
    /// its budget.
    fn walk_down(
        &self,
        query: CodeRef<'_>,
        width: usize,
        may: &dyn Fn(u32) -> bool,
        budget: usize,
    ) -> Option<Vec<Near>> {
        let Some(entry) = self.entry else {
            return Some(Vec::new());
        };
        let start = self.descend(query, entry, 1);
        let wide = Wide {
            level: 1,
            width: (width / ABOVE).max(1),
            budget,
        };
        let start = self.walk(query, &[start], wide, &|_| true)?;
        let wide = Wide {
            level: 0,
            width,
            budget,
        };
        self.walk(query, &start, wide, may)
    }

    /// The nearest slot that a greedy walk comes to on the levels above `level`.
    pub(crate) fn descend(&self, query: CodeRef<'_>, entry: u32, level: usize) -> Near {
        let mut here = self.near(query, entry);
        for level in (level + 1..=self.level(entry)).rev() {
            loop {
                let links = self.links(here.slot, level);
                let nearest = links.map(|link| self.near(query, link)).max();
                match nearest {
                    Some(next) if next > here => here = next,
                    _ => break,
                }
            }
        }
        here
    }

    /// The nearest slots on a level that `may` says yes to, or nothing once the budget is spent.
    pub(crate) fn walk(
        &self,
        query: CodeRef<'_>,
        start: &[Near],
        wide: Wide,
        may: &dyn Fn(u32) -> bool,
    ) -> Option<Vec<Near>> {
        let mut seen = Seen::new(self.slots.len());
        let mut best = Best::new(wide.width);
        let mut ahead = BinaryHeap::with_capacity(4 * wide.width);
        let mut spent = 0;
        for near in start {
            seen.first(near.slot);
            ahead.push(*near);
            if may(near.slot) {
                best.offer(*near);
            }
        }
        while let Some(here) = ahead.pop() {
            if !best.wants(here) {
                break;
            }
            for link in self.links(here.slot, wide.level) {
                if !seen.first(link) {
                    continue;
                }
                spent += 1;
                let near = self.near(query, link);
                if best.wants(near) {
                    ahead.push(near);
                    if may(link) {
                        best.offer(near);
                    }
                }
            }
            if spent > wide.budget {
                return None;
            }
        }
        Some(best.into_vec())
    }

    /// A slot with how near its vector is, by the coarse bytes.
    pub(crate) fn near(&self, query: CodeRef<'_>, slot: u32) -> Near {
        let score = query.near(self.code(slot));
        Near { score, slot }
    }
}

/// How a walk goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    pub(crate) level: usize,
    /// How many of the nearest are wanted.
    pub(crate) width: usize,
    /// How many vectors it may look at.
    pub(crate) budget: usize,
}

/// The nearest so far, a bounded number of them.
struct Best {
    heap: BinaryHeap<Reverse<Near>>,
    width: usize,
}

impl Best {
    fn new(width: usize) -> Self {
        Self {
            heap: BinaryHeap::with_capacity(width + 1),
            width,
        }
    }

    /// Whether one as near as this would be kept.
    fn wants(&self, near: Near) -> bool {
        let worst = self.heap.peek();
        self.heap.len() < self.width || worst.is_some_and(|Reverse(worst)| near > *worst)
    }

    fn offer(&mut self, near: Near) {
        if self.wants(near) {
            self.heap.push(Reverse(near));
            if self.heap.len() > self.width {
                self.heap.pop();
            }
        }
    }

    fn into_vec(self) -> Vec<Near> {
        self.heap.into_iter().map(|Reverse(near)| near).collect()
    }
}
