//! How search is set up: what makes its vectors, and how much of that is kept.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use kernel::SystemClock;
use llm::{Remote, Settings, SettingsError};
use serde::{Deserialize, Serialize};

use super::MIB;

/// How search is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SearchConfig {
    /// What makes vectors.
    pub(crate) embedder: EmbedderConfig,
    /// Room on the disk for vectors that a service made, in MiB.
    pub(crate) embeddings_cache_mib: u64,
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self {
            embedder: EmbedderConfig::default(),
            embeddings_cache_mib: 256,
        }
    }
}

impl SearchConfig {
    /// Room for vectors, in bytes.
    pub(crate) fn cache_bytes(&self) -> u64 {
        self.embeddings_cache_mib.saturating_mul(MIB)
    }
}

/// The service that makes vectors; without an address the built-in table does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EmbedderConfig {
    /// The address that `/embeddings` is below: `http://127.0.0.1:11434/v1`.
    pub(crate) url: Option<String>,
    /// The model, by the service's name of it.
    pub(crate) model: Option<String>,
    /// The key, for services that want one.
    pub(crate) key: Option<String>,
    /// How many requests it takes in a minute; 0 is any number.
    pub(crate) requests_per_minute: u32,
    /// How long it may take for a hundred passages, in seconds. Questions wait two at most.
    pub(crate) timeout_s: u64,
}

impl Default for EmbedderConfig {
    fn default() -> Self {
        Self {
            url: None,
            model: None,
            key: None,
            requests_per_minute: 0,
            timeout_s: 30,
        }
    }
}

impl EmbedderConfig {
    /// The same as the service is asked; nothing without one.
    pub(crate) fn settings(&self) -> Option<Settings> {
        let mut settings =
            Settings::new(self.url.as_ref()?, self.model.clone().unwrap_or_default());
        settings.key.clone_from(&self.key);
        settings.requests_per_minute = NonZeroU32::new(self.requests_per_minute);
        settings.document_timeout = Duration::from_secs(self.timeout_s);
        Some(settings)
    }

    /// What is wrong, a setting and a sentence. The service is not asked.
    pub(super) fn mistake(&self) -> Option<(&'static str, String)> {
        let Some(settings) = self.settings() else {
            let alone = [
                ("search.embedder.model", &self.model),
                ("search.embedder.key", &self.key),
            ];
            let (name, _) = alone.into_iter().find(|(_, value)| value.is_some())?;
            let sentence = format!(
                "`{name}` is for a service: give its address as `search.embedder.url` as well, or leave both out for the built-in table"
            );
            return Some((name, sentence));
        };
        let error = Remote::new(settings, Arc::new(SystemClock)).err()?;
        let name = match error {
            SettingsError::Address | SettingsError::Authorities => "search.embedder.url",
            SettingsError::Model => "search.embedder.model",
            SettingsError::Key => "search.embedder.key",
        };
        Some((name, format!("`{name}` is not right: {error}")))
    }
}
