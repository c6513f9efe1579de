//! Signing in: find the person, compare the password, start the session.

use std::sync::Arc;

use app::{Actor, App, UserId};
use kernel::{Result, Timestamp};

use super::commands::StartSession;
use super::model::Token;
use super::passwords::{Hashers, Password, PasswordHash};
use super::problems::SIGN_IN_FAILED;
use crate::users::{self, CREDENTIALS, User};

/// The longest user name that is looked up, in bytes.
const USERNAME_BYTES_MAX: usize = 1_024;

/// What signing in answers.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The token to show from now on.
    pub token: Token,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Who.
    pub user: (UserId, Arc<User>),
}

/// Signs somebody in. An unknown name, a wrong password and a disabled person get the same answer
/// after the same work.
pub async fn sign_in(
    app: &App,
    hashers: &Hashers,
    username: &str,
    password: &str,
) -> Result<SignedIn> {
    let password = Password::offer(password)?;
    let (user, hash) = look_up(app, username)?;
    let right = hashers.verify(password, hash).await?;
    let Some(user) = user.filter(|(_, user)| right && !user.disabled) else {
        return SIGN_IN_FAILED.refuse();
    };
    let token = Token::new(&app.new_secret());
    let start = StartSession {
        user: user.0,
        token: token.clone(),
    };
    let actor = Actor::program("sign-in");
    let expires_at = app.run(actor, start).await?;
    Ok(SignedIn {
        token,
        expires_at,
        user,
    })
}

/// Somebody who may be meant, and the hash of their password.
type Meant = (Option<(UserId, Arc<User>)>, Option<PasswordHash>);

/// The person of this name and the hash of their password, if there are such.
fn look_up(app: &App, username: &str) -> Result<Meant> {
    if username.len() > USERNAME_BYTES_MAX {
        return Ok((None, None));
    }
    let snapshot = app.snapshot();
    let user = users::named(&snapshot, username)?;
    let credential = match &user {
        Some((id, _)) => snapshot.get(&CREDENTIALS, id)?,
        None => None,
    };
    Ok((
        user,
        credential.map(|credential| PasswordHash::stored(credential.password_hash)),
    ))
}
