//! Messages: reading them, publishing them, and looking whether they are whole.

use std::collections::BTreeMap;

use app::{Actor, App};
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use eventlog::{MESSAGE_ID_HEADER, Publish};
use kernel::Timestamp;
use operations::streams::{PageFrom, PublishMessage, messages_of, verified};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{note_grades, page_size};
use crate::body::{Body, IdInPath, Parameters};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::{INVALID_BODY, Problem};

/// The longest body of a request that publishes, in bytes: a message of 1 MiB in base64, with all
/// that goes with it.
const PUBLISH_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The routes.
pub(super) fn routes<S>() -> Vec<Route<S>>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let says = "Reads messages of a stream: those behind a sequence, those since a moment, or \
        else the newest. For administrators.";
    let list = Operation::get("/api/admin/streams/{stream}/messages", says)
        .query::<Wanted>()
        .answers::<Messages>(200, "A page of messages, shorter where they are long.")
        .refuses(&[403]);
    let says = "Publishes a message under a subject of one's own. For administrators.";
    let publish = Operation::post("/api/admin/messages", says)
        .takes::<NewMessage>(json!({
            "subject": "orders.new",
            "key": "order-1",
            "headers": { "Content-Language": "en" },
            "body": { "pens": 3 },
        }))
        .answers::<PublishedMessage>(201, "Where it is.")
        .answers::<PublishedMessage>(200, "A message of the same id was there already.")
        .refuses(&[403, 404, 409, 507]);
    let says = "Walks the chain of digests over the next messages of a stream, up to the first \
        that was changed, taken out or put in. For administrators.";
    let verify = Operation::get("/api/admin/streams/{stream}/verify", says)
        .query::<Behind>()
        .answers::<Verified>(200, "How far the stream is whole.")
        .refuses(&[403]);
    vec![
        list.by(self::list),
        publish.by(self::publish).limited(PUBLISH_BYTES_MAX),
        verify.by(self::verify),
    ]
}

/// Which messages are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    first: Option<i64>,
    /// Behind this sequence.
    after: Option<u64>,
    /// From the first of this moment on, unless `after` is said.
    #[schemars(with = "Option<shapes::Moment>")]
    since: Option<Timestamp>,
}

/// Some messages, by their sequences.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Messages {
    nodes: Vec<Message>,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A message.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    sequence: u64,
    #[schemars(with = "shapes::Moment")]
    at: Timestamp,
    id: String,
    subject: String,
    /// What it is about; may be empty.
    key: String,
    /// Who published it: the id of a person, or the name of a part of the program.
    actor: String,
    /// The version of the body's form.
    version: u8,
    trace_parent: Option<String>,
    headers: BTreeMap<String, String>,
    /// The body, where it is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    /// The body, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    /// The chain of digests up to here.
    digest: String,
}

impl Message {
    pub(super) fn of(message: eventlog::Message) -> Self {
        let digest = message.digest().to_string();
        let body = serde_json::from_slice(&message.body).ok();
        let as_bytes = || BASE64_STANDARD.encode(&message.body);
        Self {
            body_base64: body.is_none().then(as_bytes),
            body,
            sequence: message.sequence,
            at: message.time,
            id: message.id.to_string(),
            subject: message.subject,
            key: message.key,
            actor: message.actor,
            version: message.version,
            trace_parent: message.trace_parent,
            headers: message.headers.into_iter().collect(),
            digest,
        }
    }
}

/// `GET /api/admin/streams/{stream}/messages?first&after&since`.
async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(stream): IdInPath<String>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Messages>, Problem> {
    let from = match (wanted.after, wanted.since) {
        (Some(sequence), _) => PageFrom::Behind(sequence),
        (None, Some(moment)) => PageFrom::Since(moment),
        (None, None) => PageFrom::Newest,
    };
    let page = (from, page_size(wanted.first)?);
    let (found, has_next_page) = messages_of(&app.snapshot(), &actor, &stream, page)?;
    note_grades(&app, &actor, found.iter().collect()).await?;
    Ok(Json(Messages {
        end_cursor: found.last().map(|last| last.sequence.to_string()),
        nodes: found.into_iter().map(Message::of).collect(),
        has_next_page,
    }))
}

/// A message that is to be published.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewMessage {
    subject: String,
    /// Messages with the same key are consumed in their order.
    #[serde(default)]
    key: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The body as JSON.
    body: Option<Value>,
    /// The body as bytes, instead.
    body_base64: Option<String>,
    /// Published again under the same id within the stream's window, it counts once. The header
    /// `Nats-Msg-Id` is the same.
    message_id: Option<String>,
    /// The sequence that the stream's last message must have.
    expected_last_sequence: Option<u64>,
}

/// Where a message is.
#[derive(Serialize, JsonSchema)]
struct PublishedMessage {
    stream: String,
    sequence: u64,
    duplicate: bool,
}

impl NewMessage {
    fn publish(self) -> kernel::Result<Publish> {
        let body = match (self.body, self.body_base64) {
            (None, None) => Vec::new(),
            (Some(json), None) => json.to_string().into_bytes(),
            (None, Some(text)) => BASE64_STANDARD
                .decode(text)
                .map_err(|_| INVALID_BODY.because("`bodyBase64` is not base64."))?,
            (Some(_), Some(_)) => {
                let sentence = "Give the body as `body` or as `bodyBase64`, not both.";
                return Err(INVALID_BODY.because(sentence));
            }
        };
        let mut headers = self.headers;
        if let Some(id) = self.message_id {
            headers.insert(MESSAGE_ID_HEADER.to_owned(), id);
        }
        Ok(Publish {
            subject: self.subject,
            key: self.key,
            headers: headers.into_iter().collect(),
            body: body.into(),
            expected_last_sequence: self.expected_last_sequence,
        })
    }
}

/// `POST /api/admin/messages`.
async fn publish(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Body(message): Body<NewMessage, PUBLISH_BYTES_MAX>,
) -> Result<(StatusCode, Json<PublishedMessage>), Problem> {
    actor.require_admin()?;
    let message = message.publish()?;
    let published = app.run(actor, PublishMessage { message }).await?;
    let status = if published.duplicate {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let published = PublishedMessage {
        stream: published.stream,
        sequence: published.sequence,
        duplicate: published.duplicate,
    };
    Ok((status, Json(published)))
}

/// Where to go on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Behind {
    /// Behind the sequence that the answer before named; from the first message unless it is said.
    #[serde(default)]
    after: u64,
}

/// How far a stream is whole.
#[derive(Serialize, JsonSchema)]
struct Verified {
    /// The sequence up to which everything agrees: go on behind it until it is complete.
    #[serde(rename = "verifiedUpTo")]
    upto: u64,
    /// The first thing that does not agree.
    fault: Option<String>,
    /// Whether the end of the stream was reached.
    complete: bool,
}

/// `GET /api/admin/streams/{stream}/verify?after`.
async fn verify(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(stream): IdInPath<String>,
    Parameters(behind): Parameters<Behind>,
) -> Result<Json<Verified>, Problem> {
    let verified = verified(&app.snapshot(), &actor, &stream, behind.after)?;
    Ok(Json(Verified {
        upto: verified.upto,
        fault: verified.fault,
        complete: verified.is_end,
    }))
}
