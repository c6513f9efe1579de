//! What a service does instead of answering, in sentences for who runs the school.

use std::time::Duration;

/// What the embedding service did, and what to do about it. Completes "the embedding service at
/// such an address ...".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is no connection, or it broke.
    #[error("cannot be reached: {0}; see that it runs, and that the address is right")]
    Unreachable(String),
    /// It is not who it should be, or speaks no TLS.
    #[error(
        "cannot be talked to over TLS: {0}; see that it is meant to be asked by https, and that \
         this machine trusts its certificate"
    )]
    Untrusted(String),
    /// No answer in time.
    #[error("did not answer within {} s; see whether it has too much to do", .0.as_secs_f32())]
    Slow(Duration),
    /// It failed too often just now.
    #[error(
        "failed several times in a row and is left alone for {} s more; see its own log",
        left.as_secs_f32().ceil()
    )]
    Resting {
        /// How long yet.
        left: Duration,
    },
    /// More is asked than the configured number of requests in a minute.
    #[error(
        "would have to be asked more often than was configured, the next turn is in {} s; \
         raise the requests per minute if the service takes more",
        wait.as_secs_f32().ceil()
    )]
    Crowded {
        /// How long the wait would be.
        wait: Duration,
    },
    /// It has too much to do, or failed: 408, 429 or 5xx.
    #[error("cannot do it now ({status}): {said}; see its own log, or its limits")]
    Busy {
        /// The status.
        status: u16,
        /// What it says.
        said: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// 401 or 403.
    #[error("refuses the key ({status}): {said}; configure a key that it knows")]
    KeyRefused {
        /// The status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// 404.
    #[error(
        "does not know the address or the model (404): {said}; see that both are right, and that \
         the model is installed"
    )]
    Unknown {
        /// What it says.
        said: String,
    },
    /// It sends its callers elsewhere.
    #[error("sends on to {to}; configure the address that it means")]
    Moved {
        /// Where to.
        to: String,
    },
    /// Any other refusal.
    #[error("refuses ({status}): {said}; see that the model makes embeddings, and its own log")]
    Refused {
        /// The status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// The answer is larger than any should be.
    #[error(
        "answers with more than {} MiB; see that the address is that of an embedding service",
        .0 >> 20
    )]
    TooLong(u64),
    /// The answer is a page for people.
    #[error(
        "answers with a web page; see that the address is that of the service's API, often with \
         /v1 at the end"
    )]
    WebPage,
    /// The answer ends too early.
    #[error(
        "ends its answer in the middle; see its own log, and what stands between it and this \
         machine"
    )]
    CutShort,
    /// The answer is not JSON, or JSON of another form.
    #[error(
        "answers in another form than OpenAI's: {0}; see that the address is right, and that the \
         model makes embeddings"
    )]
    Form(String),
    /// More or fewer vectors than texts.
    #[error("answers with {found} vectors for {asked} texts; see its own log")]
    Count {
        /// How many texts were sent.
        asked: usize,
        /// How many vectors came.
        found: usize,
    },
    /// Vectors of another length than before.
    #[error(
        "now answers with vectors of {found} numbers, they had {before}: another model has the \
         name; put the old one back, or restart, so that search is built anew"
    )]
    Dimensions {
        /// How many numbers the first vector had.
        before: usize,
        /// How many this one has.
        found: usize,
    },
    /// Vectors that point nowhere: without numbers, too long, of zeros, or not finite.
    #[error(
        "answers with vectors that cannot be compared ({0}); see that the model makes embeddings"
    )]
    Unfit(&'static str),
}

impl Trouble {
    /// Whether the same request may be answered a little later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Slow(_) | Self::Busy { .. }
        )
    }

    /// Whether other texts may be answered all the same.
    pub(crate) fn is_about_texts(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// When the service wants to be asked again.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        if let Self::Busy { retry_after, .. } = self {
            *retry_after
        } else {
            None
        }
    }

    /// What the service itself wrote.
    pub(super) fn text_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Unreachable(text) | Self::Untrusted(text) | Self::Form(text) => Some(text),
            Self::Busy { said, .. }
            | Self::KeyRefused { said, .. }
            | Self::Unknown { said }
            | Self::Refused { said, .. } => Some(said),
            Self::Moved { to } => Some(to),
            Self::Slow(_)
            | Self::Resting { .. }
            | Self::Crowded { .. }
            | Self::TooLong(_)
            | Self::WebPage
            | Self::CutShort
            | Self::Count { .. }
            | Self::Dimensions { .. }
            | Self::Unfit(_) => None,
        }
    }
}
