//! A query that counts by being met at all, before it counts by how well.

use tantivy::{
    DocId, DocSet, Score, SegmentReader,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// One of several that need not all be met, and what it is worth that it is.
#[derive(Debug)]
pub(crate) struct Each {
    pub(crate) query: Box<dyn Query>,
    pub(crate) worth: Score,
}

impl Clone for Each {
    fn clone(&self) -> Self {
        Self {
            query: self.query.box_clone(),
            worth: self.worth,
        }
    }
}

impl Query for Each {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(EachWeight {
            weight: self.query.weight(scoring)?,
            worth: self.worth,
        }))
    }
}

struct EachWeight {
    weight: Box<dyn Weight>,
    worth: Score,
}

impl Weight for EachWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(EachScorer {
            scorer: self.weight.scorer(segment, boost)?,
            worth: self.worth,
        }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.weight.explain(segment, doc)
    }
}

struct EachScorer {
    scorer: Box<dyn Scorer>,
    worth: Score,
}

impl DocSet for EachScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.scorer.seek(target)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }
}

impl Scorer for EachScorer {
    fn score(&mut self) -> Score {
        self.worth + self.scorer.score()
    }
}
