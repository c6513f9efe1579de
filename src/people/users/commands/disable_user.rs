//! Keeps somebody out.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use crate::sessions;
use crate::users::events::UserDisabled;
use crate::users::model::User;
use crate::users::problems::USER_NOT_FOUND;
use crate::users::queries::{require_another_admin, user};
use crate::users::tables::USERS;

/// Ends a user's sessions and lets them sign in no more, for administrators. What they did stays.
/// One administrator must remain.
#[derive(Debug, Clone)]
pub struct DisableUser {
    /// Who.
    pub user: UserId,
}

impl Command for DisableUser {
    type Out = ();
    const NAME: &'static str = "users.disable";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = user(tx, self.user)?.or_refuse(USER_NOT_FOUND)?;
        if before.disabled {
            return Ok(());
        }
        require_another_admin(tx, (self.user, &before))?;
        let after = User {
            disabled: true,
            ..User::clone(&before)
        };
        tx.put(&USERS, &self.user, &after)?;
        tx.emit(&UserDisabled { user: self.user })?;
        sessions::end_all(tx, self.user, None)
    }
}
