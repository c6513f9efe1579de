//! What a webhook is. Pure.

use serde::{Deserialize, Serialize};

use eventlog::require_filter;
use kernel::{Result, Timestamp};

use super::problems::{WEBHOOK_DESCRIPTION_TOO_LONG, WEBHOOK_FILTERS_INVALID};
use super::secret::WebhookSecret;
use super::target::{AllowedHosts, Target};

/// The most webhooks.
pub(super) const WEBHOOKS_MAX: usize = 50;
/// The most filters of one.
const FILTERS_MAX: usize = 32;
/// The longest description, in characters.
const DESCRIPTION_CHARS_MAX: usize = 500;

/// A program that is told of what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Where it listens.
    pub url: String,
    /// The subjects that it wants, with `*` and `>`.
    pub filters: Vec<String>,
    /// What it knows the school by.
    pub secret: WebhookSecret,
    /// What it is for.
    pub description: String,
    /// Why nothing is sent to it, if nothing is.
    pub paused: Option<PauseReason>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Who added it, as the log names actors.
    pub created_by: String,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PauseReason {
    /// An administrator wants it so.
    Asked,
    /// The receiver said that it is gone for good.
    Gone,
}

/// A webhook that is to be added, its fields within their limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewWebhook {
    pub(super) url: WebhookUrl,
    pub(super) filters: Vec<String>,
    pub(super) description: String,
    /// Where somebody chose it.
    pub(super) secret: Option<WebhookSecret>,
}

/// The address of a webhook that may be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct WebhookUrl {
    pub(super) text: String,
    /// What events tell of it.
    pub(super) origin: String,
}

impl WebhookUrl {
    fn parse(text: &str, allowed: &AllowedHosts) -> Result<Self> {
        Ok(Self {
            origin: Target::parse(text, allowed)?.origin(),
            text: text.to_owned(),
        })
    }
}

impl NewWebhook {
    /// A webhook that listens there and wants these subjects.
    pub fn to(url: &str, allowed: &AllowedHosts, filters: Vec<String>) -> Result<Self> {
        require_filters(&filters)?;
        Ok(Self {
            url: WebhookUrl::parse(url, allowed)?,
            filters,
            description: String::new(),
            secret: None,
        })
    }

    /// With what it is for.
    pub fn description(self, description: &str) -> Result<Self> {
        let description = described(description)?;
        Ok(Self {
            description,
            ..self
        })
    }

    /// With a secret that somebody chose.
    #[must_use]
    pub fn secret(self, secret: WebhookSecret) -> Self {
        let secret = Some(secret);
        Self { secret, ..self }
    }
}

/// What is to change of a webhook, its fields within their limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookChange {
    url: Option<WebhookUrl>,
    filters: Option<Vec<String>>,
    description: Option<String>,
}

impl WebhookChange {
    /// Where it listens.
    pub fn url(self, url: &str, allowed: &AllowedHosts) -> Result<Self> {
        let url = Some(WebhookUrl::parse(url, allowed)?);
        Ok(Self { url, ..self })
    }

    /// The subjects that it wants.
    pub fn filters(self, filters: Vec<String>) -> Result<Self> {
        require_filters(&filters)?;
        let filters = Some(filters);
        Ok(Self { filters, ..self })
    }

    /// What it is for.
    pub fn description(self, description: &str) -> Result<Self> {
        let description = Some(described(description)?);
        Ok(Self {
            description,
            ..self
        })
    }

    /// The webhook as it will be.
    pub(super) fn apply(&self, webhook: Webhook) -> Webhook {
        let url = self.url.as_ref().map(|url| url.text.clone());
        Webhook {
            url: url.unwrap_or(webhook.url),
            filters: self.filters.clone().unwrap_or(webhook.filters),
            description: self.description.clone().unwrap_or(webhook.description),
            ..webhook
        }
    }

    /// What events tell of its new address, if it has one.
    pub(super) fn origin(&self) -> Option<String> {
        Some(self.url.as_ref()?.origin.clone())
    }
}

fn require_filters(filters: &[String]) -> Result<()> {
    if filters.is_empty() || filters.len() > FILTERS_MAX {
        return Err(WEBHOOK_FILTERS_INVALID.on("filters"));
    }
    let valid = filters.iter().try_for_each(|filter| require_filter(filter));
    valid.map_err(|error| error.on("filters"))
}

fn described(description: &str) -> Result<String> {
    if description.chars().count() > DESCRIPTION_CHARS_MAX {
        return Err(WEBHOOK_DESCRIPTION_TOO_LONG.on("description"));
    }
    Ok(description.to_owned())
}
