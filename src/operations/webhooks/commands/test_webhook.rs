//! Tries a webhook out.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::send;
use crate::webhooks::WebhookId;
use crate::webhooks::attempts::Errand;
use crate::webhooks::events::WebhookTested;
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::tables::WEBHOOKS;

/// Has a ping sent to a webhook, once, also to one that is paused.
#[derive(Debug, Clone)]
pub struct TestWebhook {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Command for TestWebhook {
    type Out = ();
    const NAME: &'static str = "webhooks.test";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let webhook = self.webhook;
        if !tx.has(&WEBHOOKS, &webhook)? {
            return WEBHOOK_NOT_FOUND.refuse();
        }
        send(tx, webhook, &Errand::Test)?;
        tx.emit(&WebhookTested { webhook })
    }
}
