//! Tries: how often somebody may try to sign in before they have to wait.
//!
//! Each try for a name is counted in the store before anything is compared, so that many at once
//! are not more than one after another, and a restart forgets none. A name that nobody has is
//! counted as well. Five tries in a row are free; each one after them has to wait twice as long as
//! the one before, up to a quarter of an hour. Whoever gets in starts anew. Beside that, tries
//! that failed are counted by address, in memory.

mod addresses;
mod events;
mod model;
mod problems;
mod tables;
mod take_try;

use app::{EventType, Expires, Feature, Tx};
use kernel::Result;

pub(crate) use self::addresses::Addresses;
pub use self::addresses::FAILURES_PER_ADDRESS;
pub use self::events::SignInLocked;
pub use self::model::Account;
pub use self::problems::*;
pub use self::take_try::TakeTry;

static FORGOTTEN: Expires<[u8; 32], model::Tries> =
    Expires::new(&tables::TRIES, model::Tries::is_old);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::TRIES],
    events: &[EventType::of::<SignInLocked>()],
    problems: ALL,
    expiries: &[&FORGOTTEN],
    ..Feature::named("tries")
};

/// Forgets the tries of somebody who got in; how many there were in a row, with this one.
pub(crate) fn forget(tx: &mut Tx<'_>, account: &Account) -> Result<u32> {
    let Some(tries) = tx.get(&tables::TRIES, &account.key())? else {
        return Ok(0);
    };
    tx.remove(&tables::TRIES, &account.key())?;
    Ok(tries.count)
}

#[cfg(test)]
mod tests;
