//! Why a file is refused.

use kernel::{Problem, ProblemKind};

/// No such file, or not to be seen.
pub const FILE_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such file here, or you may not see it.",
);
/// Nothing came.
pub const EMPTY_FILE: Problem = Problem::new(
    ProblemKind::Invalid,
    "EMPTY_FILE",
    "The file is empty; look whether the right one was chosen.",
);
/// One file is larger than is taken.
pub const FILE_TOO_LARGE: Problem = Problem::new(
    ProblemKind::TooLarge,
    "FILE_TOO_LARGE",
    "The file is larger than is taken here.",
);
/// The files of a course are as many or as large as they may be.
pub const COURSE_QUOTA_EXCEEDED: Problem = Problem::new(
    ProblemKind::TooLarge,
    "COURSE_QUOTA_EXCEEDED",
    "The files of this course are as many or as large as they may be; delete some first.",
);
/// The files of a learner are as many or as large as they may be.
pub const PERSON_QUOTA_EXCEEDED: Problem = Problem::new(
    ProblemKind::TooLarge,
    "PERSON_QUOTA_EXCEEDED",
    "Your own files are as many or as large as they may be; ask your teacher to delete some.",
);
/// The disk has no room.
pub const DISK_FULL: Problem = Problem::new(
    ProblemKind::Full,
    "DISK_FULL",
    "The server has no room for files now; tell whoever looks after it.",
);
/// The bytes are not what the name says.
pub const FILE_TYPE_MISMATCH: Problem = Problem::new(
    ProblemKind::Unsupported,
    "FILE_TYPE_MISMATCH",
    "The file is not what the ending of its name says, or it is damaged.",
);
/// Files of this kind are not taken.
pub const FILE_TYPE_NOT_ALLOWED: Problem = Problem::new(
    ProblemKind::Unsupported,
    "FILE_TYPE_NOT_ALLOWED",
    "Files of this kind are not taken: send a document, a picture, sound, a film, an archive, text or source code.",
);
/// A picture has more dots than is taken.
pub const IMAGE_TOO_LARGE: Problem = Problem::new(
    ProblemKind::Invalid,
    "IMAGE_TOO_LARGE",
    "A picture has at most 40 million dots; make it smaller.",
);

/// Somebody handed it in.
pub const FILE_IN_USE: Problem = Problem::new(
    ProblemKind::Conflict,
    "FILE_IN_USE",
    "The file was handed in as somebody's work, so it cannot be deleted.",
);

/// No such upload, not theirs, or over.
pub const UPLOAD_NOT_FOUND: Problem = Problem::new(
    ProblemKind::NotFound,
    "NOT_FOUND",
    "There is no such upload, or its day is over, or the server was started anew; begin again.",
);
/// A piece does not begin where the last one ended.
pub const UPLOAD_OFFSET_MISMATCH: Problem = Problem::new(
    ProblemKind::Conflict,
    "UPLOAD_OFFSET_MISMATCH",
    "The next bytes of the upload begin elsewhere; ask with HEAD how far it came.",
);
/// Another request is about it.
pub const UPLOAD_IN_USE: Problem = Problem::new(
    ProblemKind::Conflict,
    "UPLOAD_IN_USE",
    "Another request goes on with this upload; one whose connection broke is given up within a minute.",
);
/// More came than was said.
pub const UPLOAD_OVERRUN: Problem = Problem::new(
    ProblemKind::TooLarge,
    "UPLOAD_OVERRUN",
    "These are more bytes than were declared when the upload began.",
);
/// Somebody began many and ended none.
pub const TOO_MANY_UPLOADS: Problem = Problem::new(
    ProblemKind::TooMany,
    "TOO_MANY_UPLOADS",
    "You have 20 uploads that are not whole; end one, or give one up with DELETE.",
);
/// Everybody together did.
pub const UPLOADS_FULL: Problem = Problem::new(
    ProblemKind::Busy,
    "UPLOADS_FULL",
    "Too many uploads are not whole yet; try again later, or send the file in one request.",
);

pub(super) const ALL: &[Problem] = &[
    EMPTY_FILE,
    FILE_TOO_LARGE,
    COURSE_QUOTA_EXCEEDED,
    PERSON_QUOTA_EXCEEDED,
    DISK_FULL,
    FILE_TYPE_MISMATCH,
    FILE_TYPE_NOT_ALLOWED,
    IMAGE_TOO_LARGE,
    FILE_IN_USE,
    UPLOAD_OFFSET_MISMATCH,
    UPLOAD_IN_USE,
    UPLOAD_OVERRUN,
    TOO_MANY_UPLOADS,
    UPLOADS_FULL,
];
