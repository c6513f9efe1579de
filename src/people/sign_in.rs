//! Signing in: find the person, compare what they show, start the session.
//!
//! An unknown name, a wrong password or code and a disabled person get the same answer after the
//! same work. Every try is counted before anything is compared; see [`crate::tries`].

use std::sync::Arc;

use app::{Actor, App, OrRefuse, UserId};
use kernel::{Error, Result, Timestamp};

use crate::codes::{self, Code, UseSignInCode};
use crate::sessions::{
    ChangePassword, Client, Compared, Hashers, NewSession, PASSWORD_WRONG, Password, PasswordHash,
    SIGN_IN_FAILED, StartSession, Token,
};
use crate::tries::{Account, Addresses, FAILURES_PER_ADDRESS, SIGN_IN_LOCKED, TakeTry};
use crate::users::{self, USER_NOT_FOUND, USERNAME_BYTES_MAX, User};

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
    addresses: Arc<Addresses>,
}

impl SignIns {
    /// Has people sign in to this school; `hashers` compare their passwords.
    pub fn new(app: App, hashers: Hashers) -> Self {
        Self {
            app,
            hashers,
            addresses: Arc::new(Addresses::new(FAILURES_PER_ADDRESS)),
        }
    }

    /// The same with so many failed tries from one address within a quarter of an hour.
    #[must_use]
    pub fn failures_per_address(self, failures: u32) -> Self {
        Self {
            addresses: Arc::new(Addresses::new(failures)),
            ..self
        }
    }

    /// The threads that hash passwords.
    pub fn hashers(&self) -> &Hashers {
        &self.hashers
    }

    /// Signs somebody in with their password.
    pub async fn with_password(
        &self,
        username: &str,
        password: &str,
        client: &Client,
    ) -> Result<SignedIn> {
        let password = Password::offer(password)?;
        let place = self.hashers.place()?;
        let (user, hash) = self.take_try(username, client).await?;
        let salt = self.app.new_secret();
        let compared = place.compare(password, hash.clone(), salt).await?;
        let (Some(user), Some(password), Compared::Right { renewed }) = (user, hash, compared)
        else {
            return self.refuse(client);
        };
        let session = self.session_of(user.0, client);
        let start = StartSession {
            session: session.clone(),
            password: Some(password),
            renewed,
        };
        let expires_at = self.app.run(PROGRAM, start).await?;
        Ok(signed_in(session, expires_at, user))
    }

    /// Signs somebody in with a code, and gives them the password that they chose.
    pub async fn with_code(
        &self,
        username: &str,
        code: &str,
        new_password: &str,
        client: &Client,
    ) -> Result<SignedIn> {
        let (user, _) = self.take_try(username, client).await?;
        let Some((code, user)) = self.admitted(code, user)? else {
            return self.refuse(client);
        };
        let password = Password::choose(new_password, &user.1.owner());
        let password = password.map_err(|error| error.on("newPassword"))?;
        let salt = self.app.new_secret();
        let password = self.hashers.hash(password, salt).await?;
        let session = self.session_of(user.0, client);
        let using = UseSignInCode {
            code: code.hash(),
            password,
            session: session.clone(),
        };
        let expires_at = self.app.run(PROGRAM, using).await?;
        Ok(signed_in(session, expires_at, user))
    }

    /// Changes the password of somebody who is signed in and shows the one they have. A session
    /// takes the place of all they had.
    pub async fn change_password(
        &self,
        actor: &Actor,
        (current, new): (&str, &str),
        client: &Client,
    ) -> Result<SignedIn> {
        let id = actor.require_user()?;
        let user = users::user(&self.app.snapshot(), id)?.or_refuse(USER_NOT_FOUND)?;
        let on_new = |error: Error| error.on("new");
        let new = Password::choose(new, &user.owner()).map_err(on_new)?;
        let current = Password::offer(current).map_err(|error| error.on("current"))?;
        let place = self.hashers.place()?;
        let (_, hash) = self.take_try(&user.username, client).await?;
        let salt = self.app.new_secret();
        let compared = place.compare(current, hash.clone(), salt).await?;
        let (Some(current), Compared::Right { .. }) = (hash, compared) else {
            self.addresses.failed(client.address(), self.app.now());
            return Err(PASSWORD_WRONG.on("current"));
        };
        let new = self.hashers.hash(new, self.app.new_secret()).await?;
        let session = self.session_of(id, client);
        let change = ChangePassword {
            current,
            new,
            session: session.clone(),
        };
        let expires_at = self.app.run(PROGRAM, change).await?;
        Ok(signed_in(session, expires_at, (id, user)))
    }

    /// Takes one of the tries that the name and the address have; who may be meant.
    async fn take_try(&self, username: &str, client: &Client) -> Result<Meant> {
        if let Some(wait) = self.addresses.wait(client.address(), self.app.now()) {
            return Err(SIGN_IN_LOCKED.retry_after(wait));
        }
        let (user, hash) = self.look_up(username)?;
        let take = TakeTry {
            account: Account::named(username),
            user: user.as_ref().map(|(id, _)| *id),
        };
        self.app.run(PROGRAM, take).await?;
        let may = user.filter(|(_, user)| !user.disabled);
        Ok((may, hash))
    }

    /// The answer to a try that failed.
    fn refuse<T>(&self, client: &Client) -> Result<T> {
        self.addresses.failed(client.address(), self.app.now());
        SIGN_IN_FAILED.refuse()
    }

    /// The code and the person, if it lets them in.
    fn admitted(&self, code: &str, user: Option<Person>) -> Result<Option<(Code, Person)>> {
        let Some((code, user)) = Code::parse(code).zip(user) else {
            return Ok(None);
        };
        let opens = codes::opens(&self.app.snapshot(), user.0, &code, self.app.now())?;
        Ok(opens.then_some((code, user)))
    }

    fn session_of(&self, user: UserId, client: &Client) -> NewSession {
        NewSession {
            user,
            token: Token::new(&self.app.new_secret()),
            client: client.clone(),
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

fn signed_in(session: NewSession, expires_at: Timestamp, user: Person) -> SignedIn {
    SignedIn {
        token: session.token,
        expires_at,
        user,
    }
}

type Person = (UserId, Arc<User>);

/// Somebody who may be meant, and the hash of their password.
type Meant = (Option<Person>, Option<PasswordHash>);
