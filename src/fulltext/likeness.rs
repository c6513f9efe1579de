//! Words of the index that are like a word that was typed: they begin with it, or differ in a
//! letter or two.

use std::{cmp::Reverse, collections::HashMap};

use tantivy::{
    Searcher, Term,
    query::{DfaWrapper, FuzzyTermQuery},
    schema::Field,
};

use crate::ready::WORDS_FROM;

/// Words that a beginning stands for: those that most documents have.
const BEGINNINGS_MAX: usize = 24;

/// Words that a mistyped one may stand for: the nearest, then those that most documents have.
const LIKENESSES_MAX: usize = 8;

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
    Ok(seen.most(BEGINNINGS_MAX, |_| 0))
}

/// Words that this one may be a mistyped form of, without the word itself. Two letters that changed
/// places count as one mistake.
pub(crate) fn near(
    searcher: &Searcher,
    fields: &[Field],
    word: &str,
) -> tantivy::Result<Vec<Like>> {
    let (Some(field), Some(initial)) = (fields.first(), word.chars().next()) else {
        return Ok(Vec::new());
    };
    // The most likely first, as each step looks at many more words than the one before: people
    // mistype seldom the first letter, and two letters seldomer than one.
    for edits in 1..=edits_of(word.chars().count()) {
        let term = Term::from_field_text(*field, word);
        let automaton = FuzzyTermQuery::new(term, edits, true).automaton()?;
        for initial in [Some(initial), None] {
            let mut seen = seen_near(searcher, fields, &automaton, initial)?;
            seen.words.remove(word.as_bytes());
            if !seen.words.is_empty() {
                let edits = |near: &str| strsim::osa_distance(word, near);
                return Ok(seen.most(LIKENESSES_MAX, edits));
            }
        }
    }
    Ok(Vec::new())
}

fn seen_near(
    searcher: &Searcher,
    fields: &[Field],
    automaton: &DfaWrapper,
    initial: Option<char>,
) -> tantivy::Result<Seen> {
    let mut seen = Seen::default();
    for segment in searcher.segment_readers() {
        for field in fields {
            let index = segment.inverted_index(*field)?;
            let mut terms = index.terms().search(automaton);
            terms = match initial {
                Some(initial) => terms
                    .ge(initial.to_string())
                    .lt(format!("{initial}\u{10ffff}")),
                None => terms.ge(WORDS_FROM),
            };
            let mut stream = terms.into_stream()?;
            while stream.advance() {
                seen.add(*field, stream.key(), stream.value().doc_freq);
            }
        }
    }
    Ok(seen)
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
    fn most(self, many: usize, edits: impl Fn(&str) -> usize) -> Vec<Like> {
        let mut likes: Vec<(Reverse<u32>, Like)> = self
            .words
            .into_iter()
            .filter_map(|(word, (documents, fields))| {
                let word = String::from_utf8(word).ok()?;
                let edits = edits(&word);
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
