//! What somebody may mean while they type: titles and names.

use std::sync::Arc;

use crate::{
    Error, Filter, Index, Language, Ranking,
    best::Best,
    index::guarded,
    looking::{Looking, Pass},
    query::Asked,
    rank::RANKED_MAX,
    seen::MaySee,
};

impl Index {
    /// Documents whose titles or names have these words, the last of which may be a beginning, best
    /// first; where there is none that may be seen, those with words like them. At most
    /// [`RANKED_MAX`].
    pub fn suggest(
        &self,
        prefix: &str,
        (filter, may_see): (&Filter, MaySee<'_>),
        limit: usize,
    ) -> Result<Vec<Ranking>, Error> {
        let asked = Asked::of(prefix, Language::Other, true);
        if asked.wanted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let edition = self.edition();
        guarded(|| {
            let best = Best {
                edition: Arc::clone(&edition),
                limit: limit.min(RANKED_MAX),
                recent: None,
            };
            let mut looking = Looking::new((&edition, self.fields), filter, may_see);
            looking.in_headings();
            for pass in [Pass::Typed, Pass::Likened] {
                let (wanted, _) = looking.query(&asked, pass)?;
                let bests = looking.found(&wanted, &best)?;
                // Behind as many as were wanted there may be others.
                if bests.hits.len() >= best.limit || looking.seen.of(&bests.addresses, 1) > 0 {
                    return Ok(bests.hits);
                }
            }
            Ok(Vec::new())
        })
    }
}
