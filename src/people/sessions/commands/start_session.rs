//! Starts a session for somebody who has proved who they are.

use app::{Actor, Command, OrRefuse, Tx, UserId};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::end_session::end;
use crate::sessions::PasswordHash;
use crate::sessions::events::SessionStarted;
use crate::sessions::model::{LIFETIME, NewSession, SESSIONS_MAX, Session};
use crate::sessions::problems::SIGN_IN_FAILED;
use crate::sessions::queries::sessions_of;
use crate::sessions::tables::SESSIONS;
use crate::tries::{self, Account};
use crate::users::{self, USER_NOT_FOUND};

/// Starts a session; answers when it ends at the latest.
#[derive(Debug, Clone)]
pub struct StartSession {
    /// The session.
    pub session: NewSession,
    /// The hash of the password that was compared; none where they proved it in another way.
    pub password: Option<PasswordHash>,
    /// The hash to keep in its place, where it was computed in another way than is right now.
    pub renewed: Option<PasswordHash>,
}

impl Command for StartSession {
    type Out = Timestamp;
    const NAME: &'static str = "sessions.start";

    /// Only the program itself, after it compared a password.
    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_program()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let user = self.session.user;
        // It was compared outside of this transaction and may be another by now.
        if self.password.is_some() && users::password_of(tx, user)? != self.password {
            return SIGN_IN_FAILED.refuse();
        }
        if let Some(renewed) = &self.renewed {
            users::set_password(tx, user, renewed)?;
        }
        start(tx, &self.session)
    }
}

/// Starts a session and forgets the tries that it took; answers when it ends at the latest.
pub(crate) fn start(tx: &mut Tx<'_>, new: &NewSession) -> Result<Timestamp> {
    let user = users::user(tx, new.user)?
        .filter(|user| !user.disabled)
        .or_refuse(USER_NOT_FOUND)?;
    make_room(tx, new.user)?;
    let tries = tries::forget(tx, &Account::named(&user.username))?;
    let now = tx.now();
    let session = Session {
        id: tx.new_id(),
        user: new.user,
        started_at: now,
        seen_at: now,
        expires_at: now.plus(LIFETIME),
        address: Some(new.client.address),
        agent: new.client.agent.clone(),
    };
    tx.put(&SESSIONS, &new.token.hash(), &session)?;
    tx.emit(&SessionStarted {
        session: session.id,
        user: session.user,
        address: session.address,
        tries,
    })?;
    Ok(session.expires_at)
}

/// Removes what is over of a person's sessions, and ends the oldest while there are too many.
fn make_room(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let now = tx.now();
    let mut held = Vec::new();
    for (key, session) in sessions_of(tx, user)? {
        if session.holds(now) {
            held.push((session.started_at, key));
        } else {
            tx.remove(&SESSIONS, &key)?;
        }
    }
    held.sort_unstable();
    let surplus = (held.len() + 1).saturating_sub(SESSIONS_MAX);
    for (_, key) in held.into_iter().take(surplus) {
        end(tx, &key)?;
    }
    Ok(())
}
