//! What is told of what was found.

use app::search::{Card, FoundKind, id_of};
use courses::catalog::{self, CourseId, CourseKind};
use insight::search::{Answer, Hit, Mode, Status};
use kernel::Result;
use schemars::JsonSchema;
use serde::Serialize;
use store::Snapshot;

use super::SearchMode;
use crate::openapi::shapes;

/// The most courses that are told of with how many were found in each.
const COURSES_MAX: usize = 20;

/// A page of what was found, best first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    results: Vec<OneFound>,
    page_info: PageInfo,
    /// How many the viewer may see of the best 500 by their words and the best by their meaning;
    /// there is no page behind them.
    total_count: u64,
    /// Whether more has these words than is counted.
    has_more: bool,
    /// How many are of each kind, most first.
    kinds: Vec<KindCount>,
    /// How many are in each course, most first, of the twenty that have most.
    courses: Vec<CourseCount>,
    /// Whether an index is still being made, so that there may be more than is found.
    partial: bool,
    /// What the viewer should know of how it was looked: sentences to be shown.
    notices: Vec<&'static str>,
}

/// Something that was found.
#[derive(Serialize, JsonSchema)]
struct OneFound {
    #[serde(flatten)]
    told: Suggested,
    /// The place in its text that fits best, as HTML: `<mark>` around what fits, everything else
    /// escaped.
    snippet: String,
    /// How well it fits; to be compared within one answer.
    score: f64,
}

/// Something that can be found.
#[derive(Serialize, JsonSchema)]
struct Suggested {
    #[schemars(with = "shapes::Id")]
    id: String,
    #[schemars(with = "shapes::FoundKind")]
    kind: FoundKind,
    /// What it is called; the topic of a post, the name of a person.
    title: String,
    /// Where it is within the site.
    url: String,
    /// The course that it belongs to; null for people.
    course: Option<InCourse>,
}

/// Suggestions, best first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Suggestions {
    nodes: Vec<Suggested>,
}

/// Where a page stands in the list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
}

/// A course, as far as it takes to name it.
#[derive(Serialize, JsonSchema)]
struct InCourse {
    #[schemars(with = "shapes::Id")]
    id: CourseId,
    code: String,
    title: String,
}

#[derive(Serialize, JsonSchema)]
struct KindCount {
    #[schemars(with = "shapes::FoundKind")]
    kind: FoundKind,
    count: u64,
}

#[derive(Serialize, JsonSchema)]
struct CourseCount {
    course: InCourse,
    count: u64,
}

impl Found {
    pub(super) fn of(snapshot: &Snapshot, answer: Answer) -> Result<Self> {
        let cursor = |hit: Option<&Hit>| hit.map(|hit| hit.cursor.to_string());
        let mut courses = Vec::new();
        for (id, count) in answer.facets.courses.iter().take(COURSES_MAX) {
            if let Some(course) = InCourse::of(snapshot, *id)? {
                let count = *count;
                courses.push(CourseCount { course, count });
            }
        }
        let kinds = answer.facets.kinds.iter();
        let kinds = kinds.map(|(kind, count)| KindCount {
            kind: *kind,
            count: *count,
        });
        let notices = answer.notices.iter();
        Ok(Self {
            page_info: PageInfo {
                has_next_page: answer.has_next,
                has_previous_page: answer.has_previous,
                start_cursor: cursor(answer.hits.first()),
                end_cursor: cursor(answer.hits.last()),
            },
            total_count: answer.total,
            has_more: answer.more,
            kinds: kinds.collect(),
            courses,
            partial: answer.is_partial(),
            notices: notices.map(|notice| notice.sentence()).collect(),
            results: answer
                .hits
                .into_iter()
                .map(|hit| OneFound::of(snapshot, hit))
                .collect::<Result<_>>()?,
        })
    }
}

impl OneFound {
    fn of(snapshot: &Snapshot, hit: Hit) -> Result<Self> {
        Ok(Self {
            told: Suggested::of(snapshot, (hit.kind, hit.card))?,
            snippet: hit.snippet,
            score: hit.score,
        })
    }
}

impl Suggested {
    fn of(snapshot: &Snapshot, (kind, card): (FoundKind, Card)) -> Result<Self> {
        let course = card.course.map(id_of::<CourseKind>);
        Ok(Self {
            id: card.id,
            kind,
            title: card.title,
            url: card.url,
            course: match course {
                Some(id) => InCourse::of(snapshot, id)?,
                None => None,
            },
        })
    }
}

impl Suggestions {
    pub(super) fn of(snapshot: &Snapshot, found: Vec<(FoundKind, Card)>) -> Result<Self> {
        let nodes = found.into_iter();
        let nodes = nodes.map(|found| Suggested::of(snapshot, found));
        Ok(Self {
            nodes: nodes.collect::<Result<_>>()?,
        })
    }
}

impl InCourse {
    /// A course that something the viewer may see is in.
    fn of(snapshot: &Snapshot, id: CourseId) -> Result<Option<Self>> {
        let course = catalog::course(snapshot, id)?;
        Ok(course.map(|course| Self {
            id,
            code: course.code.clone(),
            title: course.title.clone(),
        }))
    }
}

/// How search fares.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Index {
    words: Words,
    meaning: Meaning,
    /// How many searches there were of each mode since the start.
    searches: Vec<Searches>,
}

/// The full-text index.
#[derive(Serialize, JsonSchema)]
struct Words {
    /// Whether everything is in it, up to its position.
    whole: bool,
    documents: u64,
    /// How far in the event log it has come.
    position: u64,
    /// How many events are yet to be taken into it.
    lag: u64,
    /// How many documents were put into it anew since the start: 0 where it was read whole.
    rebuilt: u64,
}

/// The vectors of passages.
#[derive(Serialize, JsonSchema)]
struct Meaning {
    /// Whether all are there, up to their position.
    whole: bool,
    vectors: u64,
    /// How far in the event log they have come.
    position: u64,
    /// How many events are yet to be taken into them.
    lag: u64,
    /// What makes them.
    embedder: String,
    /// What is the matter with it; null when nothing is.
    trouble: Option<String>,
}

/// Searches of one mode.
#[derive(Serialize, JsonSchema)]
struct Searches {
    #[serde(with = "SearchMode")]
    mode: Mode,
    count: u64,
    /// How long they took in all.
    seconds: f64,
}

impl From<Status> for Index {
    fn from(status: Status) -> Self {
        let searches = status.searches.into_iter();
        let searches = searches.map(|(mode, count, taken)| Searches {
            mode,
            count,
            seconds: taken.as_secs_f64(),
        });
        Self {
            words: Words {
                whole: status.words_whole,
                documents: status.documents,
                position: status.words_at,
                lag: status.head.saturating_sub(status.words_at),
                rebuilt: status.rebuilt,
            },
            meaning: Meaning {
                whole: status.meaning_whole,
                vectors: status.vectors,
                position: status.meaning_at,
                lag: status.head.saturating_sub(status.meaning_at),
                embedder: status.embedder,
                trouble: status.trouble,
            },
            searches: searches.collect(),
        }
    }
}
