//! Files of a course: a record of each, and the bytes on disk under their hash.
//!
//! Two files with the same bytes share them. Bytes are durable before the record that names them
//! is committed, and are never changed. A file belongs to the course, or to a learner who keeps it
//! there for work of their own.

mod add_file;
mod blobs;
mod delete_file;
mod events;
mod kinds;
mod model;
mod names;
mod pictures;
mod problems;
mod publish_file;
mod queries;
mod rename_file;
mod room;
mod search;
mod tables;
mod text;
mod unpublish_file;
mod upload;
mod uploads;

use app::{EventType, Feature, Pairing, Removal};

pub use self::add_file::AddFile;
pub(crate) use self::add_file::put_file;
pub use self::blobs::{Blob, Blobs, Comparison, Hash};
pub use self::delete_file::DeleteFile;
pub use self::events::{FileAdded, FileDeleted, FilePublished, FileRenamed, FileUnpublished};
pub use self::kinds::may_be_shown;
pub(crate) use self::kinds::media_type_of;
pub use self::model::{File, Limits};
pub use self::problems::*;
pub use self::publish_file::PublishFile;
pub(crate) use self::publish_file::publish;
pub(crate) use self::queries::{all_of, course_file, file};
pub use self::queries::{files_of, verify, viewed};
pub use self::rename_file::RenameFile;
pub use self::text::{TEXT_FILE_BYTES_MAX, text};
pub use self::unpublish_file::UnpublishFile;
pub use self::upload::{Announced, Upload};
pub use self::uploads::{Lent, Next, Standing, UploadId, UploadKind, Uploads};

kernel::id_kind!(pub FileKind, FileId, "file");

static ADDED: Pairing<FileAdded, FileId, File> =
    Pairing::new(&tables::FILES, |event: &FileAdded| event.file).until(&DELETED);
static DELETED: Removal<FileDeleted, FileId> = Removal::new(|event| event.file);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::FILES],
    events: &[
        EventType::of::<FileAdded>(),
        EventType::of::<FileRenamed>(),
        EventType::of::<FilePublished>(),
        EventType::of::<FileUnpublished>(),
        EventType::of::<FileDeleted>(),
    ],
    problems: ALL,
    witnesses: &[&ADDED],
    searchables: &[&search::SEARCHED],
    ..Feature::named("files")
};

#[cfg(test)]
pub(crate) mod tests;
