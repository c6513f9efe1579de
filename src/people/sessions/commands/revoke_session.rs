//! Ends a session from another one.

use app::{Actor, Command, OrRefuse, SessionId, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use super::end_session::end;
use crate::sessions::problems::SESSION_NOT_FOUND;
use crate::sessions::queries::{require_own_or_admin, sessions_of};

/// Ends a session of a person, for themselves and for administrators.
#[derive(Debug, Clone)]
pub struct RevokeSession {
    /// Whose.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
}

impl Command for RevokeSession {
    type Out = ();
    const NAME: &'static str = "sessions.revoke";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        require_own_or_admin(actor, self.user)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let mut sessions = sessions_of(tx, self.user)?.into_iter();
        let (key, _) = sessions
            .find(|(_, session)| session.id == self.session && session.holds(tx.now()))
            .or_refuse(SESSION_NOT_FOUND)?;
        end(tx, &key).map(drop)
    }
}
