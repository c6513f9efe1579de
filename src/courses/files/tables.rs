//! Where the records of files stand in the store.

use app::UserId;
use store::{Count, Index, Record, Table};

use super::{File, FileId};
use crate::catalog::CourseId;

impl Record for File {
    const VERSION: u8 = 1;
}

pub(super) static FILES: Table<FileId, File> = Table::new(0x0240, "files").derives(&[
    &FILES_OF_COURSE,
    &FILES_OF_COURSE_COUNT,
    &SIZES_OF_COURSE,
    &SIZES_OF_PERSON,
]);

/// The files of a course that its staff gave it, the oldest first.
pub(super) static FILES_OF_COURSE: Index<FileId, File, CourseId> =
    Index::new(0x02a0, "files_of_course", |_, file| file.of_course());

/// How many these are.
pub(super) static FILES_OF_COURSE_COUNT: Count<FileId, File, CourseId> =
    Count::new(0x02a1, "files_of_course_count", |_, file| file.of_course());

/// How many bytes each of them has.
pub(super) static SIZES_OF_COURSE: Index<FileId, File, (CourseId, u64)> =
    Index::new(0x02a2, "file_sizes_of_course", |_, file| {
        file.of_course().map(|course| (course, file.bytes))
    });

/// How many bytes each file has that a learner keeps, in all courses.
pub(super) static SIZES_OF_PERSON: Index<FileId, File, (UserId, u64)> =
    Index::new(0x02a3, "file_sizes_of_person", |_, file| {
        file.owner.map(|owner| (owner, file.bytes))
    });
