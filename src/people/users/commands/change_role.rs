//! Changes what somebody is in the school.

use app::{Actor, Command, OrRefuse, SchoolRole, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use crate::users::events::UserRoleChanged;
use crate::users::model::User;
use crate::users::problems::USER_NOT_FOUND;
use crate::users::queries::{require_another_admin, user};
use crate::users::tables::USERS;

/// Gives a user another role, for administrators. One administrator must remain.
#[derive(Debug, Clone)]
pub struct ChangeRole {
    /// Who.
    pub user: UserId,
    /// As what from now on.
    pub role: SchoolRole,
}

impl Command for ChangeRole {
    type Out = ();
    const NAME: &'static str = "users.change_role";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = user(tx, self.user)?.or_refuse(USER_NOT_FOUND)?;
        if before.role == self.role {
            return Ok(());
        }
        require_another_admin(tx, (self.user, &before))?;
        let after = User {
            role: self.role,
            ..User::clone(&before)
        };
        tx.put(&USERS, &self.user, &after)?;
        tx.emit(&UserRoleChanged {
            user: self.user,
            from: before.role,
            to: self.role,
        })
    }
}
