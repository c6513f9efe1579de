//! Counts a try to sign in, before anything is compared.

use app::{Actor, Command, Tx, UserId};
use kernel::Result;
use store::{All, Range, Snapshot};

use super::events::SignInLocked;
use super::model::{Account, Tries};
use super::problems::SIGN_IN_LOCKED;
use super::tables::{STRANGERS, TRIES, TRIES_OF_STRANGERS};

/// The most names that nobody has whose tries are kept; some 2 MiB.
pub(super) const STRANGERS_MAX: u64 = 10_000;

/// Takes one of the tries that a name has, or refuses with the time to wait.
#[derive(Debug, Clone)]
pub struct TakeTry {
    /// The name.
    pub account: Account,
    /// Who has it.
    pub user: Option<UserId>,
}

impl Command for TakeTry {
    type Out = ();
    const NAME: &'static str = "tries.take";

    /// Only the program itself, when somebody signs in.
    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_program()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let (key, now) = (self.account.key(), tx.now());
        let before = tx.get(&TRIES, &key)?;
        if let Some(wait) = before.as_ref().and_then(|before| before.wait(now)) {
            return Err(SIGN_IN_LOCKED.retry_after(wait));
        }
        if self.user.is_none() && before.is_none() {
            make_room(tx)?;
        }
        let tries = Tries::after(before.as_ref(), self.user, now);
        tx.put(&TRIES, &key, &tries)?;
        match self.user {
            Some(user) if tries.wait(now).is_some() => tx.emit(&SignInLocked {
                user,
                tries: tries.count,
                until: tries.next_at,
            }),
            Some(_) | None => Ok(()),
        }
    }
}

/// Forgets the oldest stranger once there are too many or nothing of theirs counts, so that made-up
/// names fill no disk. The tries of people stay: there are no more of them than people.
fn make_room(tx: &mut Tx<'_>) -> Result<()> {
    let oldest = tx.entries(&TRIES_OF_STRANGERS, &All, Range::ALL)?.next();
    let Some((_, key)) = oldest.transpose()? else {
        return Ok(());
    };
    let now = tx.now();
    let old = tx.get(&TRIES, &key)?.is_some_and(|tries| tries.is_old(now));
    if old || tx.count(&STRANGERS, &0)? >= STRANGERS_MAX {
        tx.remove(&TRIES, &key)?;
    }
    Ok(())
}
