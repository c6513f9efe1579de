//! Ends all sessions of a person.

use app::{Actor, Command, SessionId, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use super::end_session::end_all;
use crate::sessions::queries::require_own_or_admin;

/// Ends all sessions of a person, or all but one, for themselves and for administrators.
#[derive(Debug, Clone)]
pub struct RevokeAllSessions {
    /// Whose.
    pub user: UserId,
    /// The session that goes on.
    pub but: Option<SessionId>,
}

impl Command for RevokeAllSessions {
    type Out = ();
    const NAME: &'static str = "sessions.revoke_all";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        require_own_or_admin(actor, self.user)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        end_all(tx, self.user, self.but)
    }
}
