//! Adds somebody to the school.

use app::{Actor, Command, Tx, UserId};
use kernel::Result;
use store::Snapshot;

use crate::sessions::PasswordHash;
use crate::users::events::UserAdded;
use crate::users::model::{NewUser, User, name_key};
use crate::users::passwords::set_password;
use crate::users::problems::{EMAIL_TAKEN, EXTERNAL_ID_TAKEN, USERNAME_TAKEN};
use crate::users::queries::with_external_id;
use crate::users::tables::{USERS, USERS_BY_EMAIL, USERS_BY_NAME};

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
        if tx.find(&USERS_BY_NAME, &name_key(&new.username))?.is_some() {
            return Err(USERNAME_TAKEN.on("username"));
        }
        if let Some(email) = &new.email
            && tx.find(&USERS_BY_EMAIL, &name_key(email))?.is_some()
        {
            return Err(EMAIL_TAKEN.on("email"));
        }
        if let Some(external_id) = &new.external_id
            && with_external_id(tx, external_id)?.is_some()
        {
            return Err(EXTERNAL_ID_TAKEN.on("externalId"));
        }
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
