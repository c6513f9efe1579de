//! Where sessions stand in the store.

use app::UserId;
use store::{Index, Record, Table};

use super::model::Session;

impl Record for Session {
    const VERSION: u8 = 1;
}

/// Sessions by the hash of their token.
pub(crate) static SESSIONS: Table<[u8; 32], Session> =
    Table::new(0x0110, "sessions").derives(&[&SESSIONS_OF_USER]);

pub(crate) static SESSIONS_OF_USER: Index<[u8; 32], Session, UserId> =
    Index::new(0x0111, "sessions_of_user", |_, session| Some(session.user));
