//! People of users.

use app::{OrRefuse, SchoolRole, Tx, UserId};
use kernel::{Change, Result};
use people::codes::IssueSignInCode;
use people::users::{
    self, AddUser, ChangeRole, DisableUser, EnableUser, NewUser, USER_NOT_FOUND, UpdateUser, User,
    UserChange,
};

use super::{Doing, Done, WayIn, changed, perform};
use crate::rosters::model::Person;
use crate::rosters::problems::{EMAIL_LEFT_OUT, ROLE_KEPT};
use crate::rosters::report::Fate;

impl Doing<'_> {
    pub(super) fn person(&mut self, tx: &mut Tx<'_>, person: &Person) -> Result<Done> {
        let there = users::with_external_id(tx, &person.id)?;
        match (there, person.gone) {
            (None, true) => Ok(Done::All(Fate::Unchanged)),
            (None, false) => {
                self.add(tx, person)?;
                Ok(Done::All(Fate::Added))
            }
            (Some(id), true) => self.disable(tx, id),
            (Some(id), false) => self.renew(tx, id, person),
        }
    }

    fn add(&mut self, tx: &mut Tx<'_>, person: &Person) -> Result<()> {
        let mut user = NewUser::named(&person.username, &person.display_name)?
            .external_id(person.id.clone())
            .role(person.role.unwrap_or(SchoolRole::Member));
        if let Some(email) = self.free_email(tx, person, None)? {
            user = user.email(&email)?;
        }
        let way_in = self.ways_in.get(&person.id);
        let password = match way_in {
            Some(WayIn::Password(hash)) => Some(hash.clone()),
            Some(WayIn::Code(_)) | None => None,
        };
        let user = perform(tx, &AddUser { user, password })?;
        if let Some(WayIn::Code(code)) = way_in {
            perform(tx, &IssueSignInCode { user, code: *code })?;
        }
        Ok(())
    }

    /// Nobody loses an administrator to a file.
    fn disable(&mut self, tx: &mut Tx<'_>, id: UserId) -> Result<Done> {
        let user = users::user(tx, id)?.or_refuse(USER_NOT_FOUND)?;
        if user.disabled {
            return Ok(Done::All(Fate::Unchanged));
        }
        if user.role == SchoolRole::Admin {
            self.note("status", ROLE_KEPT);
            return Ok(Done::All(Fate::Unchanged));
        }
        perform(tx, &DisableUser { user: id })?;
        Ok(Done::All(Fate::Removed))
    }

    fn renew(&mut self, tx: &mut Tx<'_>, id: UserId, person: &Person) -> Result<Done> {
        let before = users::user(tx, id)?.or_refuse(USER_NOT_FOUND)?;
        // Whom somebody here keeps out stays out.
        if self.was_gone() && before.disabled {
            perform(tx, &EnableUser { user: id })?;
        }
        let email = self.free_email(tx, person, Some(id))?;
        let change = UserChange {
            username: Some(person.username.clone()),
            display_name: Some(person.display_name.clone()),
            // A roster without addresses takes none away.
            email: email.map_or(Change::Keep, |email| Change::To(Some(email))),
            ..UserChange::default()
        };
        perform(tx, &UpdateUser { user: id, change })?;
        self.change_role(tx, (id, &before), person.role)?;
        let after = users::user(tx, id)?.or_refuse(USER_NOT_FOUND)?;
        Ok(changed(&before, &after))
    }

    /// What somebody is here changes when the roster says something else than it did: what they
    /// were made here stays.
    fn change_role(
        &mut self,
        tx: &mut Tx<'_>,
        (user, before): (UserId, &User),
        role: Option<SchoolRole>,
    ) -> Result<()> {
        let last = self.before.as_ref().and_then(|before| before.role);
        let (Some(last), Some(role)) = (last, role) else {
            return Ok(());
        };
        if last == role || before.role == role {
            return Ok(());
        }
        if before.role == SchoolRole::Admin {
            self.note("role", ROLE_KEPT);
            return Ok(());
        }
        perform(tx, &ChangeRole { user, role })
    }

    /// The address of the person, unless it is somebody else's.
    fn free_email(
        &mut self,
        tx: &Tx<'_>,
        person: &Person,
        id: Option<UserId>,
    ) -> Result<Option<String>> {
        let Some(email) = &person.email else {
            return Ok(None);
        };
        let owner = users::with_email(tx, email)?;
        if owner.is_some() && owner != id {
            self.note("email", EMAIL_LEFT_OUT);
            return Ok(None);
        }
        Ok(Some(email.clone()))
    }
}
