//! More like a document: what shares its most telling words.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use tantivy::{
    Term,
    query::{BooleanQuery, Occur, TermQuery},
    schema::IndexRecordOption,
};

use crate::{
    Error, Filter, Index, Ranking,
    best::Best,
    index::guarded,
    looking::{Any, Looking},
    query::Word,
    rank::RANKED_MAX,
    seen::MaySee,
    stops::is_stop,
    tell::Stored,
    words::{fold, places, start_of},
};

/// Words of a document that others are looked for with.
const TELLING_MAX: usize = 24;

/// Bytes of a body in which such words are looked for.
const LOOKED_AT_BYTES_MAX: usize = 16 << 10;

/// What a word of the title counts for, in words of the body.
const TITLE: u32 = 3;

impl Index {
    /// Documents that have the most telling words of this one, without itself, best first; none, if
    /// there is no such document.
    pub fn like(&self, key: u128, filter: &Filter, limit: usize) -> Result<Vec<Ranking>, Error> {
        let edition = self.edition();
        guarded(|| {
            let Some(address) = edition.address(self.fields, key)? else {
                return Ok(Vec::new());
            };
            let stored = Stored::of(&edition, self.fields, address)?;
            // Nobody looks for words like those of a text.
            let may_see: MaySee<'_> = &mut |_| true;
            let mut looking = Looking::new((&edition, self.fields), filter, may_see);
            let mut some: Vec<Any> = Vec::new();
            for word in self.telling(&edition.searcher, &stored)? {
                some.push(looking.word(&word, None, 0)?);
            }
            let itself = TermQuery::new(self.fields.by_key(key), IndexRecordOption::Basic);
            let mut all: Vec<(Occur, Any)> = vec![
                (Occur::Must, Box::new(BooleanQuery::union(some))),
                (Occur::MustNot, Box::new(itself)),
            ];
            all.extend(filter.query(&edition).map(|one| (Occur::Must, one)));
            let best = Best {
                edition: Arc::clone(&edition),
                limit: limit.min(RANKED_MAX),
                recent: None,
            };
            Ok(looking.found(&BooleanQuery::new(all), &best)?.hits)
        })
    }

    /// The words of a document that others have seldom, and it has often.
    fn telling(&self, searcher: &tantivy::Searcher, stored: &Stored) -> tantivy::Result<Vec<Word>> {
        let language = stored.language();
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let body = start_of(stored.body(), LOOKED_AT_BYTES_MAX);
        for (text, counted) in [(stored.title(), TITLE), (body, 1)] {
            for word in places(text).filter_map(|place| text.get(place.bytes)) {
                *counts.entry(word).or_default() += counted;
            }
        }
        let mut folded: HashMap<String, (u32, &str)> = HashMap::new();
        for (word, count) in counts {
            let known = folded.entry(fold(word)).or_insert((0, word));
            known.0 += count;
            known.1 = known.1.min(word);
        }
        folded.retain(|word, _| !word.is_empty() && !is_stop(word, language));
        let documents = searcher.num_docs();
        let mut telling = Vec::with_capacity(folded.len());
        for (exact, (count, word)) in folded {
            let term = Term::from_field_text(self.fields.body, &exact);
            let have = searcher.doc_freq(&term)?;
            telling.push((Reverse(weight(count, have, documents)), exact, word));
        }
        telling.sort_unstable();
        telling.truncate(TELLING_MAX);
        let word = |(_, exact, word): (_, String, &str)| Word {
            exact,
            stem: language.stem(word),
            language,
            begins: false,
        };
        Ok(telling.into_iter().map(word).collect())
    }
}

/// How telling a word is that a document has so often, and so many of all documents have; in
/// thousandths, so that it has an order.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it need not be exact, and is neither negative nor large"
)]
fn weight(count: u32, have: u64, documents: u64) -> u64 {
    let seldom = (1.0 + documents as f64 / (1.0 + have as f64)).ln();
    (1_000.0 * f64::from(count).sqrt() * seldom) as u64
}
