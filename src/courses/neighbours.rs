//! The areas that build on courses, as far as a course as a whole reaches into them.
//!
//! Assignments and topics belong to areas that this one may not import. Where a course is taken
//! over, looked through or removed with all that is in it, their functions come with the command.

use app::Tx;
use kernel::Result;
use store::Snapshot;

use crate::cartridges::{ImportedAssignment, ImportedTopic};
use crate::catalog::CourseId;

/// What the areas that build on courses do for a course as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Neighbours {
    /// Names the settings of an assignment of a package that do not fit and will be left out.
    pub left_out: fn(&ImportedAssignment) -> Vec<&'static str>,
    /// Puts an assignment of a package.
    pub assignment: fn(&mut Tx<'_>, CourseId, &ImportedAssignment) -> Result<()>,
    /// Puts a topic of a package.
    pub topic: fn(&mut Tx<'_>, CourseId, &ImportedTopic) -> Result<()>,
    /// Whether anybody handed anything in in a course.
    pub has_work: fn(&Snapshot, CourseId) -> Result<bool>,
    /// Whether anybody said anything in a course.
    pub has_posts: fn(&Snapshot, CourseId) -> Result<bool>,
}

impl Neighbours {
    /// Of a school without these areas, in which nobody hands in or says anything.
    pub const NONE: Self = Self {
        left_out: |_| Vec::new(),
        assignment: |_, _, _| Ok(()),
        topic: |_, _, _| Ok(()),
        has_work: |_, _| Ok(false),
        has_posts: |_, _| Ok(false),
    };
}
