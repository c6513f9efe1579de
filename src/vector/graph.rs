//! The graph: vectors in slots, and which slots each one is linked to.
//!
//! Everything is in flat arrays, in blocks of [`BLOCK`] slots. So nothing large is ever moved when
//! the index grows, and a writer keeps readers out only while it fills a slot or changes a few
//! lists. A slot is in one of three states, told by its key and by `live`:
//!
//! - **live**: its key leads to it, and it can be found;
//! - **dead**: its key was removed or put anew. It leads searches on, and is never an answer;
//! - **free**: nothing is linked to it, its vector is wiped, and the next put takes it.
//!
//! Each slot has links on level 0, and those that were raised also on the levels above. A link on
//! a level leads to a slot that has this level. Lists are read so that a wrong one leads nowhere.

use rustc_hash::FxHashMap;

use crate::code::{Code, CodeRef};
use crate::{Hit, Options};

/// How many slots a block has.
pub(crate) const BLOCK: usize = 1024;
/// The place of a list that has no link.
pub(crate) const NOBODY: u32 = u32::MAX;
/// The most slots, free and dead ones included.
pub(crate) const SLOTS_MAX: usize = 16_000_000;
/// The highest level. Among sixteen million slots hardly one would be raised further.
pub(crate) const LEVEL_MAX: usize = 15;

/// A slot, and how near it is to what is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Near {
    pub(crate) score: f32,
    pub(crate) slot: u32,
}

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    /// The nearer one is the greater one; of two equally near ones, that in the lower slot.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_score = self.score.total_cmp(&other.score);
        by_score.then(other.slot.cmp(&self.slot))
    }
}

/// The vectors and the links on level 0 of some slots.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) coarse: Vec<i8>,
    pub(crate) fine: Vec<i8>,
    pub(crate) links: Vec<u32>,
}

/// What is looked at of each slot whether its vector is or not; so it is small.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slot {
    pub(crate) key: u64,
    pub(crate) scale: f32,
    pub(crate) live: bool,
}

/// All of it, without the locks.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) dimensions: usize,
    pub(crate) options: Options,
    pub(crate) blocks: Vec<Block>,
    pub(crate) slots: Vec<Slot>,
    /// The links of each slot on the levels above 0, lowest first.
    raised: Vec<Vec<Vec<u32>>>,
    pub(crate) by_key: FxHashMap<u64, u32>,
    pub(crate) free: Vec<u32>,
    /// Where each search begins: a slot of the highest level, perhaps a dead one.
    pub(crate) entry: Option<u32>,
}

/// A list of links that is to be changed.
#[derive(Debug)]
pub(crate) struct Relink {
    pub(crate) slot: u32,
    pub(crate) level: usize,
    pub(crate) links: Vec<u32>,
}

impl Graph {
    /// Slots by their keys.
    pub(crate) fn hits(&self, found: Vec<Near>) -> Vec<Hit> {
        let hit = |near: Near| {
            let slot = self.slots.get(near.slot as usize)?;
            Some(Hit {
                key: slot.key,
                score: near.score,
            })
        };
        found.into_iter().filter_map(hit).collect()
    }

    pub(crate) fn new(dimensions: usize, options: Options) -> Self {
        Self {
            dimensions,
            options,
            blocks: Vec::new(),
            slots: Vec::new(),
            raised: Vec::new(),
            by_key: FxHashMap::default(),
            free: Vec::new(),
            entry: None,
        }
    }

    /// How many slots are neither live nor free.
    pub(crate) fn dead(&self) -> usize {
        self.slots.len() - self.by_key.len() - self.free.len()
    }

    /// How many links a list of this level may have.
    pub(crate) fn links_max(&self, level: usize) -> usize {
        let links = usize::from(self.options.links);
        if level == 0 { 2 * links } else { links }
    }

    /// The highest level of a slot.
    pub(crate) fn level(&self, slot: u32) -> usize {
        self.raised.get(slot as usize).map_or(0, Vec::len)
    }

    pub(crate) fn is_live(&self, slot: u32) -> bool {
        self.slots.get(slot as usize).is_some_and(|slot| slot.live)
    }

    /// The vector in a slot.
    pub(crate) fn code(&self, slot: u32) -> CodeRef<'_> {
        let (block, within) = place(slot);
        let numbers = within * self.dimensions..(within + 1) * self.dimensions;
        let block = self.blocks.get(block);
        CodeRef {
            coarse: block
                .and_then(|block| block.coarse.get(numbers.clone()))
                .unwrap_or_default(),
            fine: block
                .and_then(|block| block.fine.get(numbers))
                .unwrap_or_default(),
            scale: self.slots.get(slot as usize).map_or(0.0, |slot| slot.scale),
        }
    }

    /// What a slot is linked to on a level.
    pub(crate) fn links(&self, slot: u32, level: usize) -> impl Iterator<Item = u32> {
        let list = match level.checked_sub(1) {
            None => {
                let (block, within) = place(slot);
                let places = within * self.links_max(0)..(within + 1) * self.links_max(0);
                self.blocks
                    .get(block)
                    .and_then(|block| block.links.get(places))
            }
            Some(above) => {
                let raised = self.raised.get(slot as usize);
                raised
                    .and_then(|raised| raised.get(above))
                    .map(Vec::as_slice)
            }
        };
        let list = list.unwrap_or_default().iter().copied();
        list.take_while(|link| *link != NOBODY)
    }

    /// Puts a vector into a free slot, without a link and not to be found.
    pub(crate) fn occupy(&mut self, key: u64, code: &Code, level: usize) -> Option<u32> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => self.grow()?,
        };
        self.write_code(slot, code);
        *self.slots.get_mut(slot as usize)? = Slot {
            key,
            scale: code.scale,
            live: false,
        };
        *self.raised.get_mut(slot as usize)? = vec![Vec::new(); level];
        Some(slot)
    }

    /// One slot more, if there may be.
    fn grow(&mut self) -> Option<u32> {
        let slots = self.slots.len();
        if slots >= SLOTS_MAX {
            return None;
        }
        if slots.is_multiple_of(BLOCK) {
            self.blocks.push(Block {
                coarse: vec![0; BLOCK * self.dimensions],
                fine: vec![0; BLOCK * self.dimensions],
                links: vec![NOBODY; BLOCK * self.links_max(0)],
            });
        }
        self.slots.push(Slot::default());
        self.raised.push(Vec::new());
        u32::try_from(slots).ok()
    }

    fn write_code(&mut self, slot: u32, code: &Code) {
        let (block, within) = place(slot);
        let numbers = within * self.dimensions..(within + 1) * self.dimensions;
        let Some(block) = self.blocks.get_mut(block) else {
            return;
        };
        let halves = [
            (&mut block.coarse, &code.coarse),
            (&mut block.fine, &code.fine),
        ];
        for (all, half) in halves {
            if let Some(place) = all.get_mut(numbers.clone()) {
                place.copy_from_slice(half);
            }
        }
    }

    /// Changes a list of links.
    pub(crate) fn relink(&mut self, change: &Relink) {
        let Some(above) = change.level.checked_sub(1) else {
            let (block, within) = place(change.slot);
            let most = self.links_max(0);
            let places = within * most..(within + 1) * most;
            let block = self.blocks.get_mut(block);
            if let Some(list) = block.and_then(|block| block.links.get_mut(places)) {
                let links = change.links.iter().copied();
                let padded = links.chain(std::iter::repeat(NOBODY));
                list.iter_mut()
                    .zip(padded)
                    .for_each(|(to, link)| *to = link);
            }
            return;
        };
        let raised = self.raised.get_mut(change.slot as usize);
        if let Some(list) = raised.and_then(|raised| raised.get_mut(above)) {
            list.clone_from(&change.links);
        }
    }

    /// Changes some lists.
    pub(crate) fn relink_all(&mut self, changes: &[Relink]) {
        for change in changes {
            self.relink(change);
        }
    }

    /// Has the key lead to this slot and to no other.
    pub(crate) fn bring_to_life(&mut self, slot: u32) {
        let Some(entry) = self.slots.get_mut(slot as usize) else {
            return;
        };
        entry.live = true;
        let key = entry.key;
        if let Some(before) = self.by_key.insert(key, slot) {
            self.bury(before);
        }
        if self
            .entry
            .is_none_or(|entry| self.level(entry) < self.level(slot))
        {
            self.entry = Some(slot);
        }
    }

    /// Takes the key out, so that its slot is no answer any more.
    pub(crate) fn remove(&mut self, key: u64) -> bool {
        let slot = self.by_key.remove(&key);
        slot.inspect(|slot| self.bury(*slot)).is_some()
    }

    fn bury(&mut self, slot: u32) {
        if let Some(slot) = self.slots.get_mut(slot as usize) {
            slot.live = false;
        }
    }

    /// Wipes a slot that nothing is linked to, and gives it to the next put.
    pub(crate) fn set_free(&mut self, slot: u32) {
        let nothing = Code {
            coarse: vec![0; self.dimensions],
            fine: vec![0; self.dimensions],
            scale: 0.0,
        };
        self.write_code(slot, &nothing);
        self.relink(&Relink {
            slot,
            level: 0,
            links: Vec::new(),
        });
        if let Some(slot) = self.slots.get_mut(slot as usize) {
            *slot = Slot::default();
        }
        if let Some(raised) = self.raised.get_mut(slot as usize) {
            *raised = Vec::new();
        }
        self.free.push(slot);
    }

    /// Has searches begin at the live slot of the highest level.
    pub(crate) fn choose_entry(&mut self) {
        let live = self.slots.iter().zip(0_u32..).filter(|(slot, _)| slot.live);
        let live = live.map(|(_, number)| number);
        self.entry = live.max_by_key(|number| (self.level(*number), u32::MAX - number));
    }
}

/// The block of a slot, and its place there.
fn place(slot: u32) -> (usize, usize) {
    let slot = slot as usize;
    (slot / BLOCK, slot % BLOCK)
}
