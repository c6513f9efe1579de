//! Why a change to users is refused.

use kernel::{Problem, ProblemKind};

/// The name cannot be signed in with.
pub const USERNAME_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "USERNAME_INVALID",
    "A user name has 1 to 64 letters, digits or one of . - _ @ +.",
);
/// Somebody has the name already.
pub const USERNAME_TAKEN: Problem = Problem::new(
    ProblemKind::Conflict,
    "USERNAME_TAKEN",
    "Somebody has this user name already; choose another.",
);
/// Not an e-mail address.
pub const EMAIL_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "EMAIL_INVALID",
    "An e-mail address looks like name@example.org and has at most 254 characters.",
);
/// Somebody has the address already.
pub const EMAIL_TAKEN: Problem = Problem::new(
    ProblemKind::Conflict,
    "EMAIL_TAKEN",
    "Somebody has this e-mail address already.",
);
/// Not a name to show.
pub const DISPLAY_NAME_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "DISPLAY_NAME_INVALID",
    "A display name has 1 to 200 characters in one line.",
);
/// Not a language tag.
pub const LOCALE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "LOCALE_INVALID",
    "A locale is a BCP 47 language tag such as en or pt-BR.",
);
/// No such time zone.
pub const TIME_ZONE_UNKNOWN: Problem = Problem::new(
    ProblemKind::Invalid,
    "TIME_ZONE_UNKNOWN",
    "A time zone is an IANA name such as Europe/Berlin.",
);
/// Not an id of another program.
pub const EXTERNAL_ID_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "EXTERNAL_ID_INVALID",
    "An external id has 1 to 255 characters in one line.",
);
/// Something of the same kind has the id already.
pub const EXTERNAL_ID_TAKEN: Problem = Problem::new(
    ProblemKind::Conflict,
    "EXTERNAL_ID_TAKEN",
    "Something else of this kind has this external id already.",
);
/// No such person, or not to be seen.
pub const USER_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such person here, or you may not see them.",
);

/// Nobody could look after the school any more.
pub const LAST_ADMIN: Problem = Problem::new(
    ProblemKind::Conflict,
    "LAST_ADMIN",
    "This is the last administrator who can sign in; make somebody else one first.",
);
pub(super) const ALL: &[Problem] = &[
    USERNAME_INVALID,
    USERNAME_TAKEN,
    EMAIL_INVALID,
    EMAIL_TAKEN,
    DISPLAY_NAME_INVALID,
    LOCALE_INVALID,
    TIME_ZONE_UNKNOWN,
    EXTERNAL_ID_INVALID,
    EXTERNAL_ID_TAKEN,
    LAST_ADMIN,
];
