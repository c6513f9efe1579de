//! Cursors: places in the log, as clients keep them to go on from there.

use eventlog::{Position, head};
use kernel::{Cursor, Problem, ProblemKind, Result, problems};
use store::Snapshot;

/// How far behind the newest message a cursor may lie. The log is read on from there.
const BEHIND_MAX: u64 = 100_000;

/// What a cursor stands for is too long ago.
pub const CURSOR_TOO_OLD: Problem = Problem::new(
    ProblemKind::Invalid,
    "CURSOR_TOO_OLD",
    "Too much has happened since this cursor: ask for what you missed with a query, and subscribe \
     without it.",
);

/// The cursor of a place in the log.
pub fn cursor(position: Position) -> Cursor {
    Cursor::at(position.to_be_bytes().into())
}

/// The place in the log that a cursor stands for; the newest without one.
pub fn position(snapshot: &Snapshot, cursor: Option<&str>) -> Result<Position> {
    let newest = head(snapshot)?;
    let Some(cursor) = cursor else {
        return Ok(newest);
    };
    let cursor = Cursor::parse(cursor).map_err(|error| error.on("after"))?;
    let position = <[u8; 8]>::try_from(cursor.key()).map(Position::from_be_bytes);
    match position {
        Ok(position) if position > newest => Err(problems::CURSOR_INVALID.on("after")),
        Ok(position) if newest - position > BEHIND_MAX => Err(CURSOR_TOO_OLD.on("after")),
        Ok(position) => Ok(position),
        Err(_) => Err(problems::CURSOR_INVALID.on("after")),
    }
}
