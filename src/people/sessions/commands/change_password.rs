//! Changes a password for somebody who showed the one they had.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::end_session::end_all;
use super::start_session::start;
use crate::sessions::events::PasswordChanged;
use crate::sessions::model::NewSession;
use crate::sessions::passwords::PasswordHash;
use crate::sessions::problems::PASSWORD_WRONG;
use crate::users;

/// Sets another password and starts a session in place of all there were; answers when it ends at
/// the latest.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The hash of the password that was compared.
    pub current: PasswordHash,
    /// The hash of the one that they chose.
    pub new: PasswordHash,
    /// The session that begins.
    pub session: NewSession,
}

impl Command for ChangePassword {
    type Out = Timestamp;
    const NAME: &'static str = "sessions.change_password";

    /// Only the program itself, after it compared the current password.
    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_program()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let user = self.session.user;
        // It was compared outside of this transaction and may be another by now.
        users::password_of(tx, user)?
            .filter(|password| *password == self.current)
            .or_refuse(PASSWORD_WRONG)?;
        users::set_password(tx, user, &self.new)?;
        tx.emit(&PasswordChanged { user })?;
        end_all(tx, user, None)?;
        start(tx, &self.session)
    }
}
