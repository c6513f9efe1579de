//! What somebody may mean while they type: titles and names.

use std::sync::Arc;

use crate::{
    Error, Filter, Index, Language, Ranking,
    best::Best,
    index::guarded,
    looking::{Looking, Pass},
    query::Asked,
};

/// Suggestions that one answer has.
pub const SUGGESTIONS_MAX: usize = 20;

impl Index {
    /// Documents whose titles or names have these words, the last of which may be a beginning, best
    /// first; where there is none, those with words like them.
    pub fn suggest(
        &self,
        prefix: &str,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<Ranking>, Error> {
        let asked = Asked::of(prefix, Language::Other, true);
        if asked.wanted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let edition = self.edition();
        guarded(|| {
            for pass in [Pass::Typed, Pass::Likened] {
                let places = [self.fields.heading];
                let mut looking = Looking::new(&edition, self.fields, &places, pass);
                let query = looking.query(&asked, filter)?;
                let best = Best {
                    edition: Arc::clone(&edition),
                    limit: limit.min(SUGGESTIONS_MAX),
                    recent: None,
                };
                let searcher = &edition.searcher;
                let bests = searcher.search_with_statistics_provider(&query, &best, &looking)?;
                if !bests.hits.is_empty() {
                    return Ok(bests.hits);
                }
            }
            Ok(Vec::new())
        })
    }
}
