//! Changes what is known of somebody.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::{Result, problems};
use store::Snapshot;

use crate::users::events::UserUpdated;
use crate::users::model::{User, UserChange};
use crate::users::problems::USER_NOT_FOUND;
use crate::users::queries::{require_free, user};
use crate::users::tables::USERS;

/// Changes what is given of a user: people their own profile, administrators everything.
#[derive(Debug, Clone)]
pub struct UpdateUser {
    /// Who.
    pub user: UserId,
    /// What changes.
    pub change: UserChange,
}

impl Command for UpdateUser {
    type Out = ();
    const NAME: &'static str = "users.update";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_signed_in()?;
        let own = actor.user_id() == Some(self.user);
        if actor.is_admin() || (own && self.change.is_of_profile()) {
            Ok(())
        } else {
            problems::FORBIDDEN.refuse()
        }
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = user(tx, self.user)?.or_refuse(USER_NOT_FOUND)?;
        let after = self.change.apply(User::clone(&before))?;
        if after == *before {
            return Ok(());
        }
        require_free(tx, self.user, &after)?;
        tx.put(&USERS, &self.user, &after)?;
        tx.emit(&UserUpdated { user: self.user })
    }
}
