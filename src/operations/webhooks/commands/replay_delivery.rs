//! Sends a message to a webhook again.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::send;
use crate::webhooks::WebhookId;
use crate::webhooks::attempts::Errand;
use crate::webhooks::events::WebhookDeliveryReplayed;
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::queries::wanted;
use crate::webhooks::tables::WEBHOOKS;

/// Has a message that a webhook wants sent to it, once, whatever became of it before.
#[derive(Debug, Clone)]
pub struct ReplayDelivery {
    /// The webhook.
    pub webhook: WebhookId,
    /// The stream of the message.
    pub stream: String,
    /// Its sequence.
    pub sequence: u64,
}

impl Command for ReplayDelivery {
    type Out = ();
    const NAME: &'static str = "webhooks.replay_delivery";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let there = tx.get(&WEBHOOKS, &self.webhook)?;
        let there = there.or_refuse(WEBHOOK_NOT_FOUND)?;
        let (stream, sequence) = (self.stream.clone(), self.sequence);
        wanted(tx, &there, (&stream, sequence))?;
        let errand = Errand::Replay {
            stream: stream.clone(),
            sequence,
        };
        send(tx, self.webhook, &errand)?;
        tx.emit(&WebhookDeliveryReplayed {
            webhook: self.webhook,
            stream,
            sequence,
        })
    }
}
