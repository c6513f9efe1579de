//! Gives a webhook another secret.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::webhooks::WebhookId;
use crate::webhooks::events::WebhookSecretRotated;
use crate::webhooks::model::Webhook;
use crate::webhooks::problems::WEBHOOK_NOT_FOUND;
use crate::webhooks::secret::WebhookSecret;
use crate::webhooks::tables::WEBHOOKS;

/// Gives a webhook another secret, which counts from the next delivery on.
#[derive(Debug, Clone)]
pub struct RotateWebhookSecret {
    /// The webhook.
    pub webhook: WebhookId,
    /// The secret.
    pub secret: WebhookSecret,
}

impl Command for RotateWebhookSecret {
    type Out = ();
    const NAME: &'static str = "webhooks.rotate_secret";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let there = tx.get(&WEBHOOKS, &self.webhook)?;
        let secret = self.secret.clone();
        let webhook = Webhook {
            secret,
            ..there.or_refuse(WEBHOOK_NOT_FOUND)?
        };
        tx.put(&WEBHOOKS, &self.webhook, &webhook)?;
        let webhook = self.webhook;
        tx.emit(&WebhookSecretRotated { webhook })
    }
}
