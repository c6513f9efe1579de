//! Errors: a [`Refusal`] is for the caller to act on, a [`Fault`] is for us.
//!
//! A [`Problem`] is a refusal's code and sentence, declared once as a constant beside the rule it
//! belongs to. Faces translate [`ProblemKind`] into their own terms (status, top-level error,
//! message of a form); nothing here knows them.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// The result of everything that can be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a refusal asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The input breaks a rule: correct it.
    Invalid,
    /// The request itself is malformed: mend the client.
    Malformed,
    /// Nobody is signed in: sign in.
    Unauthenticated,
    /// Signed in, but not permitted: ask somebody who is.
    Forbidden,
    /// There is no such thing, or the viewer may not know of it.
    NotFound,
    /// The thing's state does not allow it, now.
    Conflict,
    /// A limit of size.
    TooLarge,
    /// Of a type that is not taken: send another.
    Unsupported,
    /// There is no room on the disk: the operator must make some.
    Full,
    /// Too many requests: wait.
    TooMany,
    /// The server cannot take it now: try again after a while.
    Busy,
}

/// A reason to refuse: a code for programs, a sentence for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// SCREAMING noun and state, for ever the same.
    pub code: &'static str,
    /// What it asks of the caller.
    pub kind: ProblemKind,
    /// One sentence, with the way out where there is one.
    pub sentence: &'static str,
}

impl Problem {
    /// Declares a problem.
    pub const fn new(kind: ProblemKind, code: &'static str, sentence: &'static str) -> Self {
        Self {
            code,
            kind,
            sentence,
        }
    }

    /// The refusal, as an error.
    pub fn error(self) -> Error {
        Error::Refused(Box::new(Refusal::of(self)))
    }

    /// The refusal, as a result: `return QUIZ_CLOSED.refuse();`.
    pub fn refuse<T>(self) -> Result<T> {
        Err(self.error())
    }

    /// The refusal of one input field, named as the faces name it.
    pub fn on(self, field: &'static str) -> Error {
        Error::Refused(Box::new(Refusal {
            field: Some(field),
            ..Refusal::of(self)
        }))
    }

    /// The refusal with a sentence that names the particulars.
    pub fn because(self, message: impl Into<Cow<'static, str>>) -> Error {
        Error::Refused(Box::new(Refusal {
            message: message.into(),
            ..Refusal::of(self)
        }))
    }

    /// The refusal, to be tried again after `wait`.
    pub fn retry_after(self, wait: Duration) -> Error {
        Error::Refused(Box::new(Refusal {
            retry_after: Some(wait),
            ..Refusal::of(self)
        }))
    }
}

/// One refusal: the problem and its particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code, the kind and the general sentence.
    pub problem: Problem,
    /// The input field that is to blame, if one is.
    pub field: Option<&'static str>,
    /// The sentence to show.
    pub message: Cow<'static, str>,
    /// When it makes sense to try again.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    fn of(problem: Problem) -> Self {
        Self {
            problem,
            field: None,
            message: Cow::Borrowed(problem.sentence),
            retry_after: None,
        }
    }
}

/// What went wrong on our side. Its text is for the log, never for the caller.
#[derive(Debug)]
pub struct Fault {
    context: Cow<'static, str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Fault {
    /// A fault that nothing else caused: a broken invariant.
    pub fn new(context: impl Into<Cow<'static, str>>) -> Self {
        Self {
            context: context.into(),
            source: None,
        }
    }

    /// A fault with its cause.
    pub fn caused(
        context: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            context: context.into(),
            source: Some(source.into()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.context)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// The caller can act on it.
    Refused(Box<Refusal>),
    /// We must act on it.
    Fault(Fault),
}

impl Error {
    /// The problem, when it is a refusal.
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Refused(refusal) => Some(refusal.problem),
            Self::Fault(_) => None,
        }
    }

    /// The same refusal, blamed on this input field; a fault stays as it is.
    #[must_use]
    pub fn on(self, field: &'static str) -> Self {
        match self {
            Self::Refused(mut refusal) => {
                refusal.field = Some(field);
                Self::Refused(refusal)
            }
            Self::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "{}: {}", refusal.problem.code, refusal.message),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// Problems that belong to no feature.
pub mod problems {
    use super::{Problem, ProblemKind};

    /// Nobody is signed in.
    pub const UNAUTHENTICATED: Problem = Problem::new(
        ProblemKind::Unauthenticated,
        "UNAUTHENTICATED",
        "Sign in first: this needs the token of a session.",
    );
    /// The actor is not permitted.
    pub const FORBIDDEN: Problem = Problem::new(
        ProblemKind::Forbidden,
        "FORBIDDEN",
        "You are not permitted to do this; ask an administrator or an instructor of the course.",
    );
    /// Missing, or not to be seen by this viewer: the two are the same.
    pub const NOT_FOUND: Problem = Problem::new(
        ProblemKind::NotFound,
        "NOT_FOUND",
        "There is no such thing here, or you may not see it.",
    );
    /// A page was asked for with a size or cursor out of range.
    pub const PAGE_INVALID: Problem = Problem::new(
        ProblemKind::Invalid,
        "PAGE_INVALID",
        "Ask for 1 to 100 entries of a page at a time.",
    );
    /// A cursor that no page of ours gave out.
    pub const CURSOR_INVALID: Problem = Problem::new(
        ProblemKind::Invalid,
        "CURSOR_INVALID",
        "The cursor is not one that this list gave out; start again without it.",
    );
    /// A queue is full.
    pub const BUSY: Problem = Problem::new(
        ProblemKind::Busy,
        "BUSY",
        "The server has more to do than it can take on; try again in a moment.",
    );
    /// The store no longer takes writes after an error of the disk.
    pub const WRITES_STOPPED: Problem = Problem::new(
        ProblemKind::Busy,
        "WRITES_STOPPED",
        "The server stopped taking changes after an error of its disk; it will be back after a restart.",
    );
    /// The store takes no writes, since something acknowledged is missing from it.
    pub const READ_ONLY: Problem = Problem::new(
        ProblemKind::Busy,
        "READ_ONLY",
        "The school can only be read: changes are missing from its records. Whoever runs the server finds the way out in its log.",
    );

    /// All of them, for the published list.
    pub const ALL: &[Problem] = &[
        UNAUTHENTICATED,
        FORBIDDEN,
        NOT_FOUND,
        PAGE_INVALID,
        CURSOR_INVALID,
        BUSY,
        WRITES_STOPPED,
        READ_ONLY,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_its_particulars_and_a_fault_keeps_its_cause() {
        let error = problems::BUSY
            .retry_after(Duration::from_secs(1))
            .on("queue");
        let Error::Refused(refusal) = error else {
            panic!("a refusal")
        };
        assert_eq!(refusal.retry_after, Some(Duration::from_secs(1)));
        assert_eq!(refusal.field, Some("queue"));
        let fault = Fault::caused("writing the batch", std::io::Error::other("disk gone"));
        assert_eq!(
            Error::from(fault).to_string(),
            "writing the batch: disk gone"
        );
    }
}
