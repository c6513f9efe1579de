//! Where sign-in codes stand in the store.

use app::UserId;
use store::{Record, Table};

use super::model::SignInCode;

impl Record for SignInCode {
    const VERSION: u8 = 1;
}

/// The code of each person who has one.
pub(crate) static SIGN_IN_CODES: Table<UserId, SignInCode> = Table::new(0x0130, "sign_in_codes");
