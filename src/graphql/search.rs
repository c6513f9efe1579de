//! Search: what is in the school, by its words and by its meaning.

use std::sync::Arc;

use app::OrRefuse;
use app::search::{Card, FoundKind, id_of as id_of_bits};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use courses::catalog::CourseKind;
use insight::search::{self, Answer, Hit, Mode, Question, SUGGESTIONS_MAX};
use kernel::PageRequest;
use kernel::problems::NOT_FOUND;

use crate::connection::{PageInfo, page_request};
use crate::courses::Course;
use crate::errors::{Result, shown};
use crate::rows::Rows;
use crate::scalars::id_of;
use crate::schema::search_of;
use crate::view::{View, seen};

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "FoundKind")]
pub(crate) enum SearchKind {
    /// A course.
    Course,
    /// What a module lists that is nothing else by itself: a link, a video, a heading.
    Item,
    /// A page of a course.
    Page,
    /// A file of a course, by its name and its text.
    File,
    /// Work that is set.
    Assignment,
    /// A topic of a discussion.
    Topic,
    /// What somebody said in a topic.
    Post,
    /// A person; for staff.
    User,
}

/// What is looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Mode")]
pub(crate) enum SearchMode {
    /// The words that were typed.
    Fulltext,
    /// What they mean.
    Semantic,
    /// Both together.
    Hybrid,
}

/// Where is looked.
#[derive(InputObject, Default)]
struct SearchFilter {
    /// Only in this course.
    course_id: Option<ID>,
    /// Only these kinds; all, if none is named.
    kinds: Option<Vec<SearchKind>>,
    /// By what; both together without one.
    mode: Option<SearchMode>,
}

/// Something that was found.
struct SearchResult {
    view: Arc<View>,
    hit: Hit,
}

/// Something that was found.
#[Object(serial)]
impl SearchResult {
    /// The id of what was found.
    async fn id(&self) -> ID {
        ID(self.hit.card.id.clone())
    }

    /// What it is.
    async fn kind(&self) -> SearchKind {
        self.hit.kind.into()
    }

    /// What it is called; the topic of a post, the name of a person.
    async fn title(&self) -> &str {
        &self.hit.card.title
    }

    /// The place in its text that fits best, as HTML: `<mark>` around what fits, everything else
    /// escaped.
    async fn snippet(&self) -> &str {
        &self.hit.snippet
    }

    /// How well it fits; to be compared within one answer.
    async fn score(&self) -> f64 {
        self.hit.score
    }

    /// Where it is within the site.
    async fn url(&self) -> &str {
        &self.hit.card.url
    }

    /// The course that it belongs to; null for people.
    async fn course(&self) -> Result<Option<Course>> {
        Ok(course_of(&self.view, &self.hit.card)?)
    }
}

/// A result, with its place in the list.
#[derive(SimpleObject)]
#[graphql(serial)]
struct SearchResultEdge {
    /// The place in the list: the `after` of the page that begins behind it.
    cursor: String,
    /// The result.
    node: SearchResult,
}

/// How many results are of a kind.
#[derive(SimpleObject)]
#[graphql(serial)]
struct KindCount {
    /// The kind.
    kind: SearchKind,
    /// How many.
    count: u64,
}

/// How many results are in a course.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CourseCount {
    /// The course.
    course: Course,
    /// How many.
    count: u64,
}

/// A page of what was found, best first.
struct SearchResultConnection {
    view: Arc<View>,
    answer: Answer,
}

impl SearchResultConnection {
    fn result(&self, hit: &Hit) -> SearchResult {
        SearchResult {
            view: Arc::clone(&self.view),
            hit: hit.clone(),
        }
    }
}

/// A page of what was found, best first.
#[Object(serial)]
impl SearchResultConnection {
    /// The results of the page.
    async fn nodes(&self) -> Rows<Vec<SearchResult>> {
        Rows(
            self.answer
                .hits
                .iter()
                .map(|hit| self.result(hit))
                .collect(),
        )
    }

    /// The results of the page, each with its place in the list.
    async fn edges(&self) -> Rows<Vec<SearchResultEdge>> {
        let edges = self.answer.hits.iter().map(|hit| SearchResultEdge {
            cursor: hit.cursor.to_string(),
            node: self.result(hit),
        });
        Rows(edges.collect())
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        let hits = &self.answer.hits;
        PageInfo {
            has_next_page: self.answer.has_next,
            has_previous_page: self.answer.has_previous,
            start_cursor: hits.first().map(|hit| hit.cursor.to_string()),
            end_cursor: hits.last().map(|hit| hit.cursor.to_string()),
        }
    }

    /// How many the viewer may see of the best 500 by their words and the best by their meaning;
    /// there is no page behind them.
    async fn total_count(&self) -> u64 {
        self.answer.total
    }

    /// Whether more has these words than is counted.
    async fn has_more(&self) -> bool {
        self.answer.more
    }

    /// How many are of each kind, most first.
    async fn kinds(&self) -> Rows<Vec<KindCount>> {
        let kinds = self.answer.facets.kinds.iter();
        let counts = kinds.map(|(kind, count)| KindCount {
            kind: (*kind).into(),
            count: *count,
        });
        Rows(counts.collect())
    }

    /// How many are in each course, most first.
    async fn courses(
        &self,
        #[graphql(desc = "How many courses, 1 to 100.", default_with = "Some(20)")] first: Option<
            i64,
        >,
    ) -> Result<Rows<Vec<CourseCount>>> {
        let size = PageRequest::parse(first, None)?.size();
        let courses = self.answer.facets.courses.iter().take(size);
        let counts = courses.map(|(course, count)| {
            Ok(CourseCount {
                course: Course::of(&self.view, *course)?,
                count: *count,
            })
        });
        Ok(Rows(counts.collect::<kernel::Result<_>>()?))
    }

    /// Whether an index is still being made, so that there may be more than is found.
    async fn partial(&self) -> bool {
        self.answer.is_partial()
    }

    /// What the viewer should know of how it was looked: sentences to be shown.
    async fn notices(&self) -> Vec<&'static str> {
        let notices = self.answer.notices.iter();
        notices.map(|notice| notice.sentence()).collect()
    }
}

/// Something that somebody may mean who has begun to type, or that is like something else.
struct Suggestion {
    view: Arc<View>,
    kind: FoundKind,
    card: Card,
}

/// Something that somebody may mean who has begun to type, or that is like something else.
#[Object(serial)]
impl Suggestion {
    /// The id of what it is.
    async fn id(&self) -> ID {
        ID(self.card.id.clone())
    }

    /// What it is.
    async fn kind(&self) -> SearchKind {
        self.kind.into()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.card.title
    }

    /// Where it is within the site.
    async fn url(&self) -> &str {
        &self.card.url
    }

    /// The course that it belongs to; null for people.
    async fn course(&self) -> Result<Option<Course>> {
        Ok(course_of(&self.view, &self.card)?)
    }
}

fn course_of(view: &Arc<View>, card: &Card) -> kernel::Result<Option<Course>> {
    let course = card.course.map(id_of_bits::<CourseKind>);
    course.map(|course| Course::of(view, course)).transpose()
}

/// Questions to search.
#[derive(Default)]
pub(crate) struct SearchQueries;

#[Object]
impl SearchQueries {
    /// What is in the school and fits a question, as far as the viewer may see it: by its words
    /// and by its meaning. Any text is fine: "quotes" keep words together, -word leaves out what
    /// has it, title:word looks in titles.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the schema"
    )]
    async fn search_content(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is looked for, at most 4,096 bytes.")] query: String,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
        #[graphql(desc = "Where is looked.")] filter: Option<SearchFilter>,
        #[graphql(
            desc = "Whether to wait until what was done before can be found, 2 seconds at most.",
            default_with = "Some(false)"
        )]
        fresh: Option<bool>,
    ) -> Option<SearchResultConnection> {
        let (view, search) = (seen(ctx), search_of(ctx));
        let filter = filter.unwrap_or_default();
        let answer = async {
            let question = Question {
                text: query,
                page: page_request(first, after.as_deref())?,
                course: filter.course_id.as_ref().map(id_of),
                kinds: filter.kinds.into_iter().flatten().map(Into::into).collect(),
                mode: filter.mode.map_or(Mode::Hybrid, Into::into),
            };
            if fresh.unwrap_or(false) {
                search.wait_for(eventlog::head(view.snapshot())?).await;
            }
            search.ask(view.snapshot(), view.actor(), question).await
        };
        let found = answer.await.map(|answer| SearchResultConnection {
            view: Arc::clone(view),
            answer,
        });
        shown(ctx, found.map_err(Into::into))
    }

    /// Titles, and for staff names of people, that begin as somebody types; best first.
    async fn suggest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed so far.")] prefix: String,
        #[graphql(desc = "How many, 1 to 20.", default_with = "Some(10)")] first: Option<i64>,
        #[graphql(desc = "Only in this course.")] course_id: Option<ID>,
    ) -> Option<Rows<Vec<Suggestion>>> {
        let (view, search) = (seen(ctx), search_of(ctx));
        let found = async {
            let limit = search::suggestions(first)?;
            let within = course_id.as_ref().map(id_of);
            search
                .suggest(view.snapshot(), view.actor(), (&prefix, within, limit))
                .await
        };
        shown(
            ctx,
            found
                .await
                .map(|found| suggestions(view, found))
                .map_err(Into::into),
        )
    }

    /// What is like something that the viewer may see, by its meaning; best first.
    async fn similar_content(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a course, page, file, assignment, topic or post.")] id: ID,
        #[graphql(desc = "How many, 1 to 20.", default_with = "Some(10)")] first: Option<i64>,
    ) -> Option<Rows<Vec<Suggestion>>> {
        let (view, search) = (seen(ctx), search_of(ctx));
        let found = async {
            let limit = search::suggestions(first)?;
            let (kind, bits) = search::named(&id).or_refuse(NOT_FOUND)?;
            search
                .similar(view.snapshot(), view.actor(), (kind, bits, limit))
                .await
        };
        shown(
            ctx,
            found
                .await
                .map(|found| suggestions(view, found))
                .map_err(Into::into),
        )
    }
}

fn suggestions(view: &Arc<View>, found: Vec<(FoundKind, Card)>) -> Rows<Vec<Suggestion>> {
    let suggestions = found.into_iter().map(|(kind, card)| Suggestion {
        view: Arc::clone(view),
        kind,
        card,
    });
    Rows(suggestions.collect())
}

/// Keeps the limits in the descriptions above true.
const _: () = assert!(
    search::CANDIDATES_MAX == 500 && SUGGESTIONS_MAX == 20,
    "the schema says so"
);
