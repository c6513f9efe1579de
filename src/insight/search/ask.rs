//! Answering a question: candidates from both indexes, each checked against its record, put into
//! one order, counted, and told of.

use std::sync::Arc;
use std::time::Duration;

use app::Actor;
use app::search::{FoundKind, Place, id_of};
use courses::catalog::{self, CourseId};
use fulltext::{Language, QUERY_BYTES_MAX, RANKED_MAX, Ranked};
use kernel::{Cursor, Result, problems};
use llm::Purpose;
use people::users;
use rustc_hash::{FxHashMap, FxHashSet};
use store::Snapshot;
use tokio::time::timeout;

use super::Search;
use super::answer::{Answer, Facets, Hit, Mode, Notice, Question};
use super::fusion::{Having, fuse};
use super::known::Catalogue;
use super::meaning::Meaning;
use super::problems::{QUERY_TOO_LONG, SEARCH_BUSY, SEARCH_UNAVAILABLE};
use super::scope::Scope;
use super::seen::{Candidate, Seen};
use super::words::{Words, broken};

/// How many of the best documents are looked at, by their words and by their meaning each. There
/// is no page behind them, and totals count those of them that the viewer may see.
pub const CANDIDATES_MAX: usize = 500;
/// How long a service has to say what a question means; without it words alone are looked for.
const MEANT_WITHIN: Duration = Duration::from_secs(2);
/// How many passages are looked for by their meaning.
pub(super) const PASSAGES_MAX: usize = 100;
/// How many where some of those may not be seen, as in a course with much that is not published.
const PASSAGES_DEEP: usize = 1_000;
/// How widely the vectors are searched.
const EF: usize = 100;
/// The cosine from which on a passage means something like the question. With the built-in table
/// 95 of 100 questions have 0.29 and more with the page that answers them, and made-up words up to
/// 0.25 with some page of a book: their pieces mean something (`docs/adr` 0032).
pub(super) const LIKE_MIN: f32 = 0.3;
/// Fewer passages than this that may be looked at are all compared.
const FEW_PASSAGES: usize = 4_000;

/// Documents, and how well each fits, best first.
pub(super) type Order = Vec<(u128, f64)>;

/// What a question means.
enum Meant {
    NotAsked,
    NotToBeHad,
    Nothing,
    By(Arc<Meaning>, Vec<f32>),
    /// It is told without waiting, once it is known which words are mistyped.
    Presently(Arc<Meaning>),
}

impl Meant {
    fn by(meaning: Arc<Meaning>, text: &str) -> Self {
        let vectors = meaning.embedder.embed(&[text], Purpose::Question);
        match vectors.map(|vectors| vectors.into_iter().next()) {
            Ok(Some(Some(vector))) if vector.len() == meaning.index.dimensions() => {
                Self::By(meaning, vector)
            }
            // The embedder has become another one, and the vectors have not yet.
            Ok(Some(Some(_))) | Err(_) => Self::NotToBeHad,
            Ok(_) => Self::Nothing,
        }
    }

    /// What a text means of which the words were looked for. A service makes sense of mistyped
    /// words; a table that does not know them is asked for those that they are like.
    fn presently(self, text: &str, ranked: &Ranked) -> Self {
        let Self::Presently(meaning) = self else {
            return self;
        };
        let text = ranked.respelled(text, |word| meaning.embedder.knows(word));
        Self::by(meaning, &text)
    }
}

impl Search {
    /// Answers a question, as far as the actor may know.
    pub async fn ask(
        self: &Arc<Self>,
        snapshot: &Snapshot,
        actor: &Actor,
        question: Question,
    ) -> Result<Answer> {
        if question.text.len() > QUERY_BYTES_MAX {
            return Err(QUERY_TOO_LONG.on("query"));
        }
        let begun = self.app.clock().monotonic();
        let meant = self.meant(&question).await?;
        let (search, snapshot, actor) = (Arc::clone(self), snapshot.again(), actor.clone());
        let mode = question.mode;
        let answer = self
            .askers
            .work(move || search.answer(&snapshot, &actor, (&question, meant)))
            .await?;
        let taken = self.app.clock().monotonic().saturating_sub(begun);
        self.meters.asked(mode, taken);
        Ok(answer)
    }

    /// What the question means. Where that has to be asked of a service, it is done by threads of
    /// its own: those who look for words do not wait for it.
    async fn meant(self: &Arc<Self>, question: &Question) -> Result<Meant> {
        if question.mode == Mode::Fulltext {
            return Ok(Meant::NotAsked);
        }
        let Some(meaning) = self.meaning() else {
            return Ok(Meant::NotToBeHad);
        };
        if !meaning.embedder.waits() {
            return Ok(Meant::Presently(meaning));
        }
        let (text, begun) = (question.text.clone(), self.app.clock().monotonic());
        let search = Arc::clone(self);
        let asked = self.callers.work(move || {
            // Nobody waits any more for what had to wait so long for its turn.
            let waited = search.app.clock().monotonic().saturating_sub(begun);
            Ok(if waited < MEANT_WITHIN {
                Meant::by(meaning, &text)
            } else {
                Meant::NotToBeHad
            })
        });
        match timeout(MEANT_WITHIN, asked).await {
            Ok(Err(error)) if error.problem() != Some(SEARCH_BUSY) => Err(error),
            Ok(Ok(meant)) => Ok(meant),
            Ok(Err(_)) | Err(_) => Ok(Meant::NotToBeHad),
        }
    }

    fn answer(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        (question, meant): (&Question, Meant),
    ) -> Result<Answer> {
        let scope = Scope::of(snapshot, actor, (question.course, &question.kinds))?;
        let mut answer = Answer::default();
        let mut note = |holds: bool, notice| {
            if holds {
                answer.notices.push(notice);
            }
        };
        note(self.is_partial(question.mode), Notice::Partial);
        let Some(words) = self.words() else {
            return Ok(answer);
        };
        let mut seen = Seen::new(self, snapshot, actor);
        let (ranked, by_words, more) = seen.by_words((&words, question, &scope))?;
        let meant = meant.presently(&question.text, &ranked);
        note(matches!(meant, Meant::NotToBeHad), Notice::WithoutMeaning);
        note(ranked.likened(), Notice::Likened);
        note(ranked.shortened, Notice::Shortened);
        let catalogue = words.catalogue();
        let by_meaning = match meant {
            Meant::By(meaning, vector) => {
                seen.by_meaning((&meaning, &vector), (&catalogue, &scope))?
            }
            Meant::NotAsked | Meant::NotToBeHad | Meant::Nothing | Meant::Presently(_) => {
                Vec::new()
            }
        };
        drop(catalogue);
        answer.more = more;
        let only_meant = question.mode == Mode::Hybrid && by_words.is_empty();
        let order = match question.mode {
            Mode::Fulltext => by_words,
            Mode::Semantic => by_meaning,
            Mode::Hybrid => both(&ranked, &keys(&by_words), keys(&by_meaning)),
        };
        if only_meant && !order.is_empty() {
            answer.notices.push(Notice::OnlyMeant);
        }
        answer.total = u64::try_from(order.len()).unwrap_or(u64::MAX);
        answer.facets = seen.facets(&order);
        let from = start(&order, question.page.after())?;
        answer.has_previous = from > 0;
        let page = order.iter().enumerate().skip(from);
        for (rank, (key, score)) in page.take(question.page.size()) {
            let Some(found) = seen.found.get(key).and_then(Option::as_ref) else {
                continue;
            };
            if let Some(hit) = self.hit((snapshot, actor), found, &ranked)? {
                let (score, cursor) = (*score, cursor(rank, *key));
                answer.hits.push(Hit {
                    score,
                    cursor,
                    ..hit
                });
            }
        }
        answer.has_next = order.len() > from.saturating_add(question.page.size());
        Ok(answer)
    }

    /// What is told of an index that cannot be read; it is made anew.
    pub(super) fn unreadable(&self, error: fulltext::Error) -> kernel::Error {
        tracing::error!(error = %broken(error), "the search index could not be read");
        if self.words().is_some_and(|words| words.gives_up()) {
            self.rebuild();
        }
        SEARCH_UNAVAILABLE.error()
    }

    fn is_partial(&self, mode: Mode) -> bool {
        let words = self.words().is_some_and(|words| words.is_whole());
        let meaning = self.meaning().is_none_or(|meaning| meaning.is_whole());
        !words || (mode != Mode::Fulltext && !meaning)
    }

    /// What is told of a candidate.
    fn hit(
        &self,
        (snapshot, actor): (&Snapshot, &Actor),
        found: &Candidate,
        ranked: &Ranked,
    ) -> Result<Option<Hit>> {
        let Some(source) = self.source(found.kind) else {
            return Ok(None);
        };
        let Some(card) = source.card(snapshot, actor, found.place)? else {
            return Ok(None);
        };
        let key = found.place.id;
        let told = match ranked.tell(key) {
            Ok(None) => ranked.tell_part(key, found.passage.unwrap_or(0)),
            told => told,
        };
        let told = told.map_err(|error| self.unreadable(error))?;
        Ok(Some(Hit {
            kind: found.kind,
            card,
            snippet: told.map(|told| told.snippet).unwrap_or_default(),
            score: 0.0,
            cursor: cursor(0, key),
        }))
    }
}

impl Seen<'_> {
    /// The documents that have the words, best first, of which some may be none that the actor may
    /// see.
    fn ranked(
        &mut self,
        (words, question, scope): (&Words, &Question, &Scope),
        limit: usize,
    ) -> Result<Ranked> {
        let query = fulltext::Query {
            text: question.text.clone(),
            filter: scope.filter(),
            limit,
            prefix_last: false,
            language: language(self.snapshot, self.actor, question.course)?,
            // What is said in discussions grows old.
            recent: is_talk(&question.kinds).then(|| self.search.app.now()),
        };
        let index = &words.index;
        self.asking(|may_see| match question.mode {
            Mode::Semantic => index.unranked(&query, may_see),
            Mode::Fulltext | Mode::Hybrid => index.rank(&query, may_see),
        })
    }

    /// The documents that have the words, best first; where some of the best may not be seen, of
    /// more. Whether there are more that may be seen, as far as was looked.
    fn by_words(&mut self, asked: (&Words, &Question, &Scope)) -> Result<(Ranked, Order, bool)> {
        let mut limit = CANDIDATES_MAX;
        loop {
            let ranked = self.ranked(asked, limit)?;
            let mut visible = Vec::new();
            for hit in &ranked.hits {
                if self.may_see_indexed((hit.key, hit.kind, hit.course))? {
                    visible.push((hit.key, f64::from(hit.score)));
                }
            }
            let all_seen = visible.len() == ranked.hits.len();
            if all_seen || ranked.hits.len() < limit || limit == RANKED_MAX {
                let looked_at = u64::try_from(ranked.hits.len()).unwrap_or(u64::MAX);
                // What may not be seen is not told of by there being more.
                let more = visible.len() > CANDIDATES_MAX || all_seen && ranked.total > looked_at;
                visible.truncate(CANDIDATES_MAX);
                return Ok((ranked, visible, more));
            }
            limit = RANKED_MAX;
        }
    }

    /// The documents with the passages that mean most like the question, best first; where some of
    /// those may not be seen, of more.
    pub(super) fn by_meaning(
        &mut self,
        (meaning, vector): (&Meaning, &[f32]),
        (catalogue, scope): (&Catalogue, &Scope),
    ) -> Result<Order> {
        let mut order = Vec::new();
        for limit in [PASSAGES_MAX, PASSAGES_DEEP] {
            let near = near((meaning, vector), (catalogue, scope), limit);
            let all_seen = self.passages(catalogue, &near, &mut order)?;
            if all_seen || near.len() < limit {
                break;
            }
        }
        Ok(order)
    }

    /// Adds the documents of the first of these passages that may be seen, in the order of the best
    /// one of each; whether there are as many as are looked for, or all may be seen.
    fn passages(
        &mut self,
        catalogue: &Catalogue,
        near: &[vector::Hit],
        order: &mut Order,
    ) -> Result<bool> {
        let (mut all_seen, mut seen) = (true, 0);
        for hit in near.iter().filter(|hit| hit.score >= LIKE_MIN) {
            let Some((key, number, known)) = catalogue.of_passage(hit.key) else {
                continue;
            };
            let place = Place {
                id: key,
                course: known.course,
            };
            if !self.may_see(known.kind, place)? {
                all_seen = false;
                continue;
            }
            seen += 1;
            if let Some(Some(candidate)) = self.found.get_mut(&key)
                && candidate.passage.is_none()
            {
                candidate.passage = Some(number);
                order.push((key, f64::from(hit.score)));
            }
            if seen == PASSAGES_MAX {
                return Ok(true);
            }
        }
        Ok(all_seen)
    }

    fn facets(&self, order: &[(u128, f64)]) -> Facets {
        let mut kinds: FxHashMap<FoundKind, u64> = FxHashMap::default();
        let mut courses: FxHashMap<u128, u64> = FxHashMap::default();
        for found in order
            .iter()
            .filter_map(|(key, _)| self.found.get(key)?.as_ref())
        {
            *kinds.entry(found.kind).or_default() += 1;
            if let Some(course) = found.place.course {
                *courses.entry(course).or_default() += 1;
            }
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_unstable_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
        let courses = courses.into_iter();
        let mut courses: Vec<_> = courses.map(|(id, count)| (id_of(id), count)).collect();
        courses.sort_unstable_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        Facets { kinds, courses }
    }
}

/// The passages that mean most like the question, of those that may be looked at.
fn near(
    (meaning, vector): (&Meaning, &[f32]),
    (catalogue, scope): (&Catalogue, &Scope),
    limit: usize,
) -> Vec<vector::Hit> {
    let index = &meaning.index;
    let found = if let Some(few) = catalogue.passages_in(scope, FEW_PASSAGES) {
        index.search_among(vector, limit, &few)
    } else {
        let allowed = |key| {
            let known = catalogue.of_passage(key);
            known.is_some_and(|(_, _, known)| scope.holds(known))
        };
        index.search(vector, limit, EF, Some(&allowed))
    };
    // A question of another length than the vectors: the embedder has just become another one.
    found.unwrap_or_default()
}

fn keys(list: &[(u128, f64)]) -> Vec<u128> {
    list.iter().map(|(key, _)| *key).collect()
}

/// Both lists in one.
fn both(ranked: &Ranked, words: &[u128], mut meaning: Vec<u128>) -> Order {
    if ranked.exact {
        // Vectors know nothing of quotes, and what is to be left out would be looked for.
        let fit: FxHashSet<u128> = words.iter().copied().collect();
        meaning.retain(|key| fit.contains(key));
    }
    fuse((words, having(ranked)), &meaning)
}

fn having(ranked: &Ranked) -> Having {
    if ranked.partly {
        Having::Some
    } else {
        Having::All
    }
}

fn is_talk(kinds: &[FoundKind]) -> bool {
    let talk = |kind: &FoundKind| matches!(kind, FoundKind::Topic | FoundKind::Post);
    !kinds.is_empty() && kinds.iter().all(talk)
}

/// The language of the course that is looked in, or of who asks.
fn language(snapshot: &Snapshot, actor: &Actor, course: Option<CourseId>) -> Result<Language> {
    if let Some(course) = course {
        let course = catalog::course(snapshot, course)?;
        return Ok(course.map_or(Language::Other, |course| Language::of_tag(&course.language)));
    }
    let Some(user) = actor.user_id() else {
        return Ok(Language::English);
    };
    let user = users::user(snapshot, user)?;
    Ok(user.map_or(Language::English, |user| Language::of_tag(&user.locale)))
}

/// A cursor: where a hit stood, and which one it was.
fn cursor(rank: usize, key: u128) -> Cursor {
    let rank = u32::try_from(rank).unwrap_or(u32::MAX);
    let mut bytes = rank.to_be_bytes().to_vec();
    bytes.extend(key.to_be_bytes());
    Cursor::at(bytes)
}

/// Where the page behind a cursor begins: behind the hit itself where it is found again, otherwise
/// at the place that it had.
fn start(order: &[(u128, f64)], after: Option<&Cursor>) -> Result<usize> {
    let Some(after) = after else { return Ok(0) };
    let Some((rank, key)) = after.key().split_first_chunk::<4>() else {
        return problems::CURSOR_INVALID.refuse();
    };
    let key = <[u8; 16]>::try_from(key);
    let key = key.map_err(|_| problems::CURSOR_INVALID.on("after"))?;
    let key = u128::from_be_bytes(key);
    let again = order.iter().position(|(found, _)| *found == key);
    let rank = usize::try_from(u32::from_be_bytes(*rank)).unwrap_or(usize::MAX);
    // What stood behind it has moved up to its place.
    let from = again.map_or(rank, |again| again.saturating_add(1));
    Ok(from.min(order.len()))
}
