//! The chain of digests over the messages of a stream: each says what came before it, so that
//! nothing can be changed, taken out or put in without all that follows showing it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::log::Message;

/// BLAKE3 over the digest of the message before, all that the message says, and the digest of its
/// body.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a message behind another.
    pub(crate) fn of(previous: Self, message: &Message, body: BodyDigest) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&previous.0);
        hasher.update(&message.sequence.to_le_bytes());
        hasher.update(&message.time.as_micros().to_le_bytes());
        hasher.update(&message.id.bytes());
        hasher.update(&[message.version, u8::from(message.trace_parent.is_some())]);
        let texts = [message.subject.as_str(), &message.key, &message.actor];
        let headers = message.headers.iter();
        let headers = headers.flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        let texts = texts.into_iter().chain(message.trace_parent.as_deref());
        for text in texts.chain(headers) {
            part(&mut hasher, text.as_bytes());
        }
        hasher.update(&body.0);
        Self(*hasher.finalize().as_bytes())
    }
}

/// BLAKE3 over a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyDigest([u8; 32]);

impl BodyDigest {
    pub(crate) fn of(body: &[u8]) -> Self {
        Self(*blake3::hash(body).as_bytes())
    }
}

/// What a message is to hold. It is hashed by whoever makes it, so that the one thread that
/// commits need not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: BodyDigest,
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let digest = BodyDigest::of(&bytes);
        Self { bytes, digest }
    }
}

impl Default for Body {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl Body {
    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Adds a part with its length, so that no two messages read the same.
fn part(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    hasher.update(&length.to_le_bytes());
    hasher.update(bytes);
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <serde_bytes::ByteArray<32>>::deserialize(deserializer)?;
        Ok(Self(bytes.into_array()))
    }
}
