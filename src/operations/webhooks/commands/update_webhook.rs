//! Changes a webhook.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::webhooks::WebhookId;
use crate::webhooks::events::WebhookUpdated;
use crate::webhooks::follow::follow;
use crate::webhooks::model::WebhookChange;
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::tables::WEBHOOKS;

/// Changes what is given of a webhook. Streams that it wants nothing of any more are followed no
/// longer, and what waited of them is dropped with its dead letters.
#[derive(Debug, Clone)]
pub struct UpdateWebhook {
    /// The webhook.
    pub webhook: WebhookId,
    /// What changes.
    pub change: WebhookChange,
}

impl Command for UpdateWebhook {
    type Out = ();
    const NAME: &'static str = "webhooks.update";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = tx.get(&WEBHOOKS, &self.webhook)?;
        let before = before.or_refuse(WEBHOOK_NOT_FOUND)?;
        let after = self.change.apply(before.clone());
        if after == before {
            return Ok(());
        }
        tx.put(&WEBHOOKS, &self.webhook, &after)?;
        tx.emit(&WebhookUpdated {
            webhook: self.webhook,
            url: self.change.origin().filter(|_| after.url != before.url),
            filters: after.filters.clone(),
        })?;
        follow(tx, self.webhook, &after.filters)
    }
}
