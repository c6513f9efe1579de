//! Signing in: find the person, compare what they show, start the session.
//!
//! An unknown name, a wrong password or code and a disabled person get the same answer after the
//! same work.

use std::sync::Arc;

use app::{Actor, App, UserId};
use kernel::{Result, Timestamp};

use crate::codes::{self, Code, UseSignInCode};
use crate::sessions::{Hashers, Password, PasswordHash, SIGN_IN_FAILED, StartSession, Token};
use crate::users::{self, User};

/// The longest user name that is looked up, in bytes.
const USERNAME_BYTES_MAX: usize = 1_024;

/// The program itself, once somebody has proved who they are.
const PROGRAM: Actor = Actor::program("sign-in");

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

/// Where people sign in. A clone is the same one.
#[derive(Debug, Clone)]
pub struct SignIns {
    app: App,
    hashers: Hashers,
}

impl SignIns {
    /// Has people sign in to this school; `hashers` compare their passwords.
    pub fn new(app: App, hashers: Hashers) -> Self {
        Self { app, hashers }
    }

    /// The threads that hash passwords.
    pub fn hashers(&self) -> &Hashers {
        &self.hashers
    }

    /// Signs somebody in with their password.
    pub async fn with_password(&self, username: &str, password: &str) -> Result<SignedIn> {
        let password = Password::offer(password)?;
        let (user, hash) = self.look_up(username)?;
        let right = self.hashers.verify(password, hash).await?;
        let Some(user) = user.filter(|(_, user)| right && !user.disabled) else {
            return SIGN_IN_FAILED.refuse();
        };
        let session = self.session_of(user.0);
        let token = session.token.clone();
        let expires_at = self.app.run(PROGRAM, session).await?;
        Ok(SignedIn {
            token,
            expires_at,
            user,
        })
    }

    /// Signs somebody in with a code, and gives them the password that they chose.
    pub async fn with_code(
        &self,
        username: &str,
        code: &str,
        new_password: &str,
    ) -> Result<SignedIn> {
        let password = Password::choose(new_password).map_err(|error| error.on("newPassword"))?;
        let (user, _) = self.look_up(username)?;
        let Some((code, user)) = self.admitted(code, user)? else {
            return SIGN_IN_FAILED.refuse();
        };
        let salt = self.app.new_secret();
        let password = self.hashers.hash(password, salt).await?;
        let session = self.session_of(user.0);
        let token = session.token.clone();
        let using = UseSignInCode {
            code: code.hash(),
            password,
            session,
        };
        let expires_at = self.app.run(PROGRAM, using).await?;
        Ok(SignedIn {
            token,
            expires_at,
            user,
        })
    }

    /// The code and the person, if it lets them in.
    fn admitted(
        &self,
        code: &str,
        user: Option<(UserId, Arc<User>)>,
    ) -> Result<Option<(Code, (UserId, Arc<User>))>> {
        let Some((code, user)) = Code::parse(code).zip(user) else {
            return Ok(None);
        };
        let opens = codes::opens(&self.app.snapshot(), user.0, &code, self.app.now())?;
        Ok((opens && !user.1.disabled).then_some((code, user)))
    }

    fn session_of(&self, user: UserId) -> StartSession {
        StartSession {
            user,
            token: Token::new(&self.app.new_secret()),
        }
    }

    /// The person of this name and the hash of their password, if there are such.
    fn look_up(&self, username: &str) -> Result<Meant> {
        if username.len() > USERNAME_BYTES_MAX {
            return Ok((None, None));
        }
        let snapshot = self.app.snapshot();
        let user = users::named(&snapshot, username)?;
        let hash = match &user {
            Some((id, _)) => users::password_of(&snapshot, *id)?,
            None => None,
        };
        Ok((user, hash))
    }
}

/// Somebody who may be meant, and the hash of their password.
type Meant = (Option<(UserId, Arc<User>)>, Option<PasswordHash>);
