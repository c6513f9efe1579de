//! Lets somebody in again.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use crate::users::events::UserEnabled;
use crate::users::model::User;
use crate::users::problems::USER_NOT_FOUND;
use crate::users::queries::user;
use crate::users::tables::USERS;

/// Lets a user sign in again who was disabled, for administrators.
#[derive(Debug, Clone)]
pub struct EnableUser {
    /// Who.
    pub user: UserId,
}

impl Command for EnableUser {
    type Out = ();
    const NAME: &'static str = "users.enable";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = user(tx, self.user)?.or_refuse(USER_NOT_FOUND)?;
        if !before.disabled {
            return Ok(());
        }
        let after = User {
            disabled: false,
            ..User::clone(&before)
        };
        tx.put(&USERS, &self.user, &after)?;
        tx.emit(&UserEnabled { user: self.user })
    }
}
