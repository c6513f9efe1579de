//! Ranking: which documents have what was asked, in which order.

use std::sync::Arc;

use kernel::Timestamp;
use tantivy::schema::Field;

use crate::{
    Error, Filter, Index, Language,
    best::{Best, Bests},
    columns::Edition,
    index::guarded,
    looking::{FEW, Looking, Pass},
    query::Asked,
    snippet::Matched,
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
    pub fn rank(&self, query: &Query) -> Result<Ranked, Error> {
        let asked = Asked::of(&query.text, query.language, query.prefix_last);
        let mut ranked = Ranked::none(self.fields, self.edition());
        ranked.shortened = asked.shortened;
        ranked.exact = asked.is_exact();
        if asked.wanted.is_empty() {
            return Ok(ranked);
        }
        guarded(|| {
            let edition = Arc::clone(&ranked.edition);
            let places = [self.fields.body, self.fields.heading];
            let mut pass = Pass::Typed;
            let (mut bests, mut looked) = self.pass(&edition, &asked, query, (pass, &places))?;
            if bests.total < FEW && looked.has_rare {
                pass = Pass::Likened;
                (bests, looked) = self.pass(&edition, &asked, query, (pass, &places))?;
            }
            let less = match asked.wanted.len() {
                0 | 1 => None,
                QUESTION_WORDS.. if bests.total < FEW => {
                    // What is a title is no question.
                    let titles = [self.fields.heading];
                    let (titled, _) = self.pass(&edition, &asked, query, (pass, &titles))?;
                    (titled.total == 0).then_some(Pass::Question)
                }
                _ => (bests.total == 0).then_some(Pass::Some),
            };
            if let Some(less) = less {
                ranked.partly = true;
                (bests, looked) = self.pass(&edition, &asked, query, (less, &places))?;
            }
            ranked.found(bests, looked);
            Ok(())
        })?;
        Ok(ranked)
    }

    /// Looks for nothing: for documents that were found elsewhere, to be told of by their passages
    /// with the words of the query marked.
    pub fn unranked(&self, query: &Query) -> Result<Ranked, Error> {
        let asked = Asked::of(&query.text, query.language, query.prefix_last);
        let mut ranked = Ranked::none(self.fields, self.edition());
        ranked.shortened = asked.shortened;
        guarded(|| {
            let places = [self.fields.body, self.fields.heading];
            let mut looking = Looking::new(&ranked.edition, self.fields, &places, Pass::Likened);
            looking.query(&asked, &query.filter)?;
            ranked.looked = Looked::of(looking);
            Ok(())
        })?;
        Ok(ranked)
    }

    fn pass(
        &self,
        edition: &Arc<Edition>,
        asked: &Asked,
        query: &Query,
        (pass, places): (Pass, &[Field]),
    ) -> tantivy::Result<(Bests, Looked)> {
        let mut looking = Looking::new(edition, self.fields, places, pass);
        let wanted = looking.query(asked, &query.filter)?;
        let best = Best {
            edition: Arc::clone(edition),
            limit: query.limit.min(RANKED_MAX),
            recent: query.recent,
        };
        let searcher = &edition.searcher;
        let bests = searcher.search_with_statistics_provider(&wanted, &best, &looking)?;
        Ok((bests, Looked::of(looking)))
    }
}

/// What a pass noted beside what it found.
#[derive(Default)]
pub(crate) struct Looked {
    pub(crate) matched: Matched,
    has_rare: bool,
    pub(crate) has_likenesses: bool,
    pub(crate) respelled: Vec<(String, String)>,
}

impl Looked {
    fn of(looking: Looking<'_>) -> Self {
        Self {
            matched: looking.matched,
            has_rare: looking.has_rare,
            has_likenesses: looking.has_likenesses,
            respelled: looking.respelled,
        }
    }
}
