//! Comparing codes.

use app::UserId;
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::model::Code;
use super::tables::SIGN_IN_CODES;

/// Whether a code lets this person in.
pub(crate) fn opens(
    snapshot: &Snapshot,
    user: UserId,
    code: &Code,
    now: Timestamp,
) -> Result<bool> {
    let open = snapshot.get(&SIGN_IN_CODES, &user)?;
    Ok(open.is_some_and(|open| open.is(code.hash(), now)))
}
