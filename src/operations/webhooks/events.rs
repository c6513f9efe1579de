//! What happens to webhooks. The secret is told to nobody, and of the address only the host: a path
//! may hold a secret of the receiver's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::Event;

use super::WebhookId;

/// A webhook was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookAdded {
    /// The webhook.
    pub webhook: WebhookId,
    /// Scheme and host of where it listens.
    pub url: String,
    /// The subjects that it wants.
    pub filters: Vec<String>,
}

impl Event for WebhookAdded {
    const SUBJECT: &'static str = "edusphere.users.webhook_added";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// A webhook was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookUpdated {
    /// The webhook.
    pub webhook: WebhookId,
    /// Scheme and host of where it listens, if that changed.
    pub url: Option<String>,
    /// The subjects that it wants now.
    pub filters: Vec<String>,
}

impl Event for WebhookUpdated {
    const SUBJECT: &'static str = "edusphere.users.webhook_updated";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// A webhook got another secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookSecretRotated {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Event for WebhookSecretRotated {
    const SUBJECT: &'static str = "edusphere.users.webhook_secret_rotated";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// Nothing is sent to a webhook for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookPaused {
    /// The webhook.
    pub webhook: WebhookId,
    /// Whether its receiver said that it is gone for good.
    pub gone: bool,
}

impl Event for WebhookPaused {
    const SUBJECT: &'static str = "edusphere.users.webhook_paused";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// A webhook is sent what happened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookResumed {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Event for WebhookResumed {
    const SUBJECT: &'static str = "edusphere.users.webhook_resumed";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// A webhook is sent a ping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookTested {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Event for WebhookTested {
    const SUBJECT: &'static str = "edusphere.users.webhook_tested";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// A webhook is sent a message again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDeliveryReplayed {
    /// The webhook.
    pub webhook: WebhookId,
    /// The stream of the message.
    pub stream: String,
    /// Its sequence.
    pub sequence: u64,
}

impl Event for WebhookDeliveryReplayed {
    const SUBJECT: &'static str = "edusphere.users.webhook_delivery_replayed";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}

/// A webhook was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookRemoved {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Event for WebhookRemoved {
    const SUBJECT: &'static str = "edusphere.users.webhook_removed";
    const KEY: &'static str = "webhook";
    fn key(&self) -> String {
        self.webhook.to_string()
    }
}
