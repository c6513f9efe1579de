//! Adding, changing and removing streams.

use app::{Actor, Command, Tx};
use eventlog::StreamConfig;
use kernel::Result;
use store::Snapshot;

use super::tell;

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
