//! Ends a session: signing out.

use app::{Actor, Command, Tx, UserId};
use kernel::Result;
use store::{Range, Snapshot};

use crate::sessions::events::SessionEnded;
use crate::sessions::model::Token;
use crate::sessions::tables::{SESSIONS, SESSIONS_OF_USER};

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

/// Ends every session of a person.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let keys = tx.entries(&SESSIONS_OF_USER, &user, Range::ALL)?;
    let keys: Vec<[u8; 32]> = keys
        .map(|entry| entry.map(|(_, key)| key))
        .collect::<Result<_>>()?;
    for key in keys {
        end(tx, &key)?;
    }
    Ok(())
}
