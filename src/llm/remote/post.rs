//! One request to the service, and no further than asked: no redirects, no proxies, no answer
//! without end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls_native_certs::load_native_certs;
use serde_json::Value;
use ureq::Agent;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use ureq::http::{HeaderMap, HeaderValue, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Settings, Trouble};

/// The most bytes of an answer: a hundred vectors of 4,096 numbers take a tenth of it.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most bytes of what a service says about a failure.
const SAID_BYTES_MAX: u64 = 64 * 1024;
/// How much of it is shown, in characters.
const SHOWN_CHARS_MAX: usize = 200;
/// The longest address, name of a model, or key, in bytes.
const SETTING_BYTES_MAX: usize = 1_024;

/// Why settings cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The address is none, or holds more than an address should.
    #[error(
        "the address of an embedding service begins with http:// or https://, names a host, \
         and has no user, no password, no ? and no #; a key has its own setting"
    )]
    Address,
    /// There is no model, or its name is too long.
    #[error("an embedding service needs the name of a model, of at most {SETTING_BYTES_MAX} bytes")]
    Model,
    /// The key cannot be sent.
    #[error(
        "the key of an embedding service is of letters, digits and signs, without spaces or line \
         ends, of at most {SETTING_BYTES_MAX} bytes"
    )]
    Key,
    /// There is nobody who could vouch for the service.
    #[error(
        "this machine trusts no certificate authorities, so no embedding service can be asked over \
         TLS; install its CA certificates"
    )]
    Authorities,
}

/// What sends requests.
pub(super) struct Post {
    agent: Agent,
    base: String,
    key: Option<String>,
    authorization: Option<HeaderValue>,
}

impl Post {
    /// To the service of the settings, trusting those whom the machine trusts.
    pub(super) fn to(settings: &Settings) -> Result<Self, SettingsError> {
        Self::trusting(settings, roots_of_machine)
    }

    /// To the service of the settings. Who is trusted is asked only where that matters.
    pub(super) fn trusting(
        settings: &Settings,
        roots: impl FnOnce() -> Result<RootCerts, SettingsError>,
    ) -> Result<Self, SettingsError> {
        let base = checked_base(&settings.base).ok_or(SettingsError::Address)?;
        if !(1..=SETTING_BYTES_MAX).contains(&settings.model.trim().len()) {
            return Err(SettingsError::Model);
        }
        let authorization = settings.key.as_deref().map(bearer).transpose()?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // It would look for one in the environment, which is for the configuration to read.
            .proxy(None)
            .user_agent("EduSphere");
        if base.starts_with("https:") {
            config = config.tls_config(tls(roots()?));
        }
        Ok(Self {
            agent: config.build().new_agent(),
            base,
            key: settings.key.clone(),
            authorization,
        })
    }

    /// The address that `/embeddings` is below.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a body; the body of the answer.
    pub(super) fn send(&self, body: &[u8], timeout: Duration) -> Result<Vec<u8>, Trouble> {
        let failed = |error| failed(error, timeout);
        let mut request = self
            .agent
            .post(format!("{}/embeddings", self.base))
            .header(CONTENT_TYPE, "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.config().timeout_global(Some(timeout)).build();
        let mut answer = request.send(body).map_err(failed)?;
        let status = answer.status().as_u16();
        let mut read = |limit| answer.body_mut().with_config().limit(limit).read_to_vec();
        if (200..=299).contains(&status) {
            return read(ANSWER_BYTES_MAX).map_err(failed);
        }
        // That it failed is known already, and the reason is not worth a failure of its own.
        let said = said(&read(SAID_BYTES_MAX).unwrap_or_default());
        Err(refused(status, said, answer.headers()))
    }

    /// The same, fit to be shown: what the service wrote in one short line, and without the key,
    /// should it have repeated that.
    pub(super) fn presentable(&self, mut trouble: Trouble) -> Trouble {
        if let Some(text) = trouble.text_mut() {
            let without_key = match &self.key {
                Some(key) => text.replace(key.as_str(), "(the key)"),
                None => std::mem::take(text),
            };
            let line = without_key
                .trim()
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c });
            *text = line.take(SHOWN_CHARS_MAX).collect();
        }
        trouble
    }
}

/// The address without what may stand at its end.
fn checked_base(base: &str) -> Option<String> {
    let base = base.trim().trim_end_matches('/');
    let base = base.strip_suffix("/embeddings").unwrap_or(base);
    let uri: Uri = base.parse().ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let is_plain = uri.query().is_none() && !base.contains(['#', '@']);
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    if base.len() > SETTING_BYTES_MAX || !is_http || !is_plain || !has_host {
        return None;
    }
    Some(match uri.path() {
        "" | "/" => format!("{base}/v1"),
        _ => base.to_owned(),
    })
}

fn bearer(key: &str) -> Result<HeaderValue, SettingsError> {
    let is_fine = (1..=SETTING_BYTES_MAX).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_graphic());
    let value = HeaderValue::try_from(format!("Bearer {key}"));
    let mut value = value.ok().filter(|_| is_fine).ok_or(SettingsError::Key)?;
    value.set_sensitive(true);
    Ok(value)
}

/// TLS by ring, as everywhere in the program.
fn tls(roots: RootCerts) -> TlsConfig {
    TlsConfig::builder()
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}

fn roots_of_machine() -> Result<RootCerts, SettingsError> {
    let found = load_native_certs().certs;
    if found.is_empty() {
        return Err(SettingsError::Authorities);
    }
    let roots = found
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned());
    Ok(RootCerts::from(roots))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all the rest are ways in which a connection comes to nothing"
)]
fn failed(error: ureq::Error, timeout: Duration) -> Trouble {
    match error {
        ureq::Error::Timeout(_) => Trouble::Slow(timeout),
        ureq::Error::BodyExceedsLimit(limit) => Trouble::TooLong(limit),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => Trouble::Untrusted(error.to_string()),
        // The errors of a handshake come as those of its connection.
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            Trouble::Untrusted(error.to_string())
        }
        _ => Trouble::Unreachable(error.to_string()),
    }
}

fn refused(status: u16, said: String, headers: &HeaderMap) -> Trouble {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match status {
        300..=399 => Trouble::Moved {
            to: text(LOCATION).unwrap_or("no address").to_owned(),
        },
        401 | 403 => Trouble::KeyRefused { status, said },
        404 => Trouble::Unknown { said },
        408 | 429 | 500.. => Trouble::Busy {
            status,
            said,
            // Seconds; the form with a date is not in use among such services.
            retry_after: text(RETRY_AFTER)
                .and_then(|text| text.trim().parse().ok())
                .map(Duration::from_secs),
        },
        _ => Trouble::Refused { status, said },
    }
}

/// What a service says about a failure: in one of the usual places, or all that it says.
pub(super) fn said(body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let places = ["/error/message", "/error", "/message", "/detail"];
    let message = places
        .iter()
        .find_map(|place| answer.pointer(place).and_then(Value::as_str));
    match message {
        Some(message) => message.to_owned(),
        None if body.trim_ascii().is_empty() => "nothing more is said".to_owned(),
        None => String::from_utf8_lossy(body).into_owned(),
    }
}
