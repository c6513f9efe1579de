//! What a file is, and how much is taken. Pure.

use serde::{Deserialize, Serialize};

use app::UserId;
use kernel::Timestamp;

use super::blobs::Hash;
use crate::catalog::CourseId;

const MIB: u64 = 1024 * 1024;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The course it belongs to.
    pub course: CourseId,
    /// The name to show and to download as.
    pub name: String,
    /// By its name's ending.
    pub media_type: String,
    /// How many bytes.
    pub bytes: u64,
    /// The BLAKE3 hash of the bytes.
    pub hash: Hash,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether learners may read it.
    pub published: bool,
    /// The learner who keeps it for their own work; `None` for a file of the course.
    #[serde(default)]
    pub owner: Option<UserId>,
}

impl File {
    /// The course, when the file is one of its own.
    pub(super) fn of_course(&self) -> Option<CourseId> {
        self.owner.is_none().then_some(self.course)
    }
}

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "each limit says in which unit it is"
)]
pub struct Limits {
    /// The largest file of a course, in bytes.
    pub course_file_bytes: u64,
    /// The largest file of a learner, in bytes.
    pub own_file_bytes: u64,
    /// All files of one course together, in bytes.
    pub course_bytes: u64,
    /// All files of one learner together, in bytes.
    pub person_bytes: u64,
    /// What must stay free on the disk, in bytes.
    pub disk_floor_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            course_file_bytes: 512 * MIB,
            own_file_bytes: 100 * MIB,
            course_bytes: 20 * 1024 * MIB,
            person_bytes: 2 * 1024 * MIB,
            disk_floor_bytes: 1024 * MIB,
        }
    }
}

/// A size as people read it: whole MiB where it is that large.
pub(super) fn readable(bytes: u64) -> String {
    if bytes >= MIB {
        format!("{} MiB", bytes / MIB)
    } else {
        format!("{bytes} bytes")
    }
}
