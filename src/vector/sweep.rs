//! Compaction: what is dead is unlinked, wiped and used again, while searches go on.
//!
//! A sweep condemns the slots that are dead when it begins, goes through all other slots, and
//! gives those that are linked to a condemned one the living neighbours of it to choose from. At
//! its end nothing is linked to the condemned ones, and they are set free. Each put and each
//! removal takes it a few slots further, so none of them waits for all of it.

use std::sync::{PoisonError, RwLock};

use crate::graph::{Graph, Near, Relink};

/// A sweep begins when more than one slot in this many is dead.
const ONE_IN: usize = 5;
/// Fewer dead slots are left alone.
const DEAD_MIN: usize = 64;
/// How many slots a put or a removal takes a sweep further.
const STEP: u32 = 16;

/// A sweep under way.
#[derive(Debug)]
pub(crate) struct Sweep {
    next: u32,
    condemned: Vec<u32>,
    is_condemned: Vec<bool>,
}

impl Sweep {
    /// Begins a sweep, if enough is dead.
    pub(crate) fn when_due(graph: &Graph) -> Option<Self> {
        let dead = graph.dead();
        (dead >= DEAD_MIN && dead * ONE_IN > graph.slots.len()).then(|| Self::begin(graph))
    }

    /// Begins a sweep of all that is dead now.
    pub(crate) fn begin(graph: &Graph) -> Self {
        let mut is_condemned: Vec<bool> = graph.slots.iter().map(|slot| !slot.live).collect();
        for free in &graph.free {
            if let Some(condemned) = is_condemned.get_mut(*free as usize) {
                *condemned = false;
            }
        }
        let all = is_condemned.iter().zip(0..);
        Self {
            next: 0,
            condemned: all.filter(|(yes, _)| **yes).map(|(_, slot)| slot).collect(),
            is_condemned,
        }
    }

    /// Goes on for some slots, and says whether that was the end.
    pub(crate) fn step(&mut self, graph: &RwLock<Graph>) -> bool {
        let read = || graph.read().unwrap_or_else(PoisonError::into_inner);
        let write = || graph.write().unwrap_or_else(PoisonError::into_inner);
        let until = self.next.saturating_add(STEP);
        let (mut changes, mut lonely) = (Vec::new(), Vec::new());
        let over = {
            let graph = read();
            let slots = u32::try_from(graph.slots.len()).unwrap_or(u32::MAX);
            for slot in (self.next..until.min(slots)).filter(|slot| !self.condemns(*slot)) {
                if self.repair(&graph, slot, &mut changes) {
                    lonely.push(slot);
                }
            }
            until >= slots
        };
        self.next = until;
        write().relink_all(&changes);
        for slot in lonely {
            let plan = read().plan(slot, None);
            write().relink_all(&plan);
        }
        if over {
            self.release(&mut write());
        }
        over && self.condemned.is_empty()
    }

    /// Frees some of the condemned, to which nothing is linked any more. To wipe all of them at
    /// once would keep readers waiting.
    fn release(&mut self, graph: &mut Graph) {
        if graph.entry.is_some_and(|entry| self.condemns(entry)) {
            graph.choose_entry();
        }
        let at = self.condemned.len().saturating_sub(STEP as usize);
        for slot in self.condemned.split_off(at) {
            graph.set_free(slot);
            if let Some(condemned) = self.is_condemned.get_mut(slot as usize) {
                *condemned = false;
            }
        }
    }

    fn condemns(&self, slot: u32) -> bool {
        self.is_condemned
            .get(slot as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The lists of a slot without the condemned. Says whether the slot is left with so few links
    /// that it has to look for neighbours as a new one does.
    fn repair(&self, graph: &Graph, slot: u32, changes: &mut Vec<Relink>) -> bool {
        let query = graph.code(slot);
        let mut lonely = false;
        for level in 0..=graph.level(slot) {
            if !graph.links(slot, level).any(|link| self.condemns(link)) {
                continue;
            }
            let mut links: Vec<u32> = Vec::new();
            for link in graph.links(slot, level) {
                if self.condemns(link) {
                    links.extend(graph.links(link, level));
                } else {
                    links.push(link);
                }
            }
            links.retain(|link| *link != slot && graph.is_live(*link));
            links.sort_unstable();
            links.dedup();
            let near: Vec<Near> = links.iter().map(|link| graph.near(query, *link)).collect();
            let links = graph.choose(near, graph.links_max(level));
            lonely |= level == 0 && links.len() < usize::from(graph.options.links) / 2;
            changes.push(Relink { slot, level, links });
        }
        lonely && graph.is_live(slot)
    }
}
