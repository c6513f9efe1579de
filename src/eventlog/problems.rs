//! What the log refuses.

use kernel::{Problem, ProblemKind};

use crate::stream::{CONSUMERS_MAX, STREAMS_MAX};

/// The subject or filter is not one.
pub const SUBJECT_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "SUBJECT_INVALID",
    "A subject is words between dots, without spaces; a filter may also have * for a word and > at the end. At most 255 bytes.",
);
/// The subject is the school's own.
pub const SUBJECT_RESERVED: Problem = Problem::new(
    ProblemKind::Forbidden,
    "SUBJECT_RESERVED",
    "Subjects under edusphere are for what happens in the school; publish under a subject of your own.",
);
/// No stream takes the subject.
pub const SUBJECT_UNTAKEN: Problem = Problem::new(
    ProblemKind::NotFound,
    "SUBJECT_UNTAKEN",
    "No stream takes this subject; add a stream for it first.",
);
/// Another stream takes some of these subjects.
pub const SUBJECTS_OVERLAP: Problem = Problem::new(
    ProblemKind::Conflict,
    "SUBJECTS_OVERLAP",
    "Another stream takes some of these subjects; a subject belongs to one stream.",
);
/// There is no such stream.
pub const STREAM_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "STREAM_NOT_FOUND",
    "There is no stream of this name.",
);
/// The name is taken.
pub const STREAM_EXISTS: Problem = Problem::new(
    ProblemKind::Conflict,
    "STREAM_EXISTS",
    "There is a stream of this name already.",
);
/// The stream is one of the school's own.
pub const STREAM_RESERVED: Problem = Problem::new(
    ProblemKind::Forbidden,
    "STREAM_RESERVED",
    "This stream is the school's own; its limits stand in the configuration.",
);
/// The stream is full and discards what is new.
pub const STREAM_FULL: Problem = Problem::new(
    ProblemKind::Full,
    "STREAM_FULL",
    "The stream is full and takes nothing new; raise its limits, or have it discard what is old.",
);
/// A setting of a stream or a consumer is out of range.
pub const LOG_SETTING_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "LOG_SETTING_INVALID",
    "A setting of the stream or the consumer is out of its range.",
);
/// Too many streams or consumers.
pub const LOG_LIMIT_REACHED: Problem = Problem::new(
    ProblemKind::Conflict,
    "LOG_LIMIT_REACHED",
    "There are as many streams or consumers as there may be; remove some that are not used.",
);
/// A message that is too long.
pub const MESSAGE_TOO_LARGE: Problem = Problem::new(
    ProblemKind::TooLarge,
    "MESSAGE_TOO_LARGE",
    "The message is longer than its stream takes.",
);
/// Headers that cannot be.
pub const HEADERS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "HEADERS_INVALID",
    "A message has at most 32 headers with names of at most 64 and values of at most 1,024 bytes.",
);
/// The stream went on meanwhile.
pub const WRONG_LAST_SEQUENCE: Problem = Problem::new(
    ProblemKind::Conflict,
    "WRONG_LAST_SEQUENCE",
    "The last message of the stream is another than was expected; read on and try again.",
);
/// There is no such consumer.
pub const CONSUMER_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "CONSUMER_NOT_FOUND",
    "The stream has no consumer of this name.",
);
/// The name is taken.
pub const CONSUMER_EXISTS: Problem = Problem::new(
    ProblemKind::Conflict,
    "CONSUMER_EXISTS",
    "The stream has a consumer of this name already, with other settings.",
);
/// There is no such dead letter.
pub const DEAD_LETTER_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "DEAD_LETTER_NOT_FOUND",
    "The consumer has no dead letter of this sequence.",
);

/// All of them.
pub const PROBLEMS: &[Problem] = &[
    SUBJECT_INVALID,
    SUBJECT_RESERVED,
    SUBJECT_UNTAKEN,
    SUBJECTS_OVERLAP,
    STREAM_NOT_FOUND,
    STREAM_EXISTS,
    STREAM_RESERVED,
    STREAM_FULL,
    LOG_SETTING_INVALID,
    LOG_LIMIT_REACHED,
    MESSAGE_TOO_LARGE,
    HEADERS_INVALID,
    WRONG_LAST_SEQUENCE,
    CONSUMER_NOT_FOUND,
    CONSUMER_EXISTS,
    DEAD_LETTER_NOT_FOUND,
];

/// Says which setting is out of range, and what it may be.
pub(crate) fn out_of_range(setting: &str, allowed: &str) -> kernel::Error {
    LOG_SETTING_INVALID.because(format!("{setting} must be {allowed}."))
}

/// Says how many there may be.
pub(crate) fn too_many_streams() -> kernel::Error {
    LOG_LIMIT_REACHED.because(format!(
        "There are {STREAMS_MAX} streams of your own, as many as there may be; remove one that is not used."
    ))
}

/// Says how many there may be.
pub(crate) fn too_many_consumers() -> kernel::Error {
    LOG_LIMIT_REACHED.because(format!(
        "The stream has {CONSUMERS_MAX} consumers, as many as there may be; remove one that is not used."
    ))
}
