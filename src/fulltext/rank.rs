//! Ranking: which documents have what was asked, in which order.

use std::sync::Arc;

use kernel::Timestamp;

use crate::{
    Error, Filter, Index, Language,
    best::Best,
    index::guarded,
    looking::{FEW, Looked, Looking, Pass},
    query::Asked,
    seen::MaySee,
    tell::Ranked,
};

/// Documents that one answer ranks.
pub const RANKED_MAX: usize = 1_000;

/// So many words are a question: nobody means that all of them must be there.
const QUESTION_WORDS: usize = 4;

/// A question to the index.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// As it was typed; anything is fine.
    pub text: String,
    /// What may be found.
    pub filter: Filter,
    /// How many documents to rank, at most [`RANKED_MAX`].
    pub limit: usize,
    /// Whether the last word may be a beginning, as while somebody types.
    pub prefix_last: bool,
    /// The language of who asks.
    pub language: Language,
    /// Now, where newer documents shall come before others that fit about as well.
    pub recent: Option<Timestamp>,
}

impl Index {
    /// Looks for documents and ranks them by their columns; none is unpacked. No text is an error:
    /// one without words finds nothing.
    pub fn rank(&self, query: &Query, may_see: MaySee<'_>) -> Result<Ranked, Error> {
        let asked = Asked::of(&query.text, query.language, query.prefix_last);
        let mut ranked = Ranked::none(self.fields, self.edition());
        ranked.shortened = asked.shortened;
        ranked.exact = asked.is_exact();
        if asked.wanted.is_empty() {
            return Ok(ranked);
        }
        guarded(|| {
            let edition = Arc::clone(&ranked.edition);
            let best = Best {
                edition: Arc::clone(&edition),
                // Whether there are few is seen by them.
                limit: query.limit.clamp(FEW, RANKED_MAX),
                recent: query.recent,
            };
            let mut looking = Looking::new((&edition, self.fields), &query.filter, may_see);
            let (wanted, mut looked) = looking.query(&asked, Pass::Typed)?;
            let mut bests = looking.found(&wanted, &best)?;
            let mut pass = Pass::Typed;
            let mut seen = looking.seen.of(&bests.addresses, FEW);
            if seen < FEW {
                let (wanted, likened) = looking.query(&asked, Pass::Likened)?;
                if likened.has_likenesses {
                    (bests, looked) = (looking.found(&wanted, &best)?, likened);
                    pass = Pass::Likened;
                    seen = looking.seen.of(&bests.addresses, FEW);
                }
            }
            let less = match asked.wanted.len() {
                0 | 1 => None,
                QUESTION_WORDS.. if seen < FEW => {
                    // What is a title is no question.
                    looking.in_headings();
                    let (wanted, _) = looking.query(&asked, pass)?;
                    let titled = looking.found(&wanted, &best)?;
                    looking.everywhere();
                    let is_title = looking.seen.of(&titled.addresses, 1) > 0;
                    (!is_title).then_some(Pass::Question)
                }
                _ => (seen == 0).then_some(Pass::Some),
            };
            if let Some(less) = less {
                ranked.partly = true;
                let (wanted, noted) = looking.query(&asked, less)?;
                (bests, looked) = (looking.found(&wanted, &best)?, noted);
            }
            looked.has_likenesses =
                looked.has_likenesses && looking.seen.of(&bests.addresses, 1) > 0;
            bests.hits.truncate(query.limit);
            ranked.found(bests, looked);
            Ok(())
        })?;
        Ok(ranked)
    }

    /// Looks for nothing: for documents that were found elsewhere, to be told of by their passages
    /// with the words of the query marked.
    pub fn unranked(&self, query: &Query, may_see: MaySee<'_>) -> Result<Ranked, Error> {
        let asked = Asked::of(&query.text, query.language, query.prefix_last);
        let mut ranked = Ranked::none(self.fields, self.edition());
        ranked.shortened = asked.shortened;
        guarded(|| {
            let mut looking = Looking::new((&ranked.edition, self.fields), &query.filter, may_see);
            let (_, looked) = looking.query(&asked, Pass::Likened)?;
            ranked.looked = Looked {
                has_likenesses: false,
                ..looked
            };
            Ok(())
        })?;
        Ok(ranked)
    }
}
