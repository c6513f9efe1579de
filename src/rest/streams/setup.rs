//! Streams: listing, adding, changing and removing them.

use app::{Actor, App};
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use eventlog::{Limits, StreamConfig, StreamInfo};
use kernel::Timestamp;
use operations::streams::{
    AddStream, RemoveStream, UpdateStream, all_consumers, all_streams, one_stream,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Snapshot;

use super::named;
use crate::body::{Body, IdInPath};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(super) fn routes<S>() -> Vec<Route<S>>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let (all, one) = ("/api/admin/streams", "/api/admin/streams/{stream}");
    let says = "Lists the streams of the event log, the school's own first. For administrators.";
    let list = Operation::get(all, says)
        .answers::<Streams>(200, "All streams.")
        .refuses(&[403]);
    let settings = json!({
        "subjects": ["orders.>"],
        "maxAgeSeconds": 86_400,
        "discard": "OLD",
    });
    let mut new = settings.clone();
    if let Some(fields) = new.as_object_mut() {
        fields.insert("name".to_owned(), "LIBRARY".into());
        fields.insert("subjects".to_owned(), json!(["library.>"]));
    }
    let says = "Adds a stream for subjects of one's own. For administrators.";
    let add = Operation::post(all, says)
        .takes::<StreamSettings>(new)
        .answers::<Stream>(201, "The stream.")
        .refuses(&[403, 409]);
    let show = Operation::get(one, "Shows a stream and what it holds. For administrators.")
        .answers::<Stream>(200, "The stream.")
        .refuses(&[403]);
    let says = "Sets a stream up anew; what is left out gets its default, what it holds stays. \
        For administrators.";
    let update = Operation::put(one, says)
        .takes::<StreamSettings>(settings)
        .answers::<Stream>(200, "The stream as it is now.")
        .refuses(&[403, 409]);
    let says = "Removes a stream with its consumers; its messages go in the background. For \
        administrators.";
    let remove = Operation::delete(one, says)
        .answers_nothing(204, "It is gone.")
        .refuses(&[403]);
    vec![
        list.by(self::list),
        add.by(self::add),
        show.by(self::show),
        update.by(self::update),
        remove.by(self::remove),
    ]
}

/// How a stream is set up.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct StreamSettings {
    /// Letters, digits, `_` and `-`.
    name: String,
    /// The subjects that it takes, with `*` for a word and `>` at the end.
    subjects: Vec<String>,
    /// How long a message is kept; 0 for ever.
    max_age_seconds: u64,
    max_bytes: u64,
    max_messages: u64,
    /// The longest body of a message, at most 1 MiB.
    max_message_bytes: u64,
    #[serde(with = "Discard")]
    discard: eventlog::Discard,
    /// For how long a message id is remembered.
    duplicate_window_ms: u64,
}

/// What goes when a stream is full: the oldest messages, or the new one.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "eventlog::Discard", rename_all = "SCREAMING_SNAKE_CASE")]
enum Discard {
    Old,
    New,
}

impl Default for StreamSettings {
    fn default() -> Self {
        Self::of(StreamConfig::new("", Vec::new()))
    }
}

impl StreamSettings {
    fn of(config: StreamConfig) -> Self {
        Self {
            name: config.name,
            subjects: config.subjects,
            max_age_seconds: config.limits.max_age_s,
            max_bytes: config.limits.max_bytes,
            max_messages: config.limits.max_messages,
            max_message_bytes: config.limits.max_message_bytes,
            discard: config.discard,
            duplicate_window_ms: config.duplicate_window_ms,
        }
    }

    fn config(self, name: &str) -> StreamConfig {
        let mut config = StreamConfig::new(name, self.subjects);
        config.limits = Limits {
            max_age_s: self.max_age_seconds,
            max_bytes: self.max_bytes,
            max_messages: self.max_messages,
            max_message_bytes: self.max_message_bytes,
        };
        config.discard = self.discard;
        config.duplicate_window_ms = self.duplicate_window_ms;
        config
    }
}

/// A stream.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stream {
    config: StreamSettings,
    state: StreamState,
    consumer_count: usize,
    /// Whether it is one of the school's own: its limits stand in the configuration.
    of_school: bool,
    #[schemars(with = "Option<shapes::Moment>")]
    created_at: Option<Timestamp>,
}

/// What a stream holds.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StreamState {
    /// The sequence of the first message that is there, one behind the last when there is none.
    first_sequence: u64,
    /// The sequence of the last message, which is how many were published in all.
    last_sequence: u64,
    messages: u64,
    bytes: u64,
    #[schemars(with = "Option<shapes::Moment>")]
    last_time: Option<Timestamp>,
}

impl Stream {
    fn of(snapshot: &Snapshot, actor: &Actor, stream: StreamInfo) -> kernel::Result<Self> {
        let (state, of_school) = (&stream.state, stream.is_of_school());
        let consumers = all_consumers(snapshot, actor, &stream.config.name)?;
        Ok(Self {
            state: StreamState {
                first_sequence: state.first_sequence(),
                last_sequence: state.last_sequence,
                messages: state.messages(),
                bytes: state.bytes,
                last_time: (state.last_sequence > 0).then_some(state.last_time),
            },
            consumer_count: consumers.len(),
            of_school,
            created_at: (!of_school).then_some(stream.config.created),
            config: StreamSettings::of(stream.config),
        })
    }

    fn named(app: &App, actor: &Actor, name: &str) -> kernel::Result<Self> {
        let snapshot = app.snapshot();
        Self::of(&snapshot, actor, one_stream(&snapshot, actor, name)?)
    }
}

/// All streams.
#[derive(Serialize, JsonSchema)]
pub(super) struct Streams {
    nodes: Vec<Stream>,
}

/// `GET /api/admin/streams`.
async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Streams>, Problem> {
    let snapshot = app.snapshot();
    let streams = all_streams(&snapshot, &actor)?.into_iter();
    let nodes = streams.map(|stream| Stream::of(&snapshot, &actor, stream));
    let nodes = nodes.collect::<Result<_, _>>()?;
    Ok(Json(Streams { nodes }))
}

/// `POST /api/admin/streams`.
async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Body(mut settings): Body<StreamSettings>,
) -> Result<(StatusCode, Json<Stream>), Problem> {
    let name = std::mem::take(&mut settings.name);
    let stream = settings.config(&name);
    app.run(actor.clone(), AddStream { stream }).await?;
    let added = Stream::named(&app, &actor, &name)?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// `GET /api/admin/streams/{stream}`.
async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(name): IdInPath<String>,
) -> Result<Json<Stream>, Problem> {
    Ok(Json(Stream::named(&app, &actor, &name)?))
}

/// `PUT /api/admin/streams/{stream}`.
async fn update(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(name): IdInPath<String>,
    Body(settings): Body<StreamSettings>,
) -> Result<Json<Stream>, Problem> {
    let name = named(&name, &settings.name)?;
    let stream = settings.config(name);
    app.run(actor.clone(), UpdateStream { stream }).await?;
    Ok(Json(Stream::named(&app, &actor, name)?))
}

/// `DELETE /api/admin/streams/{stream}`.
async fn remove(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(stream): IdInPath<String>,
) -> Result<StatusCode, Problem> {
    app.run(actor, RemoveStream { stream }).await?;
    Ok(StatusCode::NO_CONTENT)
}
