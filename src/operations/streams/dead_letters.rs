//! Trying dead letters again, and dropping them.

use app::{Actor, Command, Tx};
use eventlog::Chosen;
use kernel::Result;
use store::Snapshot;

use super::tell;

/// Gives dead letters to their consumer again, as if for the first time.
#[derive(Debug, Clone)]
pub struct RetryDeadLetters {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// Which.
    pub chosen: Chosen,
}

impl Command for RetryDeadLetters {
    /// How many.
    type Out = u64;
    const NAME: &'static str = "streams.retry_dead_letters";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<u64> {
        let names = (self.stream.as_str(), self.consumer.as_str());
        let count = eventlog::retry_dead_letters(tx, names, &self.chosen)?;
        tell(tx, Self::NAME, &self.stream, Some(&self.consumer))?;
        Ok(count)
    }
}

/// Drops dead letters.
#[derive(Debug, Clone)]
pub struct DropDeadLetters {
    /// The stream.
    pub stream: String,
    /// The consumer.
    pub consumer: String,
    /// Which.
    pub chosen: Chosen,
}

impl Command for DropDeadLetters {
    /// How many.
    type Out = u64;
    const NAME: &'static str = "streams.drop_dead_letters";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<u64> {
        let names = (self.stream.as_str(), self.consumer.as_str());
        let count = eventlog::drop_dead_letters(tx, names, &self.chosen)?;
        tell(tx, Self::NAME, &self.stream, Some(&self.consumer))?;
        Ok(count)
    }
}
