//! Sessions: where a person is signed in, and ending that.

use app::{SessionId, SessionKind};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use people::sessions::{self, RevokeAllSessions, RevokeSession};

use crate::errors::{UserError, mutate, shown};
use crate::rows::Rows;
use crate::scalars::{DateTime, IdOf, id_of};
use crate::view::seen;

/// A place where somebody is signed in.
#[derive(SimpleObject)]
#[graphql(serial)]
struct Session {
    /// The id. It lets nobody in.
    id: IdOf<SessionKind>,
    /// When it began.
    started_at: DateTime,
    /// When it was last used, to five minutes.
    seen_at: DateTime,
    /// When it ends, whatever happens.
    expires_at: DateTime,
    /// The address where it began, if that is known.
    address: Option<String>,
    /// What the program called itself that it began with.
    agent: Option<String>,
    /// Whether this request belongs to it.
    current: bool,
}

impl Session {
    fn of(session: sessions::Session, current: Option<SessionId>) -> Self {
        Self {
            current: current == Some(session.id),
            id: IdOf(session.id),
            started_at: DateTime(session.started_at),
            seen_at: DateTime(session.seen_at),
            expires_at: DateTime(session.expires_at),
            address: session.address.map(|address| address.to_string()),
            agent: session.agent,
        }
    }
}

/// Questions about sessions.
#[derive(Default)]
pub(crate) struct SessionQueries;

#[Object]
impl SessionQueries {
    /// Where the viewer is signed in, the newest session first; for administrators also of
    /// somebody else.
    async fn sessions(&self, ctx: &Context<'_>, user_id: Option<ID>) -> Option<Rows<Vec<Session>>> {
        let view = seen(ctx);
        let user = user_id.map_or_else(|| view.actor().require_user(), |id| Ok(id_of(&id)));
        let now = view.app().now();
        let found =
            user.and_then(|user| sessions::sessions(view.snapshot(), view.actor(), user, now));
        let current = view.actor().session();
        let shows = |session| Session::of(session, current);
        let found = found.map(|found| Rows(found.into_iter().map(shows).collect()));
        shown(ctx, found.map_err(Into::into))
    }
}

/// A session that is to end.
#[derive(InputObject)]
struct RevokeSessionInput {
    session_id: ID,
    /// Whose it is; the viewer's without it.
    user_id: Option<ID>,
}

/// What came of `revokeSession`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct RevokeSessionPayload {
    /// The id of what is over; null when the input was refused.
    revoked_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Whose sessions are to end.
#[derive(InputObject)]
struct RevokeSessionsInput {
    /// Whose they are; the viewer's without it.
    user_id: Option<ID>,
}

/// What came of `revokeSessions`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct RevokeSessionsPayload {
    /// Whether they are over.
    done: bool,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to sessions.
#[derive(Default)]
pub(crate) struct SessionMutations;

#[Object]
impl SessionMutations {
    /// Ends a session of the viewer; for administrators also of somebody else.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        input: RevokeSessionInput,
    ) -> Option<RevokeSessionPayload> {
        let actor = seen(ctx).actor();
        let session = id_of(&input.session_id);
        let command = || {
            let user = input.user_id.as_ref().map(id_of);
            let user = user.map_or_else(|| actor.require_user(), Ok)?;
            Ok(RevokeSession { user, session })
        };
        let show = |_: &_, ()| Ok(input.session_id.clone());
        let (revoked_id, errors) = mutate(ctx, command, show).await?;
        Some(RevokeSessionPayload { revoked_id, errors })
    }

    /// Ends all sessions of the viewer but this one; for administrators all of somebody else.
    async fn revoke_sessions(
        &self,
        ctx: &Context<'_>,
        input: RevokeSessionsInput,
    ) -> Option<RevokeSessionsPayload> {
        let view = seen(ctx);
        let command = || {
            let user = input.user_id.as_ref().map(id_of);
            let user = user.map_or_else(|| view.actor().require_user(), Ok)?;
            let own = view.actor().user_id() == Some(user);
            let but = view.actor().session().filter(|_| own);
            Ok(RevokeAllSessions { user, but })
        };
        let (done, errors) = mutate(ctx, command, |_, ()| Ok(true)).await?;
        let done = done.unwrap_or(false);
        Some(RevokeSessionsPayload { done, errors })
    }
}
