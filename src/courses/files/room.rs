//! Who may add files to a course, and how much room they have.

use app::{Actor, UserId};
use kernel::{Error, Result};
use store::{Range, Snapshot};

use super::model::{Limits, readable};
use super::problems::{COURSE_QUOTA_EXCEEDED, FILE_TOO_LARGE, PERSON_QUOTA_EXCEEDED};
use super::tables::{SIZES_OF_COURSE, SIZES_OF_PERSON};
use crate::catalog::{self, CourseId};
use crate::enrollments::{self, CourseRole};

/// The most files of one course.
const COURSE_FILES_MAX: usize = 10_000;
/// The most files that one learner keeps.
const PERSON_FILES_MAX: usize = 2_000;

/// For whom a file is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeper {
    /// For the course, by its staff.
    Course,
    /// By a learner, for their own work.
    Learner(UserId),
}

impl Keeper {
    /// For whom the actor may add files to the course: staff for the course, active students for
    /// themselves. Others are refused.
    pub(super) fn of(snapshot: &Snapshot, actor: &Actor, course: CourseId) -> Result<Self> {
        let viewed = catalog::require_visible(snapshot, actor, course)?;
        if viewed.staff {
            viewed.require_changeable()?;
            return Ok(Self::Course);
        }
        enrollments::require_participant(snapshot, actor, course, &[CourseRole::Student])?;
        actor.require_user().map(Self::Learner)
    }

    pub(super) fn owner(self) -> Option<UserId> {
        match self {
            Self::Course => None,
            Self::Learner(user) => Some(user),
        }
    }
}

/// How large the next file may be, and what is said of a larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// One file is at most so large.
    File { bytes: u64 },
    /// So much of the course's room is left.
    Course { bytes: u64, of: u64 },
    /// So much of the learner's room is left.
    Person { bytes: u64, of: u64 },
}

impl Room {
    /// The room for one more file.
    pub(super) fn left(
        snapshot: &Snapshot,
        (keeper, course): (Keeper, CourseId),
        limits: &Limits,
    ) -> Result<Self> {
        let (used, of, most, files_max) = match keeper {
            Keeper::Course => {
                let sizes = snapshot.entries(&SIZES_OF_COURSE, &course, Range::ALL)?;
                let sizes = sizes.map(|entry| entry.map(|((_, bytes), _)| bytes));
                let most = limits.course_file_bytes;
                (sum(sizes)?, limits.course_bytes, most, COURSE_FILES_MAX)
            }
            Keeper::Learner(user) => {
                let sizes = snapshot.entries(&SIZES_OF_PERSON, &user, Range::ALL)?;
                let sizes = sizes.map(|entry| entry.map(|((_, bytes), _)| bytes));
                let most = limits.own_file_bytes;
                (sum(sizes)?, limits.person_bytes, most, PERSON_FILES_MAX)
            }
        };
        let (files, used) = used;
        let bytes = if files < files_max {
            of.saturating_sub(used)
        } else {
            0
        };
        Ok(match keeper {
            _ if bytes >= most => Self::File { bytes: most },
            Keeper::Course => Self::Course { bytes, of },
            Keeper::Learner(_) => Self::Person { bytes, of },
        })
    }

    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::File { bytes } | Self::Course { bytes, .. } | Self::Person { bytes, .. } => bytes,
        }
    }

    /// Why a file that is larger is refused.
    pub(super) fn refusal(self) -> Error {
        match self {
            Self::File { bytes } => FILE_TOO_LARGE.because(format!(
                "A file may have at most {} here.",
                readable(bytes)
            )),
            Self::Course { bytes, of } => COURSE_QUOTA_EXCEEDED.because(format!(
                "The files of a course may have {} in all, and {} are left; delete some first.",
                readable(of),
                readable(bytes)
            )),
            Self::Person { bytes, of } => PERSON_QUOTA_EXCEEDED.because(format!(
                "Your own files may have {} in all, and {} are left; ask your teacher to delete some.",
                readable(of),
                readable(bytes)
            )),
        }
    }
}

/// How many sizes there are, and their sum.
fn sum(sizes: impl Iterator<Item = Result<u64>>) -> Result<(usize, u64)> {
    sizes
        .into_iter()
        .try_fold((0, 0_u64), |(files, sum), size| {
            Ok((files + 1, sum.saturating_add(size?)))
        })
}
