//! Automatic persisted queries, as Apollo's clients send them: a document is sent once with its
//! SHA-256, and from then on the hash alone is enough. Registered operations are known by their
//! hashes from the start.
//!
//! What clients have sent is kept in memory, within a bound; a client whose document was forgotten
//! is told so, and sends it again.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::ServerError;
use quick_cache::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::limits::{self, refusal};
use crate::operations::DOCUMENTS;

/// The most documents that are kept.
const DOCUMENTS_MAX: usize = 1_000;
/// The longest document that is kept, in bytes.
const DOCUMENT_BYTES_MAX: usize = 16 * 1024;

/// The SHA-256 of a document.
type Hash = [u8; 32];

/// The extension `persistedQuery` of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersistedQuery {
    #[serde(default)]
    version: u32,
    sha256_hash: String,
}

/// Documents by their hashes.
pub(crate) struct PersistedQueries {
    registered: HashMap<Hash, &'static str>,
    sent: Cache<Hash, Arc<str>>,
}

impl PersistedQueries {
    /// The registered operations, and none that was sent.
    pub(crate) fn new() -> Self {
        let registered = DOCUMENTS
            .iter()
            .flat_map(|(_, text)| [(hash(text), *text), (hash(text.trim()), *text)]);
        Self {
            registered: registered.collect(),
            sent: Cache::new(DOCUMENTS_MAX),
        }
    }

    /// The document that is meant: the one that was sent, which must have the hash, or the one
    /// that is known under it.
    pub(crate) fn resolve(
        &self,
        asked: &PersistedQuery,
        query: Option<String>,
    ) -> Result<String, ServerError> {
        let wanted = parse(asked).ok_or_else(|| refusal(limits::PERSISTED_QUERY_MISMATCH))?;
        match query {
            Some(text) if hash(&text) == wanted => Ok(text),
            Some(_) => Err(refusal(limits::PERSISTED_QUERY_MISMATCH)),
            None => match self.registered.get(&wanted) {
                Some(text) => Ok((*text).to_owned()),
                None => (self.sent.get(&wanted))
                    .map(|text| text.as_ref().to_owned())
                    .ok_or_else(|| refusal(limits::PERSISTED_QUERY_NOT_FOUND)),
            },
        }
    }

    /// Keeps a document that was sent with its hash and found to be valid.
    pub(crate) fn keep(&self, text: &str) {
        let hash = hash(text);
        if text.len() <= DOCUMENT_BYTES_MAX && !self.registered.contains_key(&hash) {
            self.sent.insert(hash, text.into());
        }
    }
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// The hash of a request of version 1: 64 hexadecimal digits.
fn parse(asked: &PersistedQuery) -> Option<Hash> {
    let digits = asked.sha256_hash.as_bytes();
    if asked.version != 1 || digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(hash)
}
