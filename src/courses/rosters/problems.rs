//! Why a roster, or a row of it, is not taken, and what is taken otherwise than it says.

use kernel::{Problem, ProblemKind};

/// Nothing that could be imported.
pub const ROSTER_EMPTY: Problem = Problem::new(
    ProblemKind::Invalid,
    "ROSTER_EMPTY",
    "There is no users.csv, classes.csv, academicSessions.csv or enrollments.csv here; give the folder or the zip file of a OneRoster export.",
);
/// Much of what earlier rosters brought is not in this one.
pub const TOO_MANY_MISSING: Problem = Problem::new(
    ProblemKind::Invalid,
    "TOO_MANY_MISSING",
    "The roster lacks much of what earlier ones brought; look whether it is whole.",
);
/// Not a zip archive.
pub const NOT_A_ZIP: Problem = Problem::new(
    ProblemKind::Invalid,
    "NOT_A_ZIP",
    "The file is not a readable zip archive; give the zip file of a OneRoster export, or the folder that it was unpacked to.",
);
/// The archive breaks a limit.
pub const ARCHIVE_LIMIT: Problem = Problem::new(
    ProblemKind::Invalid,
    "ARCHIVE_LIMIT",
    "The archive breaks a limit; unpack it and give the folder.",
);
/// An entry of the archive cannot be unpacked.
pub const ENTRY_DAMAGED: Problem = Problem::new(
    ProblemKind::Invalid,
    "ENTRY_DAMAGED",
    "A file of the archive cannot be unpacked; export the roster again.",
);
/// Two files of one name.
pub const FILE_TWICE: Problem = Problem::new(
    ProblemKind::Invalid,
    "FILE_TWICE",
    "A file of the roster is there twice; leave one of them.",
);
/// No text in an encoding that can be told.
pub const ENCODING: Problem = Problem::new(
    ProblemKind::Invalid,
    "ENCODING",
    "The file is not text in UTF-8, UTF-16 with its mark, or Latin-1; save it as CSV in UTF-8.",
);
/// The file breaks a limit.
pub const LIMIT: Problem = Problem::new(
    ProblemKind::TooLarge,
    "LIMIT",
    "A file has at most 256 MiB, 1,000,000 rows, 256 columns and 64 KiB in a cell.",
);
/// A quote is never closed.
pub const QUOTE_OPEN: Problem = Problem::new(
    ProblemKind::Invalid,
    "QUOTE_OPEN",
    "A quote is never closed; close it, or double it to stand for itself.",
);
/// A column that nothing can be done without.
pub const COLUMN_MISSING: Problem = Problem::new(
    ProblemKind::Invalid,
    "COLUMN_MISSING",
    "A column that has to be there is missing; look at the first row of the file.",
);
/// A row has more cells than the header.
pub const ROW_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "ROW_TOO_LONG",
    "The row has more cells than the header; put quotes around a cell that holds a separator.",
);
/// A cell that has to be filled is empty.
pub const VALUE_MISSING: Problem = Problem::new(
    ProblemKind::Invalid,
    "VALUE_MISSING",
    "This cell must not be empty.",
);
/// A cell holds what it cannot.
pub const VALUE_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "VALUE_INVALID",
    "This cell holds something that it cannot.",
);
/// A date with its day and month in an order that cannot be told.
pub const DATE_AMBIGUOUS: Problem = Problem::new(
    ProblemKind::Invalid,
    "DATE_AMBIGUOUS",
    "Nothing in this column tells which number is the day and which the month; write dates as 2026-09-01.",
);
/// A word that is no role.
pub const ROLE_UNKNOWN: Problem = Problem::new(
    ProblemKind::Invalid,
    "ROLE_UNKNOWN",
    "This is no role of OneRoster; write teacher, student or another of its words.",
);
/// A role that has no place in a course here.
pub const ROLE_NOT_TAKEN: Problem = Problem::new(
    ProblemKind::Invalid,
    "ROLE_NOT_TAKEN",
    "Parents and other relatives are not put into classes, where they would see everybody's names and posts.",
);
/// Two rows of one id.
pub const DUPLICATE_ID: Problem = Problem::new(
    ProblemKind::Conflict,
    "DUPLICATE_ID",
    "An earlier row has this id already and says something else.",
);
/// An id that stands for nothing.
pub const REFERENCE_UNKNOWN: Problem = Problem::new(
    ProblemKind::NotFound,
    "REFERENCE_UNKNOWN",
    "Nothing with this id is in the roster or was imported before.",
);
/// A session that is a part of itself.
pub const PARENT_CIRCULAR: Problem = Problem::new(
    ProblemKind::Invalid,
    "PARENT_CIRCULAR",
    "The sessions above this one lead back to it, or are more than 16.",
);

/// The file is read in an encoding that it does not name.
pub const ENCODING_GUESSED: Problem = Problem::new(
    ProblemKind::Invalid,
    "ENCODING_GUESSED",
    "The file is not in UTF-8 and was read as Windows-1252 (Latin-1); look at names with accents.",
);
/// A header is taken for a known one.
pub const HEADER_GUESSED: Problem = Problem::new(
    ProblemKind::Invalid,
    "HEADER_GUESSED",
    "The header was taken for the known one that it can only mean.",
);
/// A column that is not known.
pub const HEADER_UNKNOWN: Problem = Problem::new(
    ProblemKind::Invalid,
    "HEADER_UNKNOWN",
    "The column is not one of OneRoster's and was not read.",
);
/// A file that is not known.
pub const FILE_UNKNOWN: Problem = Problem::new(
    ProblemKind::Invalid,
    "FILE_UNKNOWN",
    "The file is not one of OneRoster's and was not read.",
);
/// A version of the standard that is not known.
pub const VERSION_UNKNOWN: Problem = Problem::new(
    ProblemKind::Invalid,
    "VERSION_UNKNOWN",
    "The manifest names a version of OneRoster other than 1.1 and 1.2; it was read as far as it is like them.",
);
/// A role that would give more here than a roster may.
pub const ROLE_LOWERED: Problem = Problem::new(
    ProblemKind::Invalid,
    "ROLE_LOWERED",
    "A roster makes nobody an administrator; the person becomes staff. Give them the role here if they are to have it.",
);
/// A role here that a roster does not change.
pub const ROLE_KEPT: Problem = Problem::new(
    ProblemKind::Conflict,
    "ROLE_KEPT",
    "The person is an administrator here, and a roster does not change that.",
);
/// The address of somebody else.
pub const EMAIL_LEFT_OUT: Problem = Problem::new(
    ProblemKind::Conflict,
    "EMAIL_LEFT_OUT",
    "Somebody else has this e-mail address; the person was taken without it.",
);
/// A password that is not taken.
pub const PASSWORD_LEFT_OUT: Problem = Problem::new(
    ProblemKind::Invalid,
    "PASSWORD_LEFT_OUT",
    "The password is too weak or too long; the person gets a one-time code instead.",
);
/// A part of the row that is not right was left out.
pub const VALUE_LEFT_OUT: Problem = Problem::new(
    ProblemKind::Invalid,
    "VALUE_LEFT_OUT",
    "The cell could not be used; the row was taken without it.",
);
/// Somebody is in a class twice.
pub const ENROLLED_TWICE: Problem = Problem::new(
    ProblemKind::Invalid,
    "ENROLLED_TWICE",
    "The person is in this class by another row as well; the role that may do most counts.",
);
/// Somebody was put into the class here, in another role.
pub const ENROLLED_OTHERWISE: Problem = Problem::new(
    ProblemKind::Conflict,
    "ENROLLED_OTHERWISE",
    "The person was put into this course here, in another role, and stays so.",
);

pub(super) const ALL: &[Problem] = &[
    ROSTER_EMPTY,
    TOO_MANY_MISSING,
    NOT_A_ZIP,
    ARCHIVE_LIMIT,
    ENTRY_DAMAGED,
    FILE_TWICE,
    ENCODING,
    LIMIT,
    QUOTE_OPEN,
    COLUMN_MISSING,
    ROW_TOO_LONG,
    VALUE_MISSING,
    VALUE_INVALID,
    DATE_AMBIGUOUS,
    ROLE_UNKNOWN,
    ROLE_NOT_TAKEN,
    DUPLICATE_ID,
    REFERENCE_UNKNOWN,
    PARENT_CIRCULAR,
    ENCODING_GUESSED,
    HEADER_GUESSED,
    HEADER_UNKNOWN,
    FILE_UNKNOWN,
    VERSION_UNKNOWN,
    ROLE_LOWERED,
    ROLE_KEPT,
    EMAIL_LEFT_OUT,
    PASSWORD_LEFT_OUT,
    VALUE_LEFT_OUT,
    ENROLLED_TWICE,
    ENROLLED_OTHERWISE,
];
