//! Reading users. Whoever shares no course with somebody and is no staff does not see them;
//! courses add what they know through [`viewable`].

use std::sync::Arc;

use app::{Actor, SchoolRole, UserId};
use kernel::Result;
use store::{All, Range, Snapshot};

use super::model::{ExternalId, User, name_key};
use super::problems::{EMAIL_TAKEN, EXTERNAL_ID_TAKEN, LAST_ADMIN, USERNAME_TAKEN};
use super::tables::{USERS, USERS_BY_EMAIL, USERS_BY_EXTERNAL_ID, USERS_BY_NAME, USERS_IN_SCHOOL};

/// The user with this id, whoever asks: for names beside what the viewer may already see.
pub fn user(snapshot: &Snapshot, id: UserId) -> Result<Option<Arc<User>>> {
    snapshot.shared(&USERS, &id)
}

/// The user who signs in with this name, whoever asks.
pub fn named(snapshot: &Snapshot, username: &str) -> Result<Option<(UserId, Arc<User>)>> {
    let Some(id) = snapshot.find(&USERS_BY_NAME, &name_key(username))? else {
        return Ok(None);
    };
    Ok(user(snapshot, id)?.map(|user| (id, user)))
}

/// The user who has this e-mail address, whoever asks.
pub fn with_email(snapshot: &Snapshot, email: &str) -> Result<Option<UserId>> {
    snapshot.find(&USERS_BY_EMAIL, &name_key(email))
}

/// The user whom another program calls so, whoever asks.
pub fn with_external_id(snapshot: &Snapshot, id: &ExternalId) -> Result<Option<UserId>> {
    snapshot.find(&USERS_BY_EXTERNAL_ID, &id.as_str().to_owned())
}

/// How many users there are.
pub fn total(snapshot: &Snapshot) -> Result<u64> {
    snapshot.count(&USERS_IN_SCHOOL, &0)
}

/// Whether the actor may see this user without sharing a course: themselves and, for staff,
/// everybody.
pub fn viewable(actor: &Actor, id: UserId) -> bool {
    actor.is_staff() || actor.user_id() == Some(id)
}

/// Whether the actor may see this user's e-mail address.
pub fn may_see_email(actor: &Actor, id: UserId) -> bool {
    viewable(actor, id)
}

/// Refuses what somebody else has already of what only one person can have.
pub(super) fn require_free(snapshot: &Snapshot, id: UserId, user: &User) -> Result<()> {
    let taken = |holder: Option<UserId>| holder.is_some_and(|holder| holder != id);
    if taken(snapshot.find(&USERS_BY_NAME, &name_key(&user.username))?) {
        return Err(USERNAME_TAKEN.on("username"));
    }
    if let Some(email) = &user.email
        && taken(snapshot.find(&USERS_BY_EMAIL, &name_key(email))?)
    {
        return Err(EMAIL_TAKEN.on("email"));
    }
    if let Some(external_id) = &user.external_id
        && taken(with_external_id(snapshot, external_id)?)
    {
        return Err(EXTERNAL_ID_TAKEN.on("externalId"));
    }
    Ok(())
}

/// Refuses with `LAST_ADMIN` when this is an administrator and no other can sign in. People are
/// looked through until one is found, which is done seldom enough.
pub(super) fn require_another_admin(
    snapshot: &Snapshot,
    (id, user): (UserId, &User),
) -> Result<()> {
    let acts = |user: &User| user.role == SchoolRole::Admin && !user.disabled;
    if !acts(user) {
        return Ok(());
    }
    for entry in snapshot.scan(&USERS, &All, Range::ALL)? {
        let (other, user) = entry?;
        if other != id && acts(&user) {
            return Ok(());
        }
    }
    LAST_ADMIN.refuse()
}
