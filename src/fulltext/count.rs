//! Counting what is found, by course and by kind.

use std::{cmp::Reverse, collections::HashMap};

use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::StrColumn,
};

use crate::fields::{COURSE, KIND};

/// Courses, and kinds, that are told of: those with the most.
const VALUES_MAX: usize = 50;

/// How many of the documents found are of which course and of which kind, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By course; documents without one are not counted.
    pub courses: Vec<(String, u64)>,
    /// By kind.
    pub kinds: Vec<(String, u64)>,
}

/// Counts all, and by course and kind.
pub(crate) struct Counting;

/// The counts of a segment.
#[derive(Default)]
pub(crate) struct Counted {
    total: u64,
    courses: HashMap<String, u64>,
    kinds: HashMap<String, u64>,
}

pub(crate) struct SegmentCounting {
    total: u64,
    courses: Values,
    kinds: Values,
}

/// Counts by the numbers that the values have within a segment.
struct Values {
    column: Option<StrColumn>,
    counts: Vec<u64>,
}

impl Values {
    fn of(segment: &SegmentReader, field: &str) -> tantivy::Result<Self> {
        let column = segment.fast_fields().str(field)?;
        let terms = column.as_ref().map_or(0, |column| column.num_terms());
        Ok(Self {
            column,
            counts: vec![0; terms],
        })
    }

    fn count(&mut self, doc: DocId) {
        let Some(column) = &self.column else {
            return;
        };
        if let Some(value) = column.ords().first(doc)
            && let Ok(value) = usize::try_from(value)
            && let Some(count) = self.counts.get_mut(value)
        {
            *count += 1;
        }
    }

    fn named(self) -> HashMap<String, u64> {
        let mut named = HashMap::new();
        let Some(column) = self.column else {
            return named;
        };
        for (value, count) in (0..).zip(self.counts).filter(|(_, count)| *count > 0) {
            let mut name = String::new();
            if column.ord_to_str(value, &mut name).is_ok_and(|there| there) {
                named.insert(name, count);
            }
        }
        named
    }
}

impl Collector for Counting {
    type Fruit = (u64, Facets);
    type Child = SegmentCounting;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentCounting> {
        Ok(SegmentCounting {
            total: 0,
            courses: Values::of(segment, COURSE)?,
            kinds: Values::of(segment, KIND)?,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counted>) -> tantivy::Result<(u64, Facets)> {
        let mut all = Counted::default();
        for segment in segments {
            all.total += segment.total;
            for (sum, part) in [
                (&mut all.courses, segment.courses),
                (&mut all.kinds, segment.kinds),
            ] {
                for (name, count) in part {
                    *sum.entry(name).or_default() += count;
                }
            }
        }
        let facets = Facets {
            courses: most(all.courses),
            kinds: most(all.kinds),
        };
        Ok((all.total, facets))
    }
}

impl SegmentCollector for SegmentCounting {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        self.courses.count(doc);
        self.kinds.count(doc);
    }

    fn harvest(self) -> Counted {
        Counted {
            total: self.total,
            courses: self.courses.named(),
            kinds: self.kinds.named(),
        }
    }
}

fn most(counts: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(a, many), (b, more)| (Reverse(many), a).cmp(&(Reverse(more), b)));
    counts.truncate(VALUES_MAX);
    counts
}
