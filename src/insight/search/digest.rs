//! Whether a document is still what it was.

use std::hash::{Hash, Hasher};

use app::search::Document;
use xxhash_rust::xxh3::Xxh3;

/// A number that is another one when anything of the document is.
pub(super) fn digest(document: &Document) -> u64 {
    let mut hasher = Xxh3::new();
    document.hash(&mut hasher);
    hasher.finish()
}
