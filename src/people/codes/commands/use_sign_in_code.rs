//! Uses a code up: its person gets the password they chose, and a session.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, Timestamp};
use store::Snapshot;

use crate::codes::events::SignInCodeUsed;
use crate::codes::model::CodeHash;
use crate::codes::tables::SIGN_IN_CODES;
use crate::sessions::{self, NewSession, PasswordHash, SIGN_IN_FAILED};
use crate::users;

/// Sets a person's password, uses up the code that let them in, and starts a session in place of
/// those they had; answers when it ends at the latest.
#[derive(Debug, Clone)]
pub struct UseSignInCode {
    /// The hash of the code that they showed.
    pub code: CodeHash,
    /// The password that they chose.
    pub password: PasswordHash,
    /// The session that begins.
    pub session: NewSession,
}

impl Command for UseSignInCode {
    type Out = Timestamp;
    const NAME: &'static str = "codes.use";

    /// Only the program itself, for whom the limits of tries hold.
    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_program()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let user = self.session.user;
        // The code was looked at before the password was hashed; it may be used up since.
        tx.get(&SIGN_IN_CODES, &user)?
            .filter(|open| open.is(self.code, tx.now()))
            .or_refuse(SIGN_IN_FAILED)?;
        tx.remove(&SIGN_IN_CODES, &user)?;
        users::set_password(tx, user, &self.password)?;
        sessions::end_all(tx, user, None)?;
        tx.emit(&SignInCodeUsed { user })?;
        sessions::start(tx, &self.session)
    }
}
