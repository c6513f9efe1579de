//! What is kept of people's passwords.

use app::{Tx, UserId};
use kernel::Result;
use store::Snapshot;

use super::tables::{CREDENTIALS, Credential};
use crate::sessions::PasswordHash;

/// The hash of a person's password, if they have one.
pub(crate) fn password_of(snapshot: &Snapshot, user: UserId) -> Result<Option<PasswordHash>> {
    let credential = snapshot.get(&CREDENTIALS, &user)?;
    Ok(credential.map(|credential| PasswordHash::stored(credential.password_hash)))
}

/// Gives somebody this password.
pub(crate) fn set_password(tx: &mut Tx<'_>, user: UserId, hash: &PasswordHash) -> Result<()> {
    let password_hash = hash.as_str().to_owned();
    tx.put(&CREDENTIALS, &user, &Credential { password_hash })
}

/// Takes somebody's password away: they cannot sign in with one until they have another.
pub(crate) fn drop_password(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.remove(&CREDENTIALS, &user).map(drop)
}
