//! Ends a session: signing out.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use crate::sessions::events::SessionEnded;
use crate::sessions::model::Token;
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
        let key = self.token.hash();
        let Some(session) = tx.get(&SESSIONS, &key)? else {
            return Ok(false);
        };
        tx.remove(&SESSIONS, &key)?;
        tx.emit(&SessionEnded {
            session: session.id,
            user: session.user,
        })?;
        Ok(true)
    }
}
