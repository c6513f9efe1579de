//! What the fields of the subscription's root are asked: first what they want to be told of, then,
//! each time that something happens, what they make of it.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use eventlog::{Position, head};
use kernel::{Cursor, Problem, ProblemKind, Result, problems};

use super::happening::{Happening, Interest};
use crate::view::{View, seen};

/// How far behind the newest message a cursor may lie. The log is read on from there.
const BEHIND_MAX: u64 = 100_000;

/// What a cursor stands for is too long ago.
pub(crate) const CURSOR_TOO_OLD: Problem = Problem::new(
    ProblemKind::Invalid,
    "CURSOR_TOO_OLD",
    "Too much has happened since this cursor: ask for what you missed with a query, and subscribe \
     without it.",
);

/// A question to the field of a subscription, in the context of its execution.
#[derive(Debug)]
pub(crate) enum Telling {
    /// What do you want to be told of? The answer is left here.
    Begin(Mutex<Option<Wanted>>),
    /// This happened.
    Tell(Told),
}

/// What happened, and its place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) position: Position,
    pub(crate) happening: Happening,
}

/// What a subscription asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(super) interest: Interest,
    /// Behind this place in the log.
    pub(super) after: Position,
}

impl Telling {
    pub(crate) fn begin() -> Arc<Self> {
        Arc::new(Self::Begin(Mutex::default()))
    }

    /// What the field said that it wants.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        match self {
            Self::Begin(wanted) => *wanted.lock().unwrap_or_else(PoisonError::into_inner),
            Self::Tell(_) => None,
        }
    }
}

/// What the field has to tell of now, if anything: called by each field of the subscription's
/// root, with what it wants and the cursor that it was given. The viewer's permission is checked
/// here.
pub(crate) fn told(
    ctx: &Context<'_>,
    interest: Interest,
    after: Option<&str>,
) -> Result<Option<Told>> {
    let view = seen(ctx);
    interest.require(view)?;
    match &**ctx.data_unchecked::<Arc<Telling>>() {
        Telling::Tell(told) => Ok(Some(*told).filter(|told| interest.concerns(told.happening))),
        Telling::Begin(wanted) => {
            let after = position(view, after)?;
            let mut wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
            *wanted = Some(Wanted { interest, after });
            Ok(None)
        }
    }
}

/// The cursor of a place in the log.
pub(crate) fn cursor(position: Position) -> Cursor {
    Cursor::at(position.to_be_bytes().into())
}

/// The place in the log that a cursor stands for; the newest without one.
fn position(view: &View, cursor: Option<&str>) -> Result<Position> {
    let newest = head(view.snapshot())?;
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
