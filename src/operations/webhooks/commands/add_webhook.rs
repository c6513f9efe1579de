//! Adds a webhook.

use app::{Actor, Command, Tx, once_for};
use kernel::Result;
use store::Snapshot;

use crate::webhooks::WebhookId;
use crate::webhooks::events::WebhookAdded;
use crate::webhooks::follow::follow;
use crate::webhooks::model::{NewWebhook, WEBHOOKS_MAX, Webhook};
use crate::webhooks::problems::WEBHOOK_LIMIT_REACHED;
use crate::webhooks::queries::all;
use crate::webhooks::secret::WebhookSecret;
use crate::webhooks::tables::WEBHOOKS;

/// Adds a webhook, which is sent what happens from now on.
#[derive(Debug, Clone)]
pub struct AddWebhook {
    /// The webhook.
    pub webhook: NewWebhook,
    /// Its secret, unless somebody chose one.
    pub secret: WebhookSecret,
    /// The same for each try of one addition: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for AddWebhook {
    type Out = WebhookId;
    const NAME: &'static str = "webhooks.add";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<WebhookId> {
        let key = self.idempotency_key.as_deref();
        once_for::<Self>(tx, key, &self.webhook, |tx| add(tx, self))
    }
}

fn add(tx: &mut Tx<'_>, command: &AddWebhook) -> Result<WebhookId> {
    if all(tx)?.len() >= WEBHOOKS_MAX {
        return WEBHOOK_LIMIT_REACHED.refuse();
    }
    let new = command.webhook.clone();
    let id = tx.new_id();
    let webhook = Webhook {
        url: new.url.text,
        filters: new.filters,
        secret: new.secret.unwrap_or_else(|| command.secret.clone()),
        description: new.description,
        paused: None,
        created_at: tx.now(),
        created_by: tx.actor().to_string(),
    };
    tx.put(&WEBHOOKS, &id, &webhook)?;
    // What it is told of begins behind its own addition.
    tx.emit(&WebhookAdded {
        webhook: id,
        url: new.url.origin,
        filters: webhook.filters.clone(),
    })?;
    follow(tx, id, &webhook.filters)?;
    Ok(id)
}
