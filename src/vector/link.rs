//! The links of a slot: which ones it gets, and what its neighbours' lists become by it
//! (algorithms 1 and 4 of Malkov and Yashunin, 2016).
//!
//! A plan is made under a lock that readers share, and carried out under one that keeps them out
//! for as long as it takes to copy some lists of numbers.

use crate::graph::{Graph, Near, Relink};
use crate::walk::Wide;

impl Graph {
    /// The lists to change so that the slot, which has none yet, is part of the graph. `gone` is
    /// the slot of the same key that is about to be buried.
    pub(crate) fn plan(&self, slot: u32, gone: Option<u32>) -> Vec<Relink> {
        let mut changes = Vec::new();
        let Some(entry) = self.entry else {
            return changes;
        };
        let query = self.code(slot);
        let may = |other: u32| other != slot && Some(other) != gone && self.is_live(other);
        let level = self.level(slot).min(self.level(entry));
        let mut start = vec![self.descend(query, entry, level)];
        for level in (0..=level).rev() {
            let wide = Wide {
                level,
                width: usize::from(self.options.ef_construction),
                budget: usize::MAX,
            };
            let mut found = self.walk(query, &start, wide, &may).unwrap_or_default();
            if found.is_empty() {
                // Where nothing lives, a link to the dead is what makes the slot be found.
                let others = |other: u32| other != slot;
                found = self.walk(query, &start, wide, &others).unwrap_or_default();
            }
            let links = self.choose(found.clone(), usize::from(self.options.links));
            changes.extend(links.iter().map(|other| self.back(*other, slot, level)));
            changes.push(Relink { slot, level, links });
            if !found.is_empty() {
                start = found;
            }
        }
        changes
    }

    /// The list of a neighbour, with a link back to the slot.
    fn back(&self, other: u32, slot: u32, level: usize) -> Relink {
        let most = self.links_max(level);
        let mut links: Vec<u32> = self.links(other, level).filter(|l| *l != slot).collect();
        if links.len() < most {
            links.push(slot);
        } else {
            let query = self.code(other);
            let all = links.into_iter().chain([slot]);
            links = self.choose(all.map(|link| self.near(query, link)).collect(), most);
        }
        Relink {
            slot: other,
            level,
            links,
        }
    }

    /// Of some candidates those to be linked to: a candidate that is nearer to a chosen one than
    /// to the slot itself is reached by way of that one. Where this leaves places, the nearest of
    /// those that were passed over have them.
    pub(crate) fn choose(&self, mut candidates: Vec<Near>, most: usize) -> Vec<u32> {
        candidates.sort_unstable_by(|a, b| b.cmp(a));
        let mut chosen: Vec<u32> = Vec::with_capacity(most);
        let mut passed = Vec::new();
        for candidate in candidates {
            if chosen.len() >= most {
                break;
            }
            let code = self.code(candidate.slot);
            let between = |other: &u32| self.near(code, *other).score > candidate.score;
            if chosen.iter().any(between) {
                passed.push(candidate.slot);
            } else {
                chosen.push(candidate.slot);
            }
        }
        let places = most - chosen.len();
        chosen.extend(passed.into_iter().take(places));
        chosen
    }
}
