//! What makes vectors of texts.

use crate::remote::Trouble;

/// The most texts of one call.
pub const BATCH_MAX: usize = 100;
/// The most numbers of a vector.
pub const DIMENSIONS_MAX: usize = 4_096;

/// What a vector is wanted for, which says how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A text that is to be found. Nobody waits for it, so what fails is tried again.
    Document,
    /// What somebody looks for, and waits: it comes soon or not at all.
    Question,
}

/// Makes vectors of texts: those of texts that mean much the same point much the same way.
///
/// A call may wait for a network, so it belongs on a thread for work that blocks.
pub trait Embedder: Send + Sync {
    /// What tells its vectors from those of others; the two cannot be compared. Never a secret.
    fn name(&self) -> &str;

    /// How many numbers each vector has; `None` until a first answer told.
    fn dimensions(&self) -> Option<usize>;

    /// Whether a call may wait for a network.
    fn waits(&self) -> bool;

    /// Whether a word, in small letters, means something to it as it is written. What is not told
    /// otherwise makes sense of any word, mistyped ones too.
    fn knows(&self, _word: &str) -> bool {
        true
    }

    /// A vector for each text, in their order; `None` for one without meaning. At most
    /// [`BATCH_MAX`] texts. Only the direction of a vector counts: it is not zero, its numbers are
    /// finite, and its length is anything.
    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError>;
}

/// Why there are no vectors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// More than [`BATCH_MAX`] texts.
    #[error("{0} texts were to be embedded in one call, {BATCH_MAX} are the most")]
    TooMany(usize),
    /// The service that is asked did not do it.
    #[error("the embedding service at {at} {trouble}")]
    Service {
        /// Its address.
        at: String,
        /// What it did instead, and what to do about it.
        trouble: Trouble,
    },
}

impl EmbedError {
    /// Whether these texts were refused, so that others may be taken all the same.
    pub fn is_about_texts(&self) -> bool {
        match self {
            Self::TooMany(_) => false,
            Self::Service { trouble, .. } => trouble.is_about_texts(),
        }
    }
}

impl<E: Embedder + ?Sized> Embedder for &E {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn dimensions(&self) -> Option<usize> {
        (**self).dimensions()
    }

    fn waits(&self) -> bool {
        (**self).waits()
    }

    fn knows(&self, word: &str) -> bool {
        (**self).knows(word)
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        (**self).embed(texts, purpose)
    }
}
