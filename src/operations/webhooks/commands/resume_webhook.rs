//! Has a webhook go on.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::webhooks::WebhookId;
use crate::webhooks::events::WebhookResumed;
use crate::webhooks::model::Webhook;
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::tables::WEBHOOKS;

/// Has a webhook that was paused sent what happened since.
#[derive(Debug, Clone)]
pub struct ResumeWebhook {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Command for ResumeWebhook {
    type Out = ();
    const NAME: &'static str = "webhooks.resume";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let there = tx.get(&WEBHOOKS, &self.webhook)?;
        let there = there.or_refuse(WEBHOOK_NOT_FOUND)?;
        if there.paused.is_none() {
            return Ok(());
        }
        let paused = None;
        tx.put(&WEBHOOKS, &self.webhook, &Webhook { paused, ..there })?;
        let webhook = self.webhook;
        tx.emit(&WebhookResumed { webhook })
    }
}
