//! Takes a password away and gives a code in its place.

use app::{Actor, Command, Tx};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::IssueSignInCode;
use crate::codes::events::PasswordReset;
use crate::{sessions, users};

/// Drops a person's password, ends their sessions and lets them come in with a code, for
/// administrators; answers until when.
#[derive(Debug, Clone)]
pub struct ResetPassword {
    /// Who, and the code.
    pub issue: IssueSignInCode,
}

impl Command for ResetPassword {
    type Out = Timestamp;
    const NAME: &'static str = "codes.reset_password";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        self.issue.permit(actor, snapshot)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let user = self.issue.user;
        let expires_at = self.issue.run(tx)?;
        users::drop_password(tx, user)?;
        tx.emit(&PasswordReset { user })?;
        sessions::end_all(tx, user, None)?;
        Ok(expires_at)
    }
}
