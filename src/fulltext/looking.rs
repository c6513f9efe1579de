//! From what was asked to what the engine looks for.

use std::{collections::HashMap, sync::Arc};

use tantivy::{
    Term,
    query::{
        Bm25StatisticsProvider, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur,
        PhraseQuery, Query, TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::{
    Filter,
    columns::Edition,
    each::Each,
    fields::{Fields, Part},
    likeness::{beginning_with, near},
    query::{Asked, Clause, What, Word},
    ready::{BEGINNING, BEGINNING_LETTERS_MAX, STEM},
    snippet::Matched,
    words::is_dense,
};

/// In fewer documents than this a word is rare enough to be a mistyped one, and fewer documents
/// than this that have all words are few enough to look for mistyped ones.
pub(crate) const FEW: u64 = 5;

/// What a stem weighs beside the word as it is written.
const STEM_WEIGHT: f32 = 0.5;

/// What a word weighs of which only the beginning was typed.
const BEGINNING_WEIGHT: f32 = 0.6;

/// What a word weighs for each letter that differs.
const LETTER_WEIGHT: f32 = 0.3;

/// What a document that has all that was typed is ahead of those that have words like it: more than
/// words can weigh.
const TYPED_FIRST: f32 = 1_000.0;

/// What each word is worth that a document has of a few: more than words can weigh, so that
/// documents with more of the words come first.
const EACH_OF_FEW: f32 = 1_000.0;

/// What each word is worth that a document has of a question, where one telling word counts for
/// more than many that say little.
const EACH_OF_QUESTION: f32 = 1.0;

/// What a word of a question weighs in titles and names. Who names a page has its words in mind;
/// who asks in sentences uses words that stand in some title by chance.
const QUESTION_IN_HEADING: f32 = 0.5;

/// How hard is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Everything that was typed, as it was typed.
    Typed,
    /// Everything that was typed, or words like it.
    Likened,
    /// Some of it, the more the better.
    Some,
    /// Some of a question, the more telling the better.
    Question,
}

pub(crate) type Any = Box<dyn Query>;

/// Makes the engine's query of what was asked, and notes which words fit.
pub(crate) struct Looking<'a> {
    edition: &'a Arc<Edition>,
    fields: Fields,
    /// Where is looked, if nothing is said.
    places: &'a [Field],
    pass: Pass,
    /// In how many documents each term is that was looked up.
    frequencies: HashMap<Term, u64>,
    /// What the words stand for, for snippets.
    pub(crate) matched: Matched,
    /// Whether a word is so rare that it may be a mistyped one.
    pub(crate) has_rare: bool,
    /// Whether words like one that was typed were looked for.
    pub(crate) has_likenesses: bool,
    /// The words that no document has, and of those like each the most likely.
    pub(crate) respelled: Vec<(String, String)>,
}

impl<'a> Looking<'a> {
    pub(crate) fn new(
        edition: &'a Arc<Edition>,
        fields: Fields,
        places: &'a [Field],
        pass: Pass,
    ) -> Self {
        Self {
            edition,
            fields,
            places,
            pass,
            frequencies: HashMap::new(),
            matched: Matched::default(),
            has_rare: false,
            has_likenesses: false,
            respelled: Vec::new(),
        }
    }

    /// What was asked, of what may be found.
    pub(crate) fn query(&mut self, asked: &Asked, filter: &Filter) -> tantivy::Result<Any> {
        let mut all = self.words(asked)?;
        if self.pass == Pass::Likened {
            // However rare a word is that is like the one typed, the one typed comes first.
            self.pass = Pass::Typed;
            let typed = self.words(asked)?;
            self.pass = Pass::Likened;
            let typed = Box::new(BooleanQuery::new(typed));
            let typed = ConstScoreQuery::new(typed, TYPED_FIRST);
            all.push((Occur::Should, Box::new(typed)));
        }
        for clause in &asked.unwanted {
            if let What::Phrase(words) = &clause.what {
                all.push((Occur::MustNot, self.phrase(words, clause.part)));
            }
        }
        all.extend(filter.query(self.edition).map(|one| (Occur::Must, one)));
        Ok(Box::new(BooleanQuery::new(all)))
    }

    fn words(&mut self, asked: &Asked) -> tantivy::Result<Vec<(Occur, Any)>> {
        let worth = match self.pass {
            Pass::Typed | Pass::Likened => None,
            Pass::Some => Some(EACH_OF_FEW),
            Pass::Question => Some(EACH_OF_QUESTION),
        };
        let (mut wanted, mut some): (Vec<(Occur, Any)>, Vec<Any>) = (Vec::new(), Vec::new());
        for (number, clause) in (0..).zip(&asked.wanted) {
            let Clause { part, what } = clause;
            let query = match what {
                What::Word(word) => self.word(word, *part, number)?,
                What::Phrase(words) => {
                    for word in words {
                        self.matched.word(word, number);
                    }
                    self.phrase(words, *part)
                }
            };
            // Who says where, or in which order, means it.
            match worth.filter(|_| !clause.is_exact()) {
                Some(worth) => some.push(Box::new(Each { query, worth })),
                None => wanted.push((Occur::Must, query)),
            }
        }
        if !some.is_empty() {
            let occur = if wanted.is_empty() {
                Occur::Must
            } else {
                Occur::Should
            };
            wanted.push((occur, Box::new(BooleanQuery::union(some))));
        }
        Ok(wanted)
    }

    /// A word wherever it may stand, its stem, and what is like it.
    pub(crate) fn word(
        &mut self,
        word: &Word,
        part: Option<Part>,
        number: u8,
    ) -> tantivy::Result<Any> {
        let fields = match part {
            Some(part) => vec![self.fields.of(part)],
            None => self.places.to_vec(),
        };
        let stem = format!("{STEM}{}", word.stem);
        let mut forms = vec![(word.exact.as_str(), 1.0), (stem.as_str(), STEM_WEIGHT)];
        let exact = format!("{STEM}{}", word.exact);
        if word.stem != word.exact {
            // A word that is its own stem stands there as a word only, and words of another
            // language may have what was typed as their stem.
            forms.push((word.stem.as_str(), STEM_WEIGHT));
            forms.push((exact.as_str(), STEM_WEIGHT));
        }
        let mut ways = Vec::new();
        let mut documents = 0;
        for (form, weight) in forms {
            for field in &fields {
                documents += self.way(&mut ways, *field, form, weight)?;
            }
        }
        self.matched.word(&word.exact, number);
        self.matched.stem(&word.stem, number);
        self.matched.stem(&word.exact, number);
        if word.begins {
            self.matched.beginning(&word.exact, number);
            documents += self.beginning(&mut ways, &fields, &word.exact)?;
        }
        if documents < FEW {
            self.has_rare = true;
            if self.pass != Pass::Typed {
                let likeliest = self.likenesses(&mut ways, &fields, &word.exact, number)?;
                self.has_likenesses |= likeliest.is_some();
                let respelled = likeliest.filter(|_| documents == 0);
                self.respelled
                    .extend(respelled.map(|likeliest| (word.exact.clone(), likeliest)));
            }
        }
        Ok(Box::new(BooleanQuery::union(ways)))
    }

    /// Words that begin so, and how many documents have them. Of a letter or two there are too many in bodies, and headings have
    /// such beginnings as words of their own.
    fn beginning(
        &mut self,
        ways: &mut Vec<Any>,
        fields: &[Field],
        word: &str,
    ) -> tantivy::Result<u64> {
        let mut documents = 0;
        let is_short = word.chars().count() <= BEGINNING_LETTERS_MAX;
        let is_dense = word.chars().all(is_dense);
        let mut looked_through = fields.to_vec();
        if is_short {
            let (heading, body) = (self.fields.heading, self.fields.body);
            looked_through.retain(|field| *field != heading && (is_dense || *field != body));
            if fields.contains(&heading) {
                let short = format!("{BEGINNING}{word}");
                documents += self.way(ways, heading, &short, BEGINNING_WEIGHT)?;
            }
        }
        for like in beginning_with(&self.edition.searcher, &looked_through, word)? {
            for field in &like.fields {
                documents += self.way(ways, *field, &like.word, BEGINNING_WEIGHT)?;
            }
        }
        Ok(documents)
    }

    /// Words that this may be a mistyped form of; the most likely.
    fn likenesses(
        &mut self,
        ways: &mut Vec<Any>,
        fields: &[Field],
        word: &str,
        number: u8,
    ) -> tantivy::Result<Option<String>> {
        let likenesses = near(&self.edition.searcher, fields, word)?;
        for like in &likenesses {
            self.matched.word(&like.word, number);
            let edits = i32::try_from(like.edits).unwrap_or(i32::MAX);
            for field in &like.fields {
                self.way(ways, *field, &like.word, LETTER_WEIGHT.powi(edits))?;
            }
        }
        Ok(likenesses.into_iter().next().map(|like| like.word))
    }

    /// Adds a term, if there is a document that has it; how many have.
    fn way(
        &mut self,
        ways: &mut Vec<Any>,
        field: Field,
        form: &str,
        weight: f32,
    ) -> tantivy::Result<u64> {
        let term = Term::from_field_text(field, form);
        let documents = match self.frequencies.get(&term) {
            Some(documents) => *documents,
            None => self.edition.searcher.doc_freq(&term)?,
        };
        if documents > 0 {
            self.frequencies.insert(term.clone(), documents);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            let place = if self.pass == Pass::Question && field == self.fields.heading {
                QUESTION_IN_HEADING
            } else {
                self.fields.weight(field)
            };
            let weight = weight * place;
            ways.push(Box::new(BoostQuery::new(Box::new(query), weight)));
        }
        Ok(documents)
    }

    /// Words as they are written, one after another.
    fn phrase(&self, words: &[String], part: Option<Part>) -> Any {
        let parts = match part {
            Some(part) => vec![part],
            None => vec![Part::Title, Part::Names, Part::Body],
        };
        let in_part = |part: &Part| -> Any {
            let field = self.fields.of(*part);
            let mut terms = words.iter().map(|word| Term::from_field_text(field, word));
            let phrase: Any = match (terms.next(), words.len()) {
                (None, _) => Box::new(EmptyQuery),
                (Some(term), 1) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
                (Some(first), _) => {
                    let terms = std::iter::once(first).chain(terms);
                    Box::new(PhraseQuery::new(terms.collect()))
                }
            };
            Box::new(BoostQuery::new(phrase, part.weight()))
        };
        Box::new(BooleanQuery::union(parts.iter().map(in_part).collect()))
    }
}

/// What was looked up once is not looked up again.
impl Bm25StatisticsProvider for Looking<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.edition.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.edition.searcher.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        match self.frequencies.get(term) {
            Some(documents) => Ok(*documents),
            None => self.edition.searcher.doc_freq(term),
        }
    }
}
