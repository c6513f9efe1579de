//! Recognising who asks.

use std::sync::Arc;

use app::{Actor, UserId};
use kernel::{Result, Timestamp};
use store::{Range, Snapshot};

use super::model::{Session, TOUCH_AFTER, Token};
use super::tables::{SESSIONS, SESSIONS_OF_USER};
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

/// The sessions of a person that hold, the newest first, for themselves and for administrators.
pub fn sessions(
    snapshot: &Snapshot,
    actor: &Actor,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Session>> {
    require_own_or_admin(actor, user)?;
    let sessions = sessions_of(snapshot, user)?.into_iter();
    let mut sessions: Vec<Session> = sessions
        .map(|(_, session)| session)
        .filter(|session| session.holds(now))
        .collect();
    sessions.sort_by_key(|session| std::cmp::Reverse((session.started_at, session.id)));
    Ok(sessions)
}

/// Refuses all but the person themselves and administrators.
pub(super) fn require_own_or_admin(actor: &Actor, user: UserId) -> Result<()> {
    if actor.user_id() == Some(user) {
        return Ok(());
    }
    actor.require_admin()
}

/// The sessions of a person with their keys, also those that are over. There are no more than a
/// person may have.
pub(super) fn sessions_of(snapshot: &Snapshot, user: UserId) -> Result<Vec<([u8; 32], Session)>> {
    let mut sessions = Vec::new();
    for entry in snapshot.entries(&SESSIONS_OF_USER, &user, Range::ALL)? {
        let (_, key) = entry?;
        sessions.extend(snapshot.get(&SESSIONS, &key)?.map(|session| (key, session)));
    }
    Ok(sessions)
}
