//! Removes a webhook.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::{Range, Snapshot};

use crate::webhooks::WebhookId;
use crate::webhooks::events::WebhookRemoved;
use crate::webhooks::follow::follow;
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::tables::{ATTEMPTS, ERRANDS, WEBHOOKS};

/// Removes a webhook with what waits for it, its dead letters and its attempts.
#[derive(Debug, Clone)]
pub struct RemoveWebhook {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Command for RemoveWebhook {
    type Out = ();
    const NAME: &'static str = "webhooks.remove";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let webhook = self.webhook;
        if !tx.remove(&WEBHOOKS, &webhook)? {
            return WEBHOOK_NOT_FOUND.refuse();
        }
        // It wants nothing any more.
        follow(tx, webhook, &[])?;
        let attempts = tx.scan(&ATTEMPTS, &webhook, Range::ALL)?;
        let attempts = attempts.map(|entry| Ok(entry?.0));
        for key in attempts.collect::<Result<Vec<_>>>()? {
            tx.remove(&ATTEMPTS, &key)?;
        }
        let errands = tx.scan(&ERRANDS, &webhook, Range::ALL)?;
        let errands = errands.map(|entry| Ok(entry?.0));
        for key in errands.collect::<Result<Vec<_>>>()? {
            tx.remove(&ERRANDS, &key)?;
        }
        tx.emit(&WebhookRemoved { webhook })
    }
}
