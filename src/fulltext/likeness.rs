//! Words of the index that are like a word that was typed: they begin with it, or differ in a
//! letter or two.

use std::{cmp::Reverse, collections::HashMap};

use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field};

/// Words that a beginning stands for: those that most documents have.
const BEGINNINGS_MAX: usize = 24;

/// Words that a mistyped one may stand for: the nearest, then those that most documents have.
const LIKENESSES_MAX: usize = 12;

/// Words of a field in a segment that are looked at for a beginning.
const LOOKED_AT_MAX: usize = 10_000;

/// A word of the index.
pub(crate) struct Like {
    pub(crate) word: String,
    /// How many letters differ; 0 for those that begin with what was typed.
    pub(crate) edits: usize,
    /// Where it stands.
    pub(crate) fields: Vec<Field>,
}

/// How many letters may be wrong in a word of this many.
fn edits_of(letters: usize) -> u8 {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Words that begin with this one, without the word itself.
pub(crate) fn beginning_with(
    searcher: &Searcher,
    fields: &[Field],
    word: &str,
) -> tantivy::Result<Vec<Like>> {
    let mut seen = Seen::default();
    for segment in searcher.segment_readers() {
        for field in fields {
            let index = segment.inverted_index(*field)?;
            let terms = index.terms().range().ge(word);
            // No word has this letter, and no letter comes after it.
            let mut stream = terms.lt(format!("{word}\u{10ffff}")).into_stream()?;
            let mut left = LOOKED_AT_MAX;
            while left > 0 && stream.advance() {
                left -= 1;
                seen.add(*field, stream.key(), stream.value().doc_freq);
            }
        }
    }
    seen.words.remove(word.as_bytes());
    Ok(seen.most(BEGINNINGS_MAX, |_| Some(0)))
}

/// Words that this one may be a mistyped form of, without the word itself. Two letters that changed
/// places count as one mistake.
pub(crate) fn near(
    searcher: &Searcher,
    fields: &[Field],
    word: &str,
) -> tantivy::Result<Vec<Like>> {
    let Some(first) = fields.first() else {
        return Ok(Vec::new());
    };
    // Two mistakes are thought of where one explains nothing: far more words are that near.
    for edits in 1..=edits_of(word.chars().count()) {
        let term = Term::from_field_text(*first, word);
        let automaton = FuzzyTermQuery::new(term, edits, true).automaton()?;
        let mut seen = Seen::default();
        for segment in searcher.segment_readers() {
            for field in fields {
                let index = segment.inverted_index(*field)?;
                let mut stream = index.terms().search(&automaton).into_stream()?;
                while stream.advance() {
                    seen.add(*field, stream.key(), stream.value().doc_freq);
                }
            }
        }
        seen.words.remove(word.as_bytes());
        if !seen.words.is_empty() {
            return Ok(seen.most(LIKENESSES_MAX, |near| {
                Some(strsim::osa_distance(word, near))
            }));
        }
    }
    Ok(Vec::new())
}

/// What was seen: in how many documents, and in which fields.
#[derive(Default)]
struct Seen {
    words: HashMap<Vec<u8>, (u32, Vec<Field>)>,
}

impl Seen {
    fn add(&mut self, field: Field, word: &[u8], documents: u32) {
        let (sum, fields) = match self.words.get_mut(word) {
            Some(seen) => seen,
            None => self.words.entry(word.to_vec()).or_default(),
        };
        *sum = sum.saturating_add(documents);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }

    /// The words that matter most, by `edits` and then by documents.
    fn most(self, many: usize, edits: impl Fn(&str) -> Option<usize>) -> Vec<Like> {
        let mut likes: Vec<(Reverse<u32>, Like)> = self
            .words
            .into_iter()
            .filter_map(|(word, (documents, fields))| {
                let word = String::from_utf8(word).ok()?;
                let edits = edits(&word)?;
                let like = Like {
                    word,
                    edits,
                    fields,
                };
                Some((Reverse(documents), like))
            })
            .collect();
        likes.sort_by(|(less, a), (more, b)| {
            (a.edits, less, &a.word).cmp(&(b.edits, more, &b.word))
        });
        likes.truncate(many);
        likes.into_iter().map(|(_, like)| like).collect()
    }
}
