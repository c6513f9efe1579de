//! Has nothing sent to a webhook for now.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::webhooks::WebhookId;
use crate::webhooks::events::WebhookPaused;
use crate::webhooks::model::{PauseReason, Webhook};
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::tables::WEBHOOKS;

/// Has nothing sent to a webhook until it is resumed. What happens meanwhile waits, as long as the
/// streams keep it.
#[derive(Debug, Clone)]
pub struct PauseWebhook {
    /// The webhook.
    pub webhook: WebhookId,
    /// Why.
    pub reason: PauseReason,
}

impl Command for PauseWebhook {
    type Out = ();
    const NAME: &'static str = "webhooks.pause";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let there = tx.get(&WEBHOOKS, &self.webhook)?;
        let there = there.or_refuse(WEBHOOK_NOT_FOUND)?;
        if there.paused.is_some() {
            return Ok(());
        }
        let paused = Some(self.reason);
        tx.put(&WEBHOOKS, &self.webhook, &Webhook { paused, ..there })?;
        tx.emit(&WebhookPaused {
            webhook: self.webhook,
            gone: self.reason == PauseReason::Gone,
        })
    }
}
