//! What somebody may mean while they type: titles and names.

use tantivy::collector::TopDocs;

use crate::{
    Error, Filter, Index, Language,
    fields::Part,
    index::guarded,
    query::Asked,
    search::{Looking, Pass, Stored},
};

/// Suggestions that one answer has.
pub const SUGGESTIONS_MAX: usize = 20;

/// A document that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its key.
    pub key: String,
    /// Its title, as it was put.
    pub title: String,
}

impl Index {
    /// Documents whose titles or names have these words, the last of which may be a beginning, best
    /// first; where there is none, those with words like them.
    pub fn suggest(
        &self,
        prefix: &str,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<Suggestion>, Error> {
        let asked = Asked::of(prefix, Language::Other, true);
        if asked.wanted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        guarded(|| {
            let searcher = self.searcher();
            for pass in [Pass::Typed, Pass::Likened] {
                let parts = [Part::Title, Part::Names];
                let mut looking = Looking::new(&searcher, self.fields, &parts, pass);
                let query = looking.query(&asked, filter)?;
                let top = TopDocs::with_limit(limit.min(SUGGESTIONS_MAX));
                let best = searcher.search(&query, &top.order_by_score())?;
                if !best.is_empty() {
                    return best
                        .into_iter()
                        .map(|(_, address)| {
                            let stored = Stored::of(&searcher, address, &self.fields)?;
                            let (key, title) = (stored.key, stored.title);
                            Ok(Suggestion { key, title })
                        })
                        .collect();
                }
            }
            Ok(Vec::new())
        })
    }
}
