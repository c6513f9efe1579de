//! A query that counts by being met at all, before it counts by how well.

use tantivy::{
    DocId, DocSet, Score, SegmentReader,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// What each word that a document has is worth where not all are needed: more than words can
/// weigh, so that documents with more of the words come first.
const EACH: Score = 1_000.0;

/// One of several that need not all be met.
#[derive(Debug)]
pub(crate) struct Each(pub(crate) Box<dyn Query>);

impl Clone for Each {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Each {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(EachWeight(self.0.weight(scoring)?)))
    }
}

struct EachWeight(Box<dyn Weight>);

impl Weight for EachWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scorer = self.0.scorer(segment, boost)?;
        Ok(Box::new(EachScorer(scorer)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(segment, doc)
    }
}

struct EachScorer(Box<dyn Scorer>);

impl DocSet for EachScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }
}

impl Scorer for EachScorer {
    fn score(&mut self) -> Score {
        EACH + self.0.score()
    }
}
