//! Adds somebody to the school.

use app::{Actor, Command, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use crate::sessions::PasswordHash;
use crate::users::events::UserAdded;
use crate::users::model::{NewUser, User};
use crate::users::passwords::set_password;
use crate::users::queries::require_free;
use crate::users::tables::USERS;

/// Adds a user, with a password when one is given; without one they cannot sign in yet.
#[derive(Debug, Clone)]
pub struct AddUser {
    /// Who.
    pub user: NewUser,
    /// The hash of the password.
    pub password: Option<PasswordHash>,
}

impl Command for AddUser {
    type Out = UserId;
    const NAME: &'static str = "users.add";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<UserId> {
        let new = &self.user;
        let id = tx.new_id();
        let user = User {
            username: new.username.clone(),
            email: new.email.clone(),
            display_name: new.display_name.clone(),
            locale: new.locale.clone(),
            time_zone: new.time_zone.clone(),
            role: new.role,
            created_at: tx.now(),
            disabled: false,
            external_id: new.external_id.clone(),
        };
        require_free(tx, id, &user)?;
        tx.put(&USERS, &id, &user)?;
        if let Some(password) = &self.password {
            set_password(tx, id, password)?;
        }
        tx.emit(&UserAdded {
            user: id,
            role: user.role,
        })?;
        Ok(id)
    }
}
