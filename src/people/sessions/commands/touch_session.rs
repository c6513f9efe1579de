//! Notes that a session is in use.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use crate::sessions::model::{Session, TOUCH_AFTER, Token};
use crate::sessions::tables::SESSIONS;

/// Notes a request, so that its session does not end as idle. Nobody is told of it.
#[derive(Debug, Clone)]
pub struct TouchSession {
    /// The token that the request showed.
    pub token: Token,
}

impl Command for TouchSession {
    type Out = ();
    const NAME: &'static str = "sessions.touch";

    /// Whoever holds the token uses its session.
    fn permit(&self, _: &Actor, _: &Snapshot) -> Result<()> {
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let (key, now) = (self.token.hash(), tx.now());
        let Some(session) = tx.get(&SESSIONS, &key)? else {
            return Ok(());
        };
        // Requests that came together each asked for this; one of them is enough.
        if !session.holds(now) || now.since(session.seen_at) < TOUCH_AFTER {
            return Ok(());
        }
        tx.put(
            &SESSIONS,
            &key,
            &Session {
                seen_at: now,
                ..session
            },
        )
    }
}
