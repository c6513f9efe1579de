//! Starts a session for somebody who has proved who they are.

use app::{Actor, Command, OrRefuse, Tx, UserId, Who};
use kernel::{Result, Timestamp, problems};
use store::Snapshot;

use crate::sessions::events::SessionStarted;
use crate::sessions::model::{LIFETIME, Session, Token};
use crate::sessions::tables::SESSIONS;
use crate::users::{self, USER_NOT_FOUND};

/// Starts a session; answers when it ends at the latest.
#[derive(Debug, Clone)]
pub struct StartSession {
    /// Who proved who they are.
    pub user: UserId,
    /// The token to recognise them by, fresh.
    pub token: Token,
}

impl Command for StartSession {
    type Out = Timestamp;
    const NAME: &'static str = "sessions.start";

    /// Only the program itself, after it compared a password.
    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        match actor.who {
            Who::Program(_) => Ok(()),
            Who::User { .. } | Who::Anonymous => problems::FORBIDDEN.refuse(),
        }
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        users::user(tx, self.user)?
            .filter(|user| !user.disabled)
            .or_refuse(USER_NOT_FOUND)?;
        let now = tx.now();
        let session = Session {
            id: tx.new_id(),
            user: self.user,
            started_at: now,
            seen_at: now,
            expires_at: now.plus(LIFETIME),
        };
        tx.put(&SESSIONS, &self.token.hash(), &session)?;
        tx.emit(&SessionStarted {
            session: session.id,
            user: session.user,
        })?;
        Ok(session.expires_at)
    }
}
