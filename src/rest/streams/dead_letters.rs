//! Dead letters: what no consumer could handle, to be looked at, tried again or dropped.

use app::{Actor, App};
use axum::extract::{FromRef, State};
use axum::{Extension, Json};
use eventlog::Chosen;
use kernel::Timestamp;
use operations::streams::{DropDeadLetters, RetryDeadLetters, letter_of, letters_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::messages::Message;
use super::{Count, note_grades, page_size};
use crate::body::{Body, IdsInPath, Parameters};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(super) fn routes<S>() -> Vec<Route<S>>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let all = "/api/admin/streams/{stream}/consumers/{consumer}/dead-letters";
    let says = "Lists the dead letters of a consumer, by sequence. For administrators.";
    let list = Operation::get(all, says)
        .query::<Wanted>()
        .answers::<DeadLetters>(200, "A page of them.")
        .refuses(&[403]);
    let path = "/api/admin/streams/{stream}/consumers/{consumer}/dead-letters/{sequence}";
    let show = Operation::get(path, "Shows a dead letter. For administrators.")
        .answers::<DeadLetter>(200, "The letter.")
        .refuses(&[403]);
    let says = "Gives dead letters to their consumer again, as if for the first time: one, those \
        under some subjects, or all; at most 1,000. They stay listed until they are handled. For \
        administrators.";
    let path = "/api/admin/streams/{stream}/consumers/{consumer}/dead-letters/retry";
    let retry = Operation::post(path, says)
        .takes::<Which>(json!({ "subject": "orders.*" }))
        .answers::<Count>(200, "How many.")
        .refuses(&[403]);
    let says = "Drops dead letters: one, those under some subjects, or all; at most 1,000. For \
        administrators.";
    let remove = Operation::delete(all, says)
        .query::<Which>()
        .answers::<Count>(200, "How many.")
        .refuses(&[403]);
    vec![
        list.by(self::list),
        show.by(self::show),
        retry.by(self::retry),
        remove.by(self::remove),
    ]
}

/// Which dead letters are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    first: Option<i64>,
    /// Behind this sequence.
    #[serde(default)]
    after: u64,
}

/// Some dead letters.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLetters {
    nodes: Vec<DeadLetter>,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A message that no consumer could handle.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLetter {
    message: Message,
    /// What the last delivery failed of.
    error: String,
    /// How often it was delivered.
    deliveries: u32,
    /// Whether the consumer said that it can never be handled.
    terminated: bool,
    #[schemars(with = "shapes::Moment")]
    first_failed_at: Timestamp,
    #[schemars(with = "shapes::Moment")]
    died_at: Timestamp,
    /// When it was given to the consumer again, if it was.
    #[schemars(with = "Option<shapes::Moment>")]
    retried_at: Option<Timestamp>,
}

impl DeadLetter {
    fn of(letter: eventlog::DeadLetter) -> Self {
        Self {
            message: Message::of(letter.message),
            error: letter.error,
            deliveries: letter.deliveries,
            terminated: letter.terminated,
            first_failed_at: letter.first_failed,
            died_at: letter.died,
            retried_at: letter.retried,
        }
    }
}

/// `GET /api/admin/streams/{stream}/consumers/{consumer}/dead-letters?after&first`.
async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer)): IdsInPath<(String, String)>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<DeadLetters>, Problem> {
    let page = (wanted.after, page_size(wanted.first)?);
    let (found, has_next_page) = letters_of(&app.snapshot(), &actor, (&stream, &consumer), page)?;
    let messages = found.iter().map(|letter| &letter.message);
    note_grades(&app, &actor, messages.collect()).await?;
    let end = found.last().map(|last| last.message.sequence);
    Ok(Json(DeadLetters {
        nodes: found.into_iter().map(DeadLetter::of).collect(),
        has_next_page,
        end_cursor: end.map(|end| end.to_string()),
    }))
}

/// `GET /api/admin/streams/{stream}/consumers/{consumer}/dead-letters/{sequence}`.
async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer, sequence)): IdsInPath<(String, String, u64)>,
) -> Result<Json<DeadLetter>, Problem> {
    let letter = letter_of(&app.snapshot(), &actor, (&stream, &consumer), sequence)?;
    note_grades(&app, &actor, vec![&letter.message]).await?;
    Ok(Json(DeadLetter::of(letter)))
}

/// Which dead letters are meant: all, unless something is said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// The one of this sequence.
    sequence: Option<u64>,
    /// Those under these subjects, with `*` and `>`.
    subject: Option<String>,
}

impl Which {
    fn chosen(self) -> Chosen {
        Chosen {
            sequence: self.sequence,
            subject: self.subject,
        }
    }
}

/// `POST /api/admin/streams/{stream}/consumers/{consumer}/dead-letters/retry`.
async fn retry(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer)): IdsInPath<(String, String)>,
    Body(which): Body<Which>,
) -> Result<Json<Count>, Problem> {
    let command = RetryDeadLetters {
        stream,
        consumer,
        chosen: which.chosen(),
    };
    let count = app.run(actor, command).await?;
    Ok(Json(Count { count }))
}

/// `DELETE /api/admin/streams/{stream}/consumers/{consumer}/dead-letters?sequence&subject`.
async fn remove(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer)): IdsInPath<(String, String)>,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Count>, Problem> {
    let command = DropDeadLetters {
        stream,
        consumer,
        chosen: which.chosen(),
    };
    let count = app.run(actor, command).await?;
    Ok(Json(Count { count }))
}
