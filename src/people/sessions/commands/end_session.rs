//! Ends a session: signing out.

use app::{Actor, Command, SessionId, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use crate::sessions::events::SessionEnded;
use crate::sessions::model::Token;
use crate::sessions::queries::sessions_of;
use crate::sessions::tables::SESSIONS;

/// Ends the session of a token; whether there was one.
#[derive(Debug, Clone)]
pub struct EndSession {
    /// The token.
    pub token: Token,
}

impl Command for EndSession {
    type Out = bool;
    const NAME: &'static str = "sessions.end";

    /// Whoever holds the token may end its session.
    fn permit(&self, _: &Actor, _: &Snapshot) -> Result<()> {
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        end(tx, &self.token.hash())
    }
}

/// Ends the session under a key; whether there was one.
pub(super) fn end(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<bool> {
    let Some(session) = tx.get(&SESSIONS, key)? else {
        return Ok(false);
    };
    tx.remove(&SESSIONS, key)?;
    tx.emit(&SessionEnded {
        session: session.id,
        user: session.user,
    })?;
    Ok(true)
}

/// Ends every session of a person, or all but one.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: UserId, but: Option<SessionId>) -> Result<()> {
    for (key, session) in sessions_of(tx, user)? {
        if Some(session.id) != but {
            end(tx, &key)?;
        }
    }
    Ok(())
}
