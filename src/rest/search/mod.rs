//! Search, for scripts: what GraphQL's `searchContent`, `suggest` and `similarContent` answer, and
//! what administrators ask of the index.

mod admin;
mod answer;

use std::sync::Arc;

use app::search::FoundKind;
use app::{Actor, App, OrRefuse};
use axum::extract::{FromRef, State};
use axum::{Extension, Json};
use courses::catalog::{self, CourseId};
use insight::search::{
    Mode, QUERY_TOO_LONG, Question, SUGGESTIONS_MAX, Search, named, seen_as, suggestions,
};
use kernel::{Error, PageRequest, Result, problems};
use schemars::JsonSchema;
use serde::de::{Error as _, IntoDeserializer, value};
use serde::{Deserialize, Deserializer, Serialize};
use store::Snapshot;

pub(crate) use self::admin::routes as admin_routes;

use self::answer::{Found, Suggestions};
use crate::Rest;
use crate::body::{Parameters, WithKinds};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// What the routes for administrators need.
#[derive(Clone)]
pub(crate) struct Searched {
    pub(crate) app: App,
    pub(crate) search: Arc<Search>,
}

impl FromRef<Searched> for App {
    fn from_ref(searched: &Searched) -> Self {
        searched.app.clone()
    }
}

impl FromRef<Searched> for Arc<Search> {
    fn from_ref(searched: &Searched) -> Self {
        Self::clone(&searched.search)
    }
}

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let says = "What is in the school and fits a question, as far as the viewer may see it: by its \
        words, by its meaning, or by both.";
    let find = Operation::get("/api/search", says)
        .open()
        .query::<Wanted>()
        .answers::<Found>(200, "A page of what was found, best first.")
        .refuses(&[401, 403, 404, 503]);
    let says = "Titles, and for staff names of people, that begin as somebody types.";
    let suggest = Operation::get("/api/search/suggest", says)
        .open()
        .query::<Begun>()
        .answers::<Suggestions>(200, "Suggestions, best first.")
        .refuses(&[401, 404, 503]);
    let says = "What is like something that the viewer may see, by its meaning.";
    let similar = Operation::get("/api/search/similar", says)
        .open()
        .query::<Like>()
        .answers::<Suggestions>(200, "What is like it, best first.")
        .refuses(&[401, 404, 503]);
    vec![
        find.by(self::find),
        suggest.by(self::suggest),
        similar.by(self::similar),
    ]
}

/// What is looked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Any text, at most 4,096 bytes: "quotes" keep words together, -word leaves out what has it,
    /// title:word looks in titles.
    q: String,
    /// How many, 1 to 100; 20 unless it is said.
    #[schemars(range(min = 1, max = 100))]
    first: Option<i64>,
    /// The `endCursor` of the page before.
    after: Option<String>,
    /// Only in the course of this id or code.
    course: Option<String>,
    /// Only this kind; may be given again. All, if none is named.
    #[serde(default, deserialize_with = "kinds")]
    #[schemars(with = "Option<Vec<shapes::FoundKind>>")]
    kind: Vec<FoundKind>,
    /// By what; `HYBRID` unless it is said.
    #[serde(default, with = "SearchMode")]
    #[schemars(with = "Option<SearchMode>")]
    mode: Mode,
    /// Whether to wait until what was done before can be found, 2 seconds at most.
    #[serde(default)]
    fresh: bool,
    /// What this person would find, by their id or user name. For administrators.
    #[serde(rename = "as")]
    who: Option<String>,
}

/// What is looked for by.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Mode", rename_all = "SCREAMING_SNAKE_CASE")]
enum SearchMode {
    Fulltext,
    Semantic,
    Hybrid,
}

/// Kinds with commas between them.
fn kinds<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<FoundKind>, D::Error> {
    let named = String::deserialize(from)?;
    let kind = |name: &str| {
        FoundKind::deserialize(name.into_deserializer())
            .map_err(|error: value::Error| D::Error::custom(error))
    };
    named.split(',').map(kind).collect()
}

impl Wanted {
    /// The same as a question of the actor's.
    fn question(self, snapshot: &Snapshot, actor: &Actor) -> Result<Question> {
        let course = self.course.as_deref();
        Ok(Question {
            text: self.q,
            page: PageRequest::parse(self.first, self.after.as_deref())?,
            course: course
                .map(|course| course_of(snapshot, actor, course))
                .transpose()?,
            kinds: self.kind,
            mode: self.mode,
        })
    }
}

/// The course of this id or code. One that the actor may not see is refused as what there is not.
fn course_of(snapshot: &Snapshot, actor: &Actor, text: &str) -> Result<CourseId> {
    let found = match text.parse() {
        Ok(id) => Some(id),
        Err(_) => catalog::with_code(snapshot, text)?,
    };
    let visible = found
        .ok_or_else(|| catalog::hidden(actor))
        .and_then(|id| catalog::require_visible(snapshot, actor, id));
    let viewed = visible.map_err(|error| error.on("course"))?;
    Ok(viewed.id)
}

/// `GET /api/search?q&first&after&course&kind&mode&fresh`.
pub(crate) async fn find(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    WithKinds(wanted): WithKinds<Wanted>,
) -> Result<Json<Found>, Problem> {
    let snapshot = rest.app.snapshot();
    let found = answered(&rest.search, (&snapshot, actor), wanted).await?;
    Ok(Json(found))
}

/// What somebody finds.
async fn answered(
    search: &Arc<Search>,
    (snapshot, mut actor): (&Snapshot, Actor),
    wanted: Wanted,
) -> Result<Found> {
    if let Some(who) = &wanted.who {
        actor = seen_as(snapshot, &actor, who)?;
    }
    let fresh = wanted.fresh;
    let question = wanted.question(snapshot, &actor)?;
    if fresh {
        search.wait_for(eventlog::head(snapshot)?).await;
    }
    let answer = search.ask(snapshot, &actor, question).await;
    Found::of(snapshot, answer.map_err(of_address)?)
}

/// A refusal of what was typed, which the address calls `q`.
fn of_address(error: Error) -> Error {
    if error.problem() == Some(QUERY_TOO_LONG) {
        error.on("q")
    } else {
        error
    }
}

/// What somebody has begun to type.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begun {
    /// What was typed so far.
    q: String,
    /// How many, 1 to 20; 10 unless it is said.
    #[schemars(range(min = 1, max = SUGGESTIONS_MAX))]
    first: Option<i64>,
    /// Only in the course of this id or code.
    course: Option<String>,
}

/// `GET /api/search/suggest?q&first&course`.
pub(crate) async fn suggest(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Parameters(begun): Parameters<Begun>,
) -> Result<Json<Suggestions>, Problem> {
    let snapshot = rest.app.snapshot();
    let limit = suggestions(begun.first)?;
    let course = begun.course.as_deref();
    let within = course
        .map(|course| course_of(&snapshot, &actor, course))
        .transpose()?;
    let found = rest
        .search
        .suggest(&snapshot, &actor, (&begun.q, within, limit))
        .await
        .map_err(of_address)?;
    Ok(Json(Suggestions::of(&snapshot, found)?))
}

/// What something is to be like.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Like {
    /// The id of a course, page, file, assignment, topic or post.
    id: String,
    /// How many, 1 to 20; 10 unless it is said.
    #[schemars(range(min = 1, max = SUGGESTIONS_MAX))]
    first: Option<i64>,
}

/// `GET /api/search/similar?id&first`.
pub(crate) async fn similar(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Parameters(like): Parameters<Like>,
) -> Result<Json<Suggestions>, Problem> {
    let snapshot = rest.app.snapshot();
    let limit = suggestions(like.first)?;
    let (kind, bits) = named(&like.id).or_refuse(problems::NOT_FOUND)?;
    let found = rest
        .search
        .similar(&snapshot, &actor, (kind, bits, limit))
        .await?;
    Ok(Json(Suggestions::of(&snapshot, found)?))
}
