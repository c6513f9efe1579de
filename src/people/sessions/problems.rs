//! Why somebody is not signed in.

use kernel::{Problem, ProblemKind};

/// Unknown name, wrong password, disabled person: always the same.
pub const SIGN_IN_FAILED: Problem = Problem::new(
    ProblemKind::Unauthenticated,
    "SIGN_IN_FAILED",
    "The user name or the password is not right.",
);
/// Too short or too long to be a password.
pub const PASSWORD_LENGTH: Problem = Problem::new(
    ProblemKind::Invalid,
    "PASSWORD_LENGTH",
    "A password has 8 to 128 characters.",
);
/// Too easily guessed.
pub const WEAK_PASSWORD: Problem = Problem::new(
    ProblemKind::Invalid,
    "WEAK_PASSWORD",
    "This password is too easily guessed; take a few words that do not belong together.",
);
/// The password that is to be changed is another.
pub const PASSWORD_WRONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "PASSWORD_WRONG",
    "The current password is not right; ask an administrator for a code if you forgot it.",
);
/// More people sign in at once than the machine can check.
pub const SIGN_IN_BUSY: Problem = Problem::new(
    ProblemKind::Busy,
    "SIGN_IN_BUSY",
    "Many people are signing in just now; try again in a moment.",
);

/// No session of this person, or over already.
pub const SESSION_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such session, or it is over already.",
);

pub(super) const ALL: &[Problem] = &[
    SIGN_IN_FAILED,
    PASSWORD_LENGTH,
    WEAK_PASSWORD,
    PASSWORD_WRONG,
    SIGN_IN_BUSY,
];
