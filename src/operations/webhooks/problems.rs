//! Why a webhook is not taken.

use kernel::{Problem, ProblemKind};

/// The address must not be called.
pub const URL_NOT_ALLOWED: Problem = Problem::new(
    ProblemKind::Invalid,
    "URL_NOT_ALLOWED",
    "The address must begin with https:// and lead to a public host; a receiver in the school's own network must be named in the setting `webhooks.allowed_hosts`.",
);
/// A secret that is none.
pub const WEBHOOK_SECRET_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "WEBHOOK_SECRET_INVALID",
    "A secret is whsec_ and 24 to 64 bytes in base64; leave it out to have one made.",
);
/// No subjects, or too many.
pub const WEBHOOK_FILTERS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "WEBHOOK_FILTERS_INVALID",
    "A webhook has 1 to 32 filters over subjects, such as edusphere.assignments.>.",
);
/// A description that is too long.
pub const WEBHOOK_DESCRIPTION_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "WEBHOOK_DESCRIPTION_TOO_LONG",
    "A description has at most 500 characters.",
);
/// Too many webhooks.
pub const WEBHOOK_LIMIT_REACHED: Problem = Problem::new(
    ProblemKind::Conflict,
    "WEBHOOK_LIMIT_REACHED",
    "There are 50 webhooks, as many as there may be; remove one that is not used.",
);
/// There is no such webhook.
pub const WEBHOOK_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such webhook.",
);
/// There is no such message for it.
pub const DELIVERY_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "DELIVERY_NOT_FOUND",
    "The stream has no message of this sequence any more that the webhook wants.",
);
/// Too much is asked of a webhook at once.
pub const WEBHOOK_BUSY: Problem = Problem::new(
    ProblemKind::TooMany,
    "WEBHOOK_BUSY",
    "A hundred tests and replays of this webhook are still to be sent; wait for them.",
);

pub(super) const ALL: &[Problem] = &[
    URL_NOT_ALLOWED,
    WEBHOOK_SECRET_INVALID,
    WEBHOOK_FILTERS_INVALID,
    WEBHOOK_DESCRIPTION_TOO_LONG,
    WEBHOOK_LIMIT_REACHED,
    DELIVERY_NOT_FOUND,
    WEBHOOK_BUSY,
];
