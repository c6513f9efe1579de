//! The event log as it grows, for administrators: server-sent events.
//!
//! The body goes on until the client leaves, the session is over or the server stops. It is made
//! as the client takes it: while nothing is taken nothing is made, and what waited too long is read
//! from the log again. Whoever owns the connection finds a [`Backlog`](live::Backlog) in the answer
//! and cuts off a client that takes nothing while more waits than has room.

use std::convert::Infallible;
use std::time::Duration;

use app::{Actor, App};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{iter, unfold};
use futures_util::{Stream, StreamExt};
use kernel::problems;
use live::{Filter, Follower, Interest, Told, cursor};
use people::sessions::Token;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::timeout;

use crate::Rest;
use crate::audit::Event;
use crate::body::Parameters;
use crate::openapi::{Operation, Route};
use crate::problem::Problem;
use crate::streams::note_grades;

/// How long nothing is said when nothing happens.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// How long a client waits before it connects again, in milliseconds.
const RETRY_MS: u32 = 1_000;
/// Everything that happens.
const EVERYTHING: &str = ">";

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies that gather answers let this one through as it comes.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let says = "The messages of the event log as they come, as server-sent events: `id` is a \
        cursor, `event` the subject, `data` the message as in the audit. For administrators.";
    let follow = Operation::get("/api/events", says)
        .query::<Wanted>()
        .header(
            "Last-Event-ID",
            "The id of the last that was told: begins behind it.",
        )
        .answers_bytes(
            200,
            "The messages, until the session is over or the server stops.",
            "text/event-stream",
        )
        .refuses(&[403, 429]);
    vec![follow.by(self::follow)]
}

/// Which messages are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Which subjects: words between dots, `*` for one word, `>` for all that follow; all unless it
    /// is said.
    subject: Option<String>,
    /// The id of the last that was told: begins behind it. The header `Last-Event-ID` comes first.
    after: Option<String>,
}

/// `GET /api/events?subject&after`.
pub(crate) async fn follow(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Response, Problem> {
    // Who may not ask is not told what is wrong with the question.
    actor.require_admin()?;
    let header = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let token = header(&AUTHORIZATION).and_then(Token::in_authorization);
    let token = token.ok_or_else(|| problems::UNAUTHENTICATED.error())?;
    let subject = wanted.subject.as_deref().unwrap_or(EVERYTHING);
    let interest = Interest::Messages(Filter::parse(subject)?);
    let after = header(&LAST_EVENT_ID).or(wanted.after.as_deref());
    let follower = Follower::begin(&rest.live, token, interest, after)?;
    let backlog = follower.backlog();
    let mut response = Response::new(Body::from_stream(pieces(rest.app, follower)));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream");
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response.extensions_mut().insert(backlog);
    Ok(response.into_response())
}

/// What is said, piece by piece.
fn pieces(app: App, follower: Follower) -> impl Stream<Item = Result<Bytes, Infallible>> {
    // Whoever is cut off before anything happened goes on from here.
    let first = format!("retry: {RETRY_MS}\nid: {}\n\n", cursor(follower.position()));
    let rest = unfold((app, follower), async |(app, mut follower)| {
        let piece = match next(&app, &mut follower).await {
            Ok(piece) => piece?,
            Err(error) => {
                tracing::error!(%error, "a stream of events failed");
                return None;
            }
        };
        Some((piece, (app, follower)))
    });
    iter([Bytes::from(first)]).chain(rest).map(Ok)
}

/// What is to be said next. Whose grade it shows is noted before it leaves.
async fn next(app: &App, follower: &mut Follower) -> kernel::Result<Option<Bytes>> {
    let Ok(told) = timeout(SILENCE_MAX, follower.next()).await else {
        return Ok(Some(Bytes::from_static(b": still here\n\n")));
    };
    let Some(told) = told? else {
        return Ok(None);
    };
    note_grades(app, follower.actor(), vec![&told.message]).await?;
    Ok(Some(said(&told)))
}

/// A message as an event. Neither subjects nor JSON have line ends.
fn said(told: &Told) -> Bytes {
    let (id, subject) = (cursor(told.position), &told.message.subject);
    let event = Event::from(told.message.as_ref().clone());
    let data = serde_json::to_string(&event).expect("a message has text keys only");
    format!("id: {id}\nevent: {subject}\ndata: {data}\n\n").into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use app::{SchoolRole, Secret};
    use live::Hub;
    use people::sessions::{Client, NewSession, Password, StartSession};
    use people::users::{AddUser, NewUser};
    use testkit::School;
    use tokio::runtime::Builder;
    use tokio::time::Instant;

    use super::*;

    /// A follower of everything, for an administrator who just signed in.
    fn follower(school: &School) -> Follower {
        let password = Password::offer("edusphere").unwrap();
        let password = Some(password.hash(&Secret([7; 32])).unwrap());
        let user = NewUser::named("ada", "Ada").unwrap();
        let user = school.run_as_program(AddUser {
            user: user.role(SchoolRole::Admin),
            password: password.clone(),
        });
        let token = Token::new(&school.app.new_secret());
        let session = NewSession {
            user,
            token: token.clone(),
            client: Client::at([127, 0, 0, 1].into(), None),
        };
        school.run_as_program(StartSession {
            session,
            password,
            renewed: None,
        });
        let hub = Hub::new(school.app.clone());
        let interest = Interest::Messages(Filter::parse(EVERYTHING).unwrap());
        Follower::begin(&Arc::clone(&hub), token, interest, None).unwrap()
    }

    #[test]
    fn a_silence_of_fifteen_seconds_is_filled_so_that_no_proxy_takes_it_for_the_end() {
        let school = School::new(people::FEATURES);
        let mut follower = follower(&school);
        // Its clock goes on by itself when everybody waits.
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let begun = Instant::now();
            let said = next(&school.app, &mut follower).await.unwrap().unwrap();
            assert_eq!(said, ": still here\n\n");
            assert_eq!(begun.elapsed(), SILENCE_MAX);
        });
    }
}
