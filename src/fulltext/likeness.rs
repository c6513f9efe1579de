//! Words of the index that are like a word that was typed: they begin with it, or differ in a
//! letter or two.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field};

use crate::{
    Language, columns::Edition, query::Word, ready::WORDS_FROM, seen::Seen, stops::is_stop,
};

/// Words that a beginning stands for: those that most documents have.
const BEGINNINGS_MAX: usize = 24;

/// Words that a mistyped one may stand for: the nearest, then those that most documents have.
const LIKENESSES_MAX: usize = 8;

/// Words of fewer letters are taken to begin as they were typed: those like "tide" with another
/// first letter are many, and none that is meant.
const FIRST_LETTER_FROM: usize = 8;

/// Words of the whole index among which those are looked for that may be found.
const ASKED_FOR_MAX: usize = 64;

/// Words that are remembered as of a commit, counting what was asked for: some three megabytes.
const REMEMBERED_MAX: usize = 32_768;

/// Words of a field in a segment that are looked at for a beginning.
const LOOKED_AT_MAX: usize = 10_000;

/// A word of the index.
#[derive(Clone)]
pub(crate) struct Like {
    pub(crate) word: String,
    /// How many letters differ; 0 for those that begin with what was typed.
    pub(crate) edits: usize,
    /// Where it stands.
    pub(crate) fields: Vec<Field>,
}

impl Like {
    /// It in each of the fields in which it stands.
    pub(crate) fn terms(&self) -> Vec<Term> {
        let fields = self.fields.iter();
        fields
            .map(|field| Term::from_field_text(*field, &self.word))
            .collect()
    }
}

/// How many letters may be wrong in a word of this many.
fn edits_of(letters: usize) -> u8 {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Words that begin with this one, without the word itself: those that most documents have.
pub(crate) fn beginning_with(
    edition: &Edition,
    fields: &[Field],
    word: &str,
    seen: &mut Seen<'_>,
) -> tantivy::Result<Vec<Like>> {
    let mut words = Words::default();
    for segment in edition.searcher.segment_readers() {
        for field in fields {
            let index = segment.inverted_index(*field)?;
            let terms = index.terms().range().ge(word);
            // No word has this letter, and no letter comes after it.
            let mut stream = terms.lt(format!("{word}\u{10ffff}")).into_stream()?;
            let mut left = LOOKED_AT_MAX;
            while left > 0 && stream.advance() {
                left -= 1;
                words.add(*field, stream.key(), stream.value().doc_freq);
            }
        }
    }
    let words = words.likely(word, |_| 0);
    seen.first(words.iter(), BEGINNINGS_MAX)
}

/// Words that this one may be a mistyped form of, without the word itself: the nearest, then those
/// that most documents have. Two letters that changed places count as one mistake.
pub(crate) fn near(
    edition: &Edition,
    fields: &[Field],
    word: &Word,
    seen: &mut Seen<'_>,
) -> tantivy::Result<Vec<Like>> {
    let Some(initial) = word.exact.chars().next() else {
        return Ok(Vec::new());
    };
    // The most likely first, as each step looks at many more words than the one before: people
    // mistype seldom the first letter, and two letters seldomer than one.
    let letters = word.exact.chars().count();
    let initials: &[Option<char>] = match letters {
        ..FIRST_LETTER_FROM => &[Some(initial)],
        _ => &[Some(initial), None],
    };
    for edits in 1..=edits_of(letters) {
        for initial in initials.iter().copied() {
            let step = Step {
                word: word.exact.clone(),
                fields: fields.to_vec(),
                edits,
                initial,
            };
            let words = edition.likenesses.of(step, &edition.searcher)?;
            let words = words.iter().filter(|like| says_something(like, word));
            let likes = seen.first(words, LIKENESSES_MAX)?;
            if !likes.is_empty() {
                return Ok(likes);
            }
        }
    }
    Ok(Vec::new())
}

/// Nobody looks for "has" who typed "Haus": words that say nothing are none that are meant. Texts
/// have those of English beside others.
fn says_something(like: &Like, typed: &Word) -> bool {
    let says_nothing = |language| is_stop(&like.word, language);
    !says_nothing(typed.language) && !says_nothing(Language::English)
}

/// What was looked for: words that differ from one in so many letters, with this letter first.
#[derive(PartialEq, Eq, Hash)]
struct Step {
    word: String,
    fields: Vec<Field>,
    edits: u8,
    initial: Option<char>,
}

/// What was found for words that were mistyped, or that are none of those whom was asked for: to
/// look through all words takes longer than all the rest, and the same are asked for again.
#[derive(Default)]
pub(crate) struct Likenesses {
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    steps: HashMap<Step, Arc<[Like]>>,
    words: usize,
}

impl Likenesses {
    fn of(&self, step: Step, searcher: &Searcher) -> tantivy::Result<Arc<[Like]>> {
        let known = self.remembered().steps.get(&step).map(Arc::clone);
        if let Some(known) = known {
            return Ok(known);
        }
        let found: Arc<[Like]> = step.find(searcher)?.into();
        self.remembered().add(step, Arc::clone(&found));
        Ok(found)
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn add(&mut self, step: Step, found: Arc<[Like]>) {
        self.words += 1 + found.len();
        if self.words > REMEMBERED_MAX {
            self.steps.clear();
            self.words = 1 + found.len();
        }
        self.steps.insert(step, found);
    }
}

impl Step {
    fn find(&self, searcher: &Searcher) -> tantivy::Result<Vec<Like>> {
        let Some(field) = self.fields.first() else {
            return Ok(Vec::new());
        };
        let term = Term::from_field_text(*field, &self.word);
        let automaton = FuzzyTermQuery::new(term, self.edits, true).automaton()?;
        let mut words = Words::default();
        for segment in searcher.segment_readers() {
            for field in &self.fields {
                let index = segment.inverted_index(*field)?;
                let mut terms = index.terms().search(&automaton);
                terms = match self.initial {
                    Some(initial) => terms
                        .ge(initial.to_string())
                        .lt(format!("{initial}\u{10ffff}")),
                    None => terms.ge(WORDS_FROM),
                };
                let mut stream = terms.into_stream()?;
                while stream.advance() {
                    words.add(*field, stream.key(), stream.value().doc_freq);
                }
            }
        }
        let edits = |like: &str| strsim::osa_distance(&self.word, like);
        Ok(words.likely(&self.word, edits))
    }
}

/// Words: in how many documents, and in which fields.
#[derive(Default)]
struct Words {
    words: HashMap<Vec<u8>, (u32, Vec<Field>)>,
}

impl Words {
    fn add(&mut self, field: Field, word: &[u8], documents: u32) {
        let (sum, fields) = match self.words.get_mut(word) {
            Some(known) => known,
            None => self.words.entry(word.to_vec()).or_default(),
        };
        *sum = sum.saturating_add(documents);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }

    /// Those that matter most, by `edits` and then by documents, without the one that was typed.
    fn likely(mut self, typed: &str, edits: impl Fn(&str) -> usize) -> Vec<Like> {
        self.words.remove(typed.as_bytes());
        let like = |(word, (documents, fields))| {
            let word = String::from_utf8(word).ok()?;
            let edits = edits(&word);
            let like = Like {
                word,
                edits,
                fields,
            };
            Some((Reverse(documents), like))
        };
        let mut likes: Vec<(Reverse<u32>, Like)> =
            self.words.into_iter().filter_map(like).collect();
        likes.sort_by(|(less, a), (more, b)| {
            (a.edits, less, &a.word).cmp(&(b.edits, more, &b.word))
        });
        likes.truncate(ASKED_FOR_MAX);
        likes.into_iter().map(|(_, like)| like).collect()
    }
}
