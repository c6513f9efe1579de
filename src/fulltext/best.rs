//! Which documents come first, and in an order that is the same each time.

use std::{cmp::Ordering, sync::Arc};

use kernel::Timestamp;
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
};

use crate::columns::{Columns, Edition};

/// How much more the newest may weigh than the oldest, where what is recent counts.
const RECENT: f64 = 0.25;

/// After how many milliseconds half of that is left: ninety days.
const RECENT_HALF_MS: f64 = 90.0 * 86_400_000.0;

/// A document that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// Its key.
    pub key: u128,
    /// What it is.
    pub kind: u8,
    /// The course that it belongs to.
    pub course: Option<u128>,
    /// How well it fits; to be compared within one answer.
    pub score: f32,
}

/// What was found: how many, and the first of them with where they are.
#[derive(Default)]
pub(crate) struct Bests {
    pub(crate) total: u64,
    pub(crate) hits: Vec<Ranking>,
    pub(crate) addresses: Vec<DocAddress>,
}

/// Counts all, and keeps the best by score and then by key. The engine's own order among equals is
/// that in which they were written, which a merge changes.
pub(crate) struct Best {
    pub(crate) edition: Arc<Edition>,
    pub(crate) limit: usize,
    pub(crate) recent: Option<Timestamp>,
}

/// The best of a segment.
pub(crate) struct SegmentBest {
    segment: SegmentOrdinal,
    found: Found<DocId>,
    total: u64,
    /// Now, and when each document was changed.
    recent: Option<(i64, Arc<Columns>)>,
}

/// What may still be among the best.
struct Found<D> {
    limit: usize,
    /// As many that are kept have at least this.
    enough: Score,
    /// When there are so many, those that are worse are left out.
    room: usize,
    kept: Vec<(Score, D)>,
}

impl<D> Found<D> {
    fn new(limit: usize) -> Self {
        let limit = limit.max(1);
        Self {
            limit,
            enough: Score::NEG_INFINITY,
            room: limit * 4,
            kept: Vec::new(),
        }
    }

    fn add(&mut self, score: Score, doc: D) {
        if score < self.enough {
            return;
        }
        self.kept.push((score, doc));
        if self.kept.len() >= self.room {
            self.leave_out();
            // There may be many of the same score, of which none can be left out yet.
            self.room = self.room.max(self.kept.len() * 2);
        }
    }

    fn leave_out(&mut self) {
        if self.kept.len() <= self.limit {
            return;
        }
        let last = self.limit - 1;
        let (_, last, _) = self.kept.select_nth_unstable_by(last, better);
        let enough = last.0;
        self.enough = enough;
        self.kept.retain(|(score, _)| *score >= enough);
    }
}

fn better<D>(one: &(Score, D), other: &(Score, D)) -> Ordering {
    other.0.total_cmp(&one.0)
}

impl Collector for Best {
    type Fruit = Bests;
    type Child = SegmentBest;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentBest> {
        let recent = match self.recent {
            Some(now) => Some((now.as_millis(), self.edition.columns_of(reader)?)),
            None => None,
        };
        Ok(SegmentBest {
            segment,
            found: Found::new(self.limit),
            total: 0,
            recent,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(
        &self,
        segments: Vec<(u64, Vec<(Score, DocAddress)>)>,
    ) -> tantivy::Result<Bests> {
        let mut bests = Bests::default();
        let mut found = Found::new(self.limit);
        for (total, kept) in segments {
            bests.total += total;
            for (score, address) in kept {
                found.add(score, address);
            }
        }
        found.leave_out();
        let mut ranked: Vec<(Ranking, DocAddress)> = found
            .kept
            .into_iter()
            .filter_map(|(score, address)| {
                let columns = self.edition.columns(address)?;
                let ranking = Ranking {
                    key: columns.key(address.doc_id),
                    kind: columns.marks(address.doc_id).kind(),
                    course: columns.course(address.doc_id),
                    score,
                };
                Some((ranking, address))
            })
            .collect();
        ranked.sort_unstable_by(|(one, _), (other, _)| {
            let by_score = other.score.total_cmp(&one.score);
            by_score.then(one.key.cmp(&other.key))
        });
        ranked.truncate(self.limit);
        (bests.hits, bests.addresses) = ranked.into_iter().unzip();
        Ok(bests)
    }
}

impl SegmentCollector for SegmentBest {
    type Fruit = (u64, Vec<(Score, DocAddress)>);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        let score = match &self.recent {
            Some((now, columns)) => score * recency(*now, columns.time(doc)),
            None => score,
        };
        self.found.add(score, doc);
    }

    fn harvest(mut self) -> Self::Fruit {
        self.found.leave_out();
        let addressed = |(score, doc)| (score, DocAddress::new(self.segment, doc));
        let kept = self.found.kept.into_iter().map(addressed).collect();
        (self.total, kept)
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a weight needs neither all digits of a time nor all of its own"
)]
fn recency(now: i64, time: i64) -> f32 {
    let age = now.saturating_sub(time).max(0) as f64;
    (1.0 + RECENT * (-age / RECENT_HALF_MS).exp2()) as f32
}
