//! Where tries stand in the store.

use kernel::Timestamp;
use store::{Count, Index, Record, Table};

use super::model::Tries;

impl Record for Tries {
    const VERSION: u8 = 1;
}

/// Tries by the hash of the name.
pub(crate) static TRIES: Table<[u8; 32], Tries> =
    Table::new(0x0131, "tries").derives(&[&TRIES_OF_STRANGERS, &STRANGERS]);

/// Those for names that nobody has, the oldest first.
pub(crate) static TRIES_OF_STRANGERS: Index<[u8; 32], Tries, Timestamp> =
    Index::new(0x0132, "tries_of_strangers", |_, tries| {
        tries.user.is_none().then_some(tries.last_at)
    });

/// How many such names there are.
pub(crate) static STRANGERS: Count<[u8; 32], Tries, u8> =
    Count::new(0x0133, "strangers", |_, tries| {
        tries.user.is_none().then_some(0)
    });
