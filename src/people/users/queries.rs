//! Reading users. Whoever shares no course with somebody and is no staff does not see them;
//! courses add what they know through [`viewable`].

use std::sync::Arc;

use app::{Actor, UserId};
use kernel::Result;
use store::Snapshot;

use super::model::{ExternalId, User, name_key};
use super::tables::{USERS, USERS_BY_EXTERNAL_ID, USERS_BY_NAME, USERS_IN_SCHOOL};

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
