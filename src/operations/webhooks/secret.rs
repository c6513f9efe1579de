//! The secret that a receiver knows the school by, and the signature made with it, as Standard
//! Webhooks has them. Pure.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::hmac;
use serde::{Deserialize, Serialize};

use app::Secret;
use kernel::Result;

use super::problems::WEBHOOK_SECRET_INVALID;

/// What a secret begins with in text.
const PREFIX: &str = "whsec_";
/// How many bytes a secret has.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret. Its debug form does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookSecret(#[serde(with = "serde_bytes")] Vec<u8>);

impl WebhookSecret {
    /// The webhook's secret made of 256 bits that nobody can guess.
    pub fn new(secret: &Secret) -> Self {
        Self(secret.0.to_vec())
    }

    /// A secret that somebody chose.
    pub fn parse(text: &str) -> Result<Self> {
        let encoded = text.strip_prefix(PREFIX);
        let bytes = encoded.and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
        let bytes = bytes.filter(|bytes| BYTES.contains(&bytes.len()));
        bytes
            .map(Self)
            .ok_or_else(|| WEBHOOK_SECRET_INVALID.on("secret"))
    }

    /// The text, for the one answer that hands it out.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(&self.0))
    }

    /// The signature of a body that is sent with an id, at a time in seconds since 1970.
    pub fn sign(&self, signed: &Signed<'_>) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{}.{}.", signed.id, signed.timestamp).as_bytes());
        context.update(signed.body);
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

/// What a signature is over.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The header `webhook-id`: the same for each try of a message.
    pub id: &'a str,
    /// The header `webhook-timestamp`: when it is sent.
    pub timestamp: i64,
    /// The body, to the byte.
    pub body: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = Signed {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: br#"{"test": 2432232314}"#,
        };
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(secret.sign(&signed), expected);
        assert_ne!(WebhookSecret::new(&Secret([1; 32])).sign(&signed), expected);
    }

    #[test]
    fn a_secret_has_24_to_64_bytes_and_is_not_shown_by_chance() {
        let of = |bytes: usize| format!("{PREFIX}{}", BASE64_STANDARD.encode(vec![7; bytes]));
        for right in [24, 32, 64] {
            let secret = WebhookSecret::parse(&of(right)).unwrap();
            assert_eq!(secret.reveal(), of(right));
            assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
        }
        for wrong in [
            of(23),
            of(65),
            of(32).replace(PREFIX, ""),
            "whsec_!".to_owned(),
            String::new(),
        ] {
            assert!(WebhookSecret::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
