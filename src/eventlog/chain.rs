//! The chain of digests over the messages of a stream: each says what came before it, so that
//! nothing can be changed, taken out or put in without all that follows showing it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::log::Message;

/// BLAKE3 over the digest of the message before and all that the message says.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a message behind another.
    pub(crate) fn of(previous: Self, message: &Message) -> Self {
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
        part(&mut hasher, &message.body);
        Self(*hasher.finalize().as_bytes())
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
