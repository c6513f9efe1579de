//! Adding, changing and removing streams.

use app::{Actor, Command, Tx};
use eventlog::{Limits, Stream, StreamConfig};
use kernel::Result;
use store::Snapshot;

use super::tell;
use crate::webhooks::follow_stream;

/// Adds a stream under subjects of its own.
#[derive(Debug, Clone)]
pub struct AddStream {
    /// How it is set up.
    pub stream: StreamConfig,
}

impl Command for AddStream {
    type Out = ();
    const NAME: &'static str = "streams.add";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        eventlog::add_stream(tx, self.stream.clone())?;
        follow_stream(tx, &self.stream.name)?;
        tell(tx, Self::NAME, &self.stream.name, None)
    }
}

/// Sets a stream up anew.
#[derive(Debug, Clone)]
pub struct UpdateStream {
    /// How it is to be set up; the name says which.
    pub stream: StreamConfig,
}

impl Command for UpdateStream {
    type Out = ();
    const NAME: &'static str = "streams.update";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        eventlog::update_stream(tx, self.stream.clone())?;
        follow_stream(tx, &self.stream.name)?;
        tell(tx, Self::NAME, &self.stream.name, None)
    }
}

/// Removes a stream with its messages and its consumers.
#[derive(Debug, Clone)]
pub struct RemoveStream {
    /// Its name.
    pub stream: String,
}

impl Command for RemoveStream {
    type Out = ();
    const NAME: &'static str = "streams.remove";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        eventlog::remove_stream(tx, &self.stream)?;
        tell(tx, Self::NAME, &self.stream, None)
    }
}

/// Has the school's own streams keep as much as the configuration says.
#[derive(Debug, Clone)]
pub struct LimitStreams {
    /// How much each keeps.
    pub limits: Vec<(Stream, Limits)>,
}

impl Command for LimitStreams {
    type Out = ();
    const NAME: &'static str = "streams.limit";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        for (stream, limits) in &self.limits {
            if eventlog::limit_stream(tx, *stream, *limits)? {
                tell(tx, Self::NAME, stream.name(), None)?;
            }
        }
        Ok(())
    }
}
