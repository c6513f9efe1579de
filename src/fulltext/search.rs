//! Searching: what a document has to have, in which order they come, and what is told of each.

use kernel::Timestamp;
use tantivy::{
    DocAddress, Score, Searcher, SegmentReader, TantivyDocument, Term,
    collector::{Collector, TopDocs},
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, TermQuery,
        TermSetQuery,
    },
    schema::{Field, IndexRecordOption, Value},
};

use crate::{
    Error, Facets, Index, Language,
    count::Counting,
    fields::{Fields, Part, TIME},
    index::guarded,
    likeness::{beginning_with, near},
    query::{Asked, Clause, What, Word},
    snippet::{Matched, snippet},
};

/// Documents that one answer tells of.
pub const HITS_MAX: usize = 100;

/// Documents that an answer may leave out at its beginning: who wants more asks better.
pub const OFFSET_MAX: usize = 1_000;

/// With fewer documents than this that have what was typed, mistyped words are thought of.
const FEW: u64 = 5;

/// What a stem weighs beside the word as it is written.
const STEM: f32 = 0.5;

/// What a word weighs of which only the beginning was typed.
const BEGINNING: f32 = 0.6;

/// What a word weighs for each letter that differs.
const LETTER: f32 = 0.3;

/// What a document that has all that was typed is ahead of those that have words like it: more than
/// words can weigh.
const TYPED_FIRST: f32 = 1_000.0;

/// How much more the newest may weigh than the oldest, where what is recent counts.
const RECENT: f64 = 0.25;

/// After how many milliseconds half of that is left: ninety days.
const RECENT_HALF_MS: f64 = 90.0 * 86_400_000.0;

/// Which courses' documents may be found, beside those that are public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Courses {
    /// Those of every course, and of none.
    #[default]
    All,
    /// Those of these courses.
    Only(Vec<String>),
}

/// What may be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By course: this is how permission comes in.
    pub courses: Courses,
    /// These kinds; all, if none is named.
    pub kinds: Vec<String>,
}

/// A question to the index.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// As it was typed; anything is fine.
    pub text: String,
    /// What may be found.
    pub filter: Filter,
    /// How many documents to tell of, at most [`HITS_MAX`].
    pub limit: usize,
    /// How many to leave out before them, at most [`OFFSET_MAX`].
    pub offset: usize,
    /// Whether the last word may be a beginning, as while somebody types.
    pub prefix_last: bool,
    /// The language of who asks.
    pub language: Language,
    /// Now, where newer documents shall come before others that fit about as well.
    pub recent: Option<Timestamp>,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its key.
    pub key: String,
    /// How well it fits; to be compared within one answer.
    pub score: f32,
    /// Its title, as it was put.
    pub title: String,
    /// The place in its body that fits best, as HTML: escaped, with `<mark>` around what fits.
    pub snippet: String,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The documents asked for, best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
    /// How many by course and kind.
    pub facets: Facets,
    /// Whether words were left out of the question, as there were too many.
    pub shortened: bool,
    /// Whether words like those that were typed were looked for as well.
    pub likened: bool,
}

/// How hard is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Everything that was typed, as it was typed.
    Typed,
    /// Everything that was typed, or words like it.
    Likened,
    /// Some of it.
    Some,
}

/// What the engine found: so many, these first, and the words that they have.
struct Ranked {
    total: u64,
    facets: Facets,
    best: Vec<(Score, DocAddress)>,
    matched: Matched,
}

impl Index {
    /// Looks for documents. No text is an error: one without words finds nothing.
    pub fn search(&self, query: &Query) -> Result<Found, Error> {
        let asked = Asked::of(&query.text, query.language, query.prefix_last);
        let mut found = Found {
            shortened: asked.shortened,
            ..Found::default()
        };
        if asked.wanted.is_empty() {
            return Ok(found);
        }
        guarded(|| {
            let searcher = self.searcher();
            let mut ranked = self.ranked(&searcher, &asked, query, Pass::Typed)?;
            if ranked.total < FEW {
                ranked = self.ranked(&searcher, &asked, query, Pass::Likened)?;
                found.likened = true;
            }
            if ranked.total == 0 && asked.wanted.len() > 1 {
                ranked = self.ranked(&searcher, &asked, query, Pass::Some)?;
            }
            found.total = ranked.total;
            found.facets = ranked.facets;
            for (score, address) in ranked.best.into_iter().take(query.limit) {
                let stored = Stored::of(&searcher, address, &self.fields)?;
                found.hits.push(Hit {
                    key: stored.key,
                    score,
                    snippet: snippet(&stored.body, stored.language, &ranked.matched),
                    title: stored.title,
                });
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn ranked(
        &self,
        searcher: &Searcher,
        asked: &Asked,
        query: &Query,
        pass: Pass,
    ) -> tantivy::Result<Ranked> {
        let looking_for = |pass| Looking::new(searcher, self.fields, &Part::ALL, pass);
        let mut looking = looking_for(pass);
        let mut wanted = looking.query(asked, &query.filter)?;
        if pass == Pass::Likened {
            // However rare a word is that is like the one typed, the one typed comes first.
            let typed = looking_for(Pass::Typed).query(asked, &query.filter)?;
            let typed = ConstScoreQuery::new(Box::new(typed), TYPED_FIRST);
            let wanted_too: Any = Box::new(wanted);
            wanted = BooleanQuery::new(vec![
                (Occur::Must, wanted_too),
                (Occur::Should, Box::new(typed)),
            ]);
        }
        let top = TopDocs::with_limit(query.limit.clamp(1, HITS_MAX))
            .and_offset(query.offset.min(OFFSET_MAX));
        let (best, (total, facets)) = match query.recent {
            Some(now) => collect(searcher, &wanted, recent_first(top, now))?,
            None => collect(searcher, &wanted, top.order_by_score())?,
        };
        Ok(Ranked {
            total,
            facets,
            best,
            matched: looking.matched,
        })
    }
}

type Counts = (u64, Facets);

fn collect(
    searcher: &Searcher,
    query: &BooleanQuery,
    top: impl Collector<Fruit = Vec<(Score, DocAddress)>>,
) -> tantivy::Result<(Vec<(Score, DocAddress)>, Counts)> {
    searcher.search(query, &(top, Counting))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a weight needs neither all digits of a time nor all of its own"
)]
fn recent_first(top: TopDocs, now: Timestamp) -> impl Collector<Fruit = Vec<(Score, DocAddress)>> {
    let now = now.as_millis();
    top.tweak_score(move |segment: &SegmentReader| {
        let times = segment.fast_fields().i64(TIME).ok();
        move |doc, score: Score| {
            let time = times.as_ref().and_then(|times| times.first(doc));
            let age = now.saturating_sub(time.unwrap_or(i64::MIN)).max(0) as f64;
            let more = RECENT * (-age / RECENT_HALF_MS).exp2();
            score * (1.0 + more) as f32
        }
    })
}

/// What the index keeps of a document to tell of it.
pub(crate) struct Stored {
    pub(crate) key: String,
    pub(crate) title: String,
    body: String,
    language: Language,
}

impl Stored {
    pub(crate) fn of(
        searcher: &Searcher,
        address: DocAddress,
        fields: &Fields,
    ) -> tantivy::Result<Self> {
        let document: TantivyDocument = searcher.doc(address)?;
        let text = |field: Field| {
            let value = document.get_first(field);
            let text = value.as_ref().and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let language = document.get_first(fields.language);
        let language = language.and_then(|value| value.as_u64()).unwrap_or(0);
        Ok(Self {
            key: text(fields.key),
            title: text(fields.title_text),
            body: text(fields.body_text),
            language: Language::of_code(language),
        })
    }
}

/// Makes the engine's query of what was asked, and notes which words fit.
pub(crate) struct Looking<'a> {
    searcher: &'a Searcher,
    fields: Fields,
    /// Where is looked, if nothing is said.
    parts: &'a [Part],
    pass: Pass,
    pub(crate) matched: Matched,
}

type Any = Box<dyn tantivy::query::Query>;

impl<'a> Looking<'a> {
    pub(crate) fn new(
        searcher: &'a Searcher,
        fields: Fields,
        parts: &'a [Part],
        pass: Pass,
    ) -> Self {
        Self {
            searcher,
            fields,
            parts,
            pass,
            matched: Matched::default(),
        }
    }

    pub(crate) fn query(
        &mut self,
        asked: &Asked,
        filter: &Filter,
    ) -> tantivy::Result<BooleanQuery> {
        let mut wanted = Vec::new();
        for clause in &asked.wanted {
            let parts = self.parts_of(clause);
            wanted.push(match &clause.what {
                What::Word(word) => self.word(word, &parts)?,
                What::Phrase(words) => {
                    self.matched.words.extend(words.iter().cloned());
                    self.phrase(words, &parts)
                }
            });
        }
        let mut all: Vec<(Occur, Any)> = if self.pass == Pass::Some {
            vec![(Occur::Must, Box::new(BooleanQuery::union(wanted)))]
        } else {
            wanted.into_iter().map(|one| (Occur::Must, one)).collect()
        };
        for clause in &asked.unwanted {
            let parts = self.parts_of(clause);
            if let What::Phrase(words) = &clause.what {
                all.push((Occur::MustNot, self.phrase(words, &parts)));
            }
        }
        all.extend(self.allowed(filter).map(|one| (Occur::Must, one)));
        Ok(BooleanQuery::new(all))
    }

    fn parts_of(&self, clause: &Clause) -> Vec<Part> {
        match clause.part {
            Some(part) => vec![part],
            None => self.parts.to_vec(),
        }
    }

    /// A word wherever it may stand, its stem, and what is like it.
    fn word(&mut self, word: &Word, parts: &[Part]) -> tantivy::Result<Any> {
        let fields: Vec<Field> = parts.iter().map(|part| self.fields.of(*part)).collect();
        let mut ways: Vec<Any> = Vec::new();
        for part in parts {
            let weight = part.weight();
            ways.push(term(self.fields.of(*part), &word.exact, weight));
            if let Some(stems) = self.fields.stems_of(*part) {
                ways.push(term(stems, &word.stem, weight * STEM));
                // Words of another language may have what was typed as their stem.
                if word.stem != word.exact {
                    ways.push(term(stems, &word.exact, weight * STEM));
                }
            }
        }
        self.matched.words.insert(word.exact.clone());
        self.matched.stems.insert(word.stem.clone());
        self.matched.stems.insert(word.exact.clone());
        let mut likes = Vec::new();
        if word.begins {
            self.matched.beginnings.push(word.exact.clone());
            let found = beginning_with(self.searcher, &fields, &word.exact)?;
            likes.extend(found.into_iter().map(|like| (BEGINNING, like)));
        }
        if self.pass != Pass::Typed {
            for like in near(self.searcher, &fields, &word.exact)? {
                self.matched.words.insert(like.word.clone());
                let edits = i32::try_from(like.edits).unwrap_or(i32::MAX);
                likes.push((LETTER.powi(edits), like));
            }
        }
        for (weight, like) in likes {
            for part in parts {
                let field = self.fields.of(*part);
                if like.fields.contains(&field) {
                    ways.push(term(field, &like.word, weight * part.weight()));
                }
            }
        }
        Ok(Box::new(BooleanQuery::union(ways)))
    }

    /// Words as they are written, one after another.
    fn phrase(&self, words: &[String], parts: &[Part]) -> Any {
        let in_part = |part: &Part| -> Any {
            let field = self.fields.of(*part);
            match words {
                [] => Box::new(EmptyQuery),
                [word] => term(field, word, part.weight()),
                words => {
                    let terms = words.iter().map(|word| Term::from_field_text(field, word));
                    let phrase = Box::new(PhraseQuery::new(terms.collect()));
                    Box::new(BoostQuery::new(phrase, part.weight()))
                }
            }
        };
        Box::new(BooleanQuery::union(parts.iter().map(in_part).collect()))
    }

    /// What may be found. It adds nothing to the score.
    fn allowed(&self, filter: &Filter) -> impl Iterator<Item = Any> {
        let among = |field: Field, values: &[String]| -> Any {
            let terms = values
                .iter()
                .map(|value| Term::from_field_text(field, value));
            Box::new(TermSetQuery::new(terms))
        };
        let kinds = (!filter.kinds.is_empty()).then(|| among(self.fields.kind, &filter.kinds));
        let courses = match &filter.courses {
            Courses::All => None,
            Courses::Only(courses) => {
                let public = Term::from_field_bool(self.fields.public, true);
                let public = TermQuery::new(public, IndexRecordOption::Basic);
                let either = vec![among(self.fields.course, courses), Box::new(public)];
                Some(Box::new(BooleanQuery::union(either)) as Any)
            }
        };
        [kinds, courses]
            .into_iter()
            .flatten()
            .map(|one| Box::new(ConstScoreQuery::new(one, 0.0)) as Any)
    }
}

fn term(field: Field, word: &str, weight: f32) -> Any {
    let term = Term::from_field_text(field, word);
    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(query), weight))
}
