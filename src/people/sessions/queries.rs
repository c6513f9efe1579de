//! Recognising who asks.

use std::sync::Arc;

use app::Actor;
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::model::{Session, TOUCH_AFTER, Token};
use super::tables::SESSIONS;
use crate::users;

/// Who a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The person, with their role as of now.
    pub actor: Actor,
    /// Whether the request should be noted, so that the session does not end as idle.
    pub touch: bool,
    /// When the session ends unless there are further requests.
    pub until: Timestamp,
}

/// The person a token belongs to, if its session holds and they may sign in.
pub fn authenticate(
    snapshot: &Snapshot,
    token: &Token,
    now: Timestamp,
) -> Result<Option<Authenticated>> {
    let Some(session) = held(snapshot, token, now)? else {
        return Ok(None);
    };
    let Some(user) = users::user(snapshot, session.user)?.filter(|user| !user.disabled) else {
        return Ok(None);
    };
    let actor = Actor::user(session.user, user.role, session.id);
    Ok(Some(Authenticated {
        actor,
        touch: now.since(session.seen_at) >= TOUCH_AFTER,
        until: session.until(),
    }))
}

fn held(snapshot: &Snapshot, token: &Token, now: Timestamp) -> Result<Option<Arc<Session>>> {
    Ok(snapshot
        .shared(&SESSIONS, &token.hash())?
        .filter(|session| session.holds(now)))
}
