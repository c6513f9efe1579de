//! Where people are signed in, and ending that.

use std::net::IpAddr;

use app::{Actor, SessionId, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use kernel::Timestamp;
use people::sessions::{self, RevokeAllSessions, RevokeSession};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Rest;
use crate::body::{IdInPath, IdsInPath};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let says = "Where one is signed in, the newest session first.";
    let own = Operation::get("/api/auth/sessions", says)
        .answers::<Sessions>(200, "The sessions that hold.");
    let says = "Signs out everywhere else.";
    let revoke_others = Operation::delete("/api/auth/sessions", says)
        .answers_nothing(204, "Only this session is left.");
    let says = "Ends one of one's own sessions.";
    let revoke_own = Operation::delete("/api/auth/sessions/{id}", says)
        .answers_nothing(204, "The session is over.");
    let says = "Where somebody is signed in. For administrators.";
    let of_user = Operation::get("/api/users/{id}/sessions", says)
        .answers::<Sessions>(200, "The sessions that hold.")
        .refuses(&[403]);
    let says = "Ends all of somebody's sessions. For administrators.";
    let revoke_all = Operation::delete("/api/users/{id}/sessions", says)
        .answers_nothing(204, "The sessions are over.")
        .refuses(&[403]);
    let says = "Ends one of somebody's sessions. For administrators.";
    let revoke = Operation::delete("/api/users/{id}/sessions/{session}", says)
        .answers_nothing(204, "The session is over.")
        .refuses(&[403]);
    vec![
        own.by(self::own),
        revoke_others.by(self::revoke_others),
        revoke_own.by(self::revoke_own),
        of_user.by(self::of_user),
        revoke_all.by(self::revoke_all),
        revoke.by(self::revoke),
    ]
}

/// The sessions of a person, the newest first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Sessions {
    sessions: Vec<Session>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[schemars(with = "shapes::Id")]
    id: SessionId,
    #[schemars(with = "shapes::Moment")]
    started_at: Timestamp,
    #[schemars(with = "shapes::Moment")]
    seen_at: Timestamp,
    #[schemars(with = "shapes::Moment")]
    expires_at: Timestamp,
    address: Option<IpAddr>,
    agent: Option<String>,
    /// Whether this request belongs to it.
    current: bool,
}

fn sessions_of(rest: &Rest, actor: &Actor, user: UserId) -> kernel::Result<Sessions> {
    let found = sessions::sessions(&rest.app.snapshot(), actor, user, rest.app.now())?;
    let sessions = found.into_iter().map(|session| Session {
        id: session.id,
        started_at: session.started_at,
        seen_at: session.seen_at,
        expires_at: session.expires_at,
        address: session.address,
        agent: session.agent,
        current: Some(session.id) == actor.session(),
    });
    let sessions = sessions.collect();
    Ok(Sessions { sessions })
}

/// `GET /api/auth/sessions`.
pub(crate) async fn own(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Sessions>, Problem> {
    let user = actor.require_user()?;
    Ok(Json(sessions_of(&rest, &actor, user)?))
}

/// `DELETE /api/auth/sessions/{id}`.
pub(crate) async fn revoke_own(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(session): IdInPath<SessionId>,
) -> Result<StatusCode, Problem> {
    let user = actor.require_user()?;
    rest.app.run(actor, RevokeSession { user, session }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/auth/sessions`: all but the one that asks.
pub(crate) async fn revoke_others(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
) -> Result<StatusCode, Problem> {
    let (user, but) = (actor.require_user()?, actor.session());
    rest.app.run(actor, RevokeAllSessions { user, but }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/users/{id}/sessions`, for administrators.
pub(crate) async fn of_user(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
) -> Result<Json<Sessions>, Problem> {
    Ok(Json(sessions_of(&rest, &actor, user)?))
}

/// `DELETE /api/users/{id}/sessions/{session}`, for administrators.
pub(crate) async fn revoke(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdsInPath((user, session)): IdsInPath<(UserId, SessionId)>,
) -> Result<StatusCode, Problem> {
    rest.app.run(actor, RevokeSession { user, session }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/users/{id}/sessions`, for administrators.
pub(crate) async fn revoke_all(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
) -> Result<StatusCode, Problem> {
    let revoke = RevokeAllSessions { user, but: None };
    rest.app.run(actor, revoke).await?;
    Ok(StatusCode::NO_CONTENT)
}
