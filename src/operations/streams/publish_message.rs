//! Publishing into a stream that is not the school's own.

use app::{Actor, Command, Tx};
use eventlog::{Publish, Published};
use kernel::Result;
use store::Snapshot;

/// Publishes a message.
#[derive(Debug, Clone)]
pub struct PublishMessage {
    /// The message.
    pub message: Publish,
}

impl Command for PublishMessage {
    type Out = Published;
    const NAME: &'static str = "streams.publish";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Published> {
        let actor = tx.actor().to_string();
        eventlog::publish(tx, self.message.clone(), &actor)
    }
}
