//! What the fields of the subscription's root are asked: first what they want to be told of, then,
//! each time that something happens, what they make of it.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use kernel::Result;
use live::{Followed, Interest, Told, position};

use crate::view::seen;

/// A question to the field of a subscription, in the context of its execution.
#[derive(Debug)]
pub(crate) enum Telling {
    /// What do you want to be told of? The answer is left here.
    Begin(Mutex<Option<Followed>>),
    /// This happened.
    Tell(Told),
}

impl Telling {
    pub(crate) fn begin() -> Arc<Self> {
        Arc::new(Self::Begin(Mutex::default()))
    }

    /// What the field said that it wants.
    pub(crate) fn wanted(&self) -> Option<Followed> {
        match self {
            Self::Begin(wanted) => wanted.lock().unwrap_or_else(PoisonError::into_inner).take(),
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
    interest.require(view.snapshot(), view.actor())?;
    match &**ctx.data_unchecked::<Arc<Telling>>() {
        Telling::Tell(told) => Ok(Some(told.clone()).filter(|told| interest.concerns(told))),
        Telling::Begin(wanted) => {
            let after = position(view.snapshot(), after)?;
            let mut wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
            *wanted = Some(Followed::behind(after, interest));
            Ok(None)
        }
    }
}
