//! From what was asked to what the engine looks for.

use std::{collections::HashMap, mem, ops::Bound, sync::Arc};

use tantivy::{
    Term,
    query::{
        Bm25StatisticsProvider, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur,
        PhraseQuery, Query, RangeQuery, TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::{
    Filter,
    best::{Best, Bests},
    columns::Edition,
    each::Each,
    fields::{Fields, Part},
    likeness::{beginning_with, near},
    query::{Asked, Clause, What, Word},
    ready::{BEGINNING, BEGINNING_LETTERS_MAX, STEM},
    seen::{MaySee, Seen},
    snippet::Matched,
    words::is_dense,
};

/// In fewer documents than this a word is rare enough to be a mistyped one, and fewer documents
/// than this that have all words are few enough to look for mistyped ones. Only those count that may
/// be found: what others write must neither change an answer nor be told by it.
pub(crate) const FEW: usize = 5;

/// For so many words of a question those like them are looked for: it takes as long as all the rest.
const LIKENED_WORDS_MAX: usize = 8;

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

/// A term that stands for a word, and what it weighs.
struct Way {
    term: Term,
    weight: f32,
}

impl Way {
    fn query(self) -> Any {
        let query = TermQuery::new(self.term, IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(query), self.weight))
    }
}

/// Makes the engine's query of what was asked, and notes which words fit.
pub(crate) struct Looking<'a> {
    edition: &'a Arc<Edition>,
    fields: Fields,
    filter: &'a Filter,
    /// What may be found.
    pub(crate) seen: Seen<'a>,
    /// In how many documents each term is that was looked up.
    frequencies: HashMap<Term, u64>,
    pass: Pass,
    /// For how many words those like them were looked for.
    likened: usize,
    /// Where is looked, if nothing is said.
    places: Vec<Field>,
    noted: Looked,
}

/// What a pass noted beside its query.
#[derive(Default)]
pub(crate) struct Looked {
    /// What the words stand for, for snippets.
    pub(crate) matched: Matched,
    /// Whether words like one that was typed are looked for.
    pub(crate) has_likenesses: bool,
    /// The words that no document has, and of those like each the most likely.
    pub(crate) respelled: Vec<(String, String)>,
}

impl<'a> Looking<'a> {
    pub(crate) fn new(
        (edition, fields): (&'a Arc<Edition>, Fields),
        filter: &'a Filter,
        may_see: MaySee<'a>,
    ) -> Self {
        Self {
            edition,
            fields,
            filter,
            seen: Seen::new(edition, filter, may_see),
            frequencies: HashMap::new(),
            pass: Pass::Typed,
            likened: 0,
            places: vec![fields.body, fields.heading],
            noted: Looked::default(),
        }
    }

    /// Looks in titles and names only, where nothing else is said.
    pub(crate) fn in_headings(&mut self) {
        self.places = vec![self.fields.heading];
    }

    /// Looks everywhere, where nothing else is said.
    pub(crate) fn everywhere(&mut self) {
        self.places = vec![self.fields.body, self.fields.heading];
    }

    /// What was asked, of what may be found.
    pub(crate) fn query(&mut self, asked: &Asked, pass: Pass) -> tantivy::Result<(Any, Looked)> {
        self.pass = pass;
        self.likened = 0;
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
            let unwanted = match &clause.what {
                What::Phrase(words) => self.phrase(words, clause.part),
                What::Word(sign) => self.sign(&sign.exact, clause.part),
            };
            all.push((Occur::MustNot, unwanted));
        }
        all.extend(
            self.filter
                .query(self.edition)
                .map(|one| (Occur::Must, one)),
        );
        Ok((Box::new(BooleanQuery::new(all)), mem::take(&mut self.noted)))
    }

    /// Asks the engine; a word that was looked up is not looked up again.
    pub(crate) fn found(&self, wanted: &dyn Query, best: &Best) -> tantivy::Result<Bests> {
        let searcher = &self.edition.searcher;
        searcher.search_with_statistics_provider(wanted, best, self)
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
                        self.noted.matched.word(word, number);
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
            None => self.places.clone(),
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
        for (form, weight) in forms {
            for field in &fields {
                self.way(&mut ways, *field, form, weight)?;
            }
        }
        self.noted.matched.word(&word.exact, number);
        self.noted.matched.stem(&word.stem, number);
        self.noted.matched.stem(&word.exact, number);
        if word.begins {
            self.noted.matched.beginning(&word.exact, number);
            self.beginning(&mut ways, &fields, &word.exact)?;
        }
        if self.pass != Pass::Typed {
            let terms: Vec<Term> = ways.iter().map(|way| way.term.clone()).collect();
            let documents = self.seen.with(&terms, FEW)?;
            if documents < FEW && self.likened < LIKENED_WORDS_MAX {
                self.likened += 1;
                let likeliest = self.likenesses(&mut ways, &fields, word, number)?;
                self.noted.has_likenesses |= likeliest.is_some();
                let respelled = likeliest.filter(|_| documents == 0);
                let respelled = respelled.map(|likeliest| (word.exact.clone(), likeliest));
                self.noted.respelled.extend(respelled);
            }
        }
        let ways = ways.into_iter().map(Way::query).collect();
        Ok(Box::new(BooleanQuery::union(ways)))
    }

    /// Words that begin so. Of a letter or two there are too many in bodies, and headings have such
    /// beginnings as words of their own.
    fn beginning(
        &mut self,
        ways: &mut Vec<Way>,
        fields: &[Field],
        word: &str,
    ) -> tantivy::Result<()> {
        let is_short = word.chars().count() <= BEGINNING_LETTERS_MAX;
        let is_dense = word.chars().all(is_dense);
        let mut looked_through = fields.to_vec();
        if is_short {
            let (heading, body) = (self.fields.heading, self.fields.body);
            looked_through.retain(|field| *field != heading && (is_dense || *field != body));
            if fields.contains(&heading) {
                let short = format!("{BEGINNING}{word}");
                self.way(ways, heading, &short, BEGINNING_WEIGHT)?;
            }
        }
        for like in beginning_with(self.edition, &looked_through, word, &mut self.seen)? {
            for field in &like.fields {
                self.way(ways, *field, &like.word, BEGINNING_WEIGHT)?;
            }
        }
        Ok(())
    }

    /// Words that this may be a mistyped form of; the most likely.
    fn likenesses(
        &mut self,
        ways: &mut Vec<Way>,
        fields: &[Field],
        word: &Word,
        number: u8,
    ) -> tantivy::Result<Option<String>> {
        let likenesses = near(self.edition, fields, word, &mut self.seen)?;
        for like in &likenesses {
            self.noted.matched.word(&like.word, number);
            let edits = i32::try_from(like.edits).unwrap_or(i32::MAX);
            for field in &like.fields {
                self.way(ways, *field, &like.word, LETTER_WEIGHT.powi(edits))?;
            }
        }
        Ok(likenesses.into_iter().next().map(|like| like.word))
    }

    /// Adds a term, if there is a document that has it.
    fn way(
        &mut self,
        ways: &mut Vec<Way>,
        field: Field,
        form: &str,
        weight: f32,
    ) -> tantivy::Result<()> {
        let term = Term::from_field_text(field, form);
        let documents = match self.frequencies.get(&term) {
            Some(documents) => *documents,
            None => self.edition.searcher.doc_freq(&term)?,
        };
        self.frequencies.insert(term.clone(), documents);
        if documents > 0 {
            let place = if self.pass == Pass::Question && field == self.fields.heading {
                QUESTION_IN_HEADING
            } else {
                self.fields.weight(field)
            };
            let weight = weight * place;
            ways.push(Way { term, weight });
        }
        Ok(())
    }

    /// A sign of a script without spaces, wherever it stands.
    fn sign(&self, sign: &str, part: Option<Part>) -> Any {
        let fields = part.map_or_else(|| self.places.clone(), |part| vec![self.fields.of(part)]);
        let pairs = fields.into_iter().map(|field| -> Any {
            let from = Term::from_field_text(field, sign);
            // No word has this letter, and no letter comes after it.
            let to = Term::from_field_text(field, &format!("{sign}\u{10ffff}"));
            Box::new(RangeQuery::new(Bound::Included(from), Bound::Excluded(to)))
        });
        Box::new(BooleanQuery::union(pairs.collect()))
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
