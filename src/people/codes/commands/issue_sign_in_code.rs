//! Gives somebody a code to come in with.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::{Result, Timestamp};
use store::Snapshot;

use crate::codes::events::SignInCodeIssued;
use crate::codes::model::{CodeHash, LIFETIME, SignInCode};
use crate::codes::problems::USER_DISABLED;
use crate::codes::tables::SIGN_IN_CODES;
use crate::users::{self, USER_NOT_FOUND};

/// Lets a person come in with a code instead of the one they may have had; answers until when.
/// Whoever makes the code shows it: here only its hash is known.
#[derive(Debug, Clone)]
pub struct IssueSignInCode {
    /// Who.
    pub user: UserId,
    /// The hash of the code, which is fresh.
    pub code: CodeHash,
}

impl Command for IssueSignInCode {
    type Out = Timestamp;
    const NAME: &'static str = "codes.issue";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let user = users::user(tx, self.user)?.or_refuse(USER_NOT_FOUND)?;
        if user.disabled {
            return USER_DISABLED.refuse();
        }
        let code = SignInCode {
            hash: self.code,
            expires_at: tx.now().plus(LIFETIME),
        };
        tx.put(&SIGN_IN_CODES, &self.user, &code)?;
        tx.emit(&SignInCodeIssued {
            user: self.user,
            expires_at: code.expires_at,
        })?;
        Ok(code.expires_at)
    }
}
