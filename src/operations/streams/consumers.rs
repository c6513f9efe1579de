//! Adding, changing, resetting and removing consumers.

use app::{Actor, Command, Tx};
use eventlog::{ConsumerConfig, NewConsumer, ReplayFrom};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::tell;

/// Adds a consumer to a stream.
#[derive(Debug, Clone)]
pub struct AddConsumer {
    /// The consumer, with the place where it begins.
    pub consumer: NewConsumer,
}

impl Command for AddConsumer {
    type Out = ();
    const NAME: &'static str = "streams.add_consumer";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let (stream, name) = self.consumer.names();
        eventlog::add_consumer(tx, self.consumer.clone())?;
        tell(tx, Self::NAME, stream, Some(name))
    }
}

/// Sets a consumer up anew.
#[derive(Debug, Clone)]
pub struct UpdateConsumer {
    /// Its stream.
    pub stream: String,
    /// How it is to be set up; the name says which.
    pub consumer: ConsumerConfig,
}

impl Command for UpdateConsumer {
    type Out = ();
    const NAME: &'static str = "streams.update_consumer";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        eventlog::update_consumer(tx, &self.stream, self.consumer.clone())?;
        tell(tx, Self::NAME, &self.stream, Some(&self.consumer.name))
    }
}

/// Has a consumer deliver nothing before a moment, or go on.
#[derive(Debug, Clone)]
pub struct PauseConsumer {
    /// Its stream.
    pub stream: String,
    /// Its name.
    pub consumer: String,
    /// Until when; `None` to go on.
    pub until: Option<Timestamp>,
}

impl Command for PauseConsumer {
    type Out = ();
    const NAME: &'static str = "streams.pause_consumer";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let stream = eventlog::stream(tx, &self.stream)?;
        let there = eventlog::consumer(tx, &stream, &self.consumer)?;
        let config = ConsumerConfig {
            paused_until: self.until,
            ..there.config
        };
        eventlog::update_consumer(tx, &self.stream, config)?;
        tell(tx, Self::NAME, &self.stream, Some(&self.consumer))
    }
}

/// Has a consumer begin again at a sequence or a moment.
#[derive(Debug, Clone)]
pub struct ResetConsumer {
    /// Its stream.
    pub stream: String,
    /// Its name.
    pub consumer: String,
    /// Where it begins.
    pub from: ReplayFrom,
}

impl Command for ResetConsumer {
    type Out = ();
    const NAME: &'static str = "streams.reset_consumer";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        eventlog::reset_consumer(tx, &self.stream, &self.consumer, self.from)?;
        tell(tx, Self::NAME, &self.stream, Some(&self.consumer))
    }
}

/// Removes a consumer with its dead letters.
#[derive(Debug, Clone)]
pub struct RemoveConsumer {
    /// Its stream.
    pub stream: String,
    /// Its name.
    pub consumer: String,
}

impl Command for RemoveConsumer {
    type Out = ();
    const NAME: &'static str = "streams.remove_consumer";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        eventlog::remove_consumer(tx, &self.stream, &self.consumer)?;
        tell(tx, Self::NAME, &self.stream, Some(&self.consumer))
    }
}
