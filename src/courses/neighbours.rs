//! The areas that build on courses, as far as a course as a whole reaches into them.
//!
//! Assignments and topics belong to areas that this one may not import. Where a course is taken
//! over, copied, looked through or removed with all that is in it, their functions come with the command.

use app::Tx;
use kernel::Result;
use store::Snapshot;

use crate::cartridges::{ImportedAssignment, ImportedTopic};
use crate::catalog::CourseId;
use crate::copies::Copying;
use crate::files::{File, FileId};
use crate::modules::{AssignmentId, Shown, TopicId};

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
    /// Whether somebody handed a file in.
    pub has_handed_in: fn(&Snapshot, FileId, &File) -> Result<bool>,
    /// What items show of an assignment; `None` for one that is not of the course.
    pub assignment_in: fn(&Snapshot, CourseId, AssignmentId) -> Result<Option<Shown>>,
    /// What items show of a topic; `None` for one that is not of the course.
    pub topic_in: fn(&Snapshot, CourseId, TopicId) -> Result<Option<Shown>>,
    /// Shows an assignment, and the items that lead to it, to learners.
    pub publish_assignment: fn(&mut Tx<'_>, AssignmentId) -> Result<()>,
    /// Shows a topic, and the items that lead to it, to learners.
    pub publish_topic: fn(&mut Tx<'_>, TopicId) -> Result<()>,
    /// All assignments of a course.
    pub assignments_of: fn(&Snapshot, CourseId) -> Result<Vec<AssignmentId>>,
    /// All topics of a course.
    pub topics_of: fn(&Snapshot, CourseId) -> Result<Vec<TopicId>>,
    /// Puts the copy of an assignment.
    pub copy_assignment: fn(&mut Tx<'_>, (AssignmentId, AssignmentId), &Copying) -> Result<()>,
    /// Puts the copy of a topic.
    pub copy_topic: fn(&mut Tx<'_>, (TopicId, TopicId), &Copying) -> Result<()>,
}

impl Neighbours {
    /// Of a school without these areas, in which nobody hands in or says anything.
    pub const NONE: Self = Self {
        left_out: |_| Vec::new(),
        assignment: |_, _, _| Ok(()),
        topic: |_, _, _| Ok(()),
        has_work: |_, _| Ok(false),
        has_posts: |_, _| Ok(false),
        has_handed_in: |_, _, _| Ok(false),
        assignment_in: |_, _, _| Ok(None),
        topic_in: |_, _, _| Ok(None),
        publish_assignment: |_, _| Ok(()),
        publish_topic: |_, _| Ok(()),
        assignments_of: |_, _| Ok(Vec::new()),
        topics_of: |_, _| Ok(Vec::new()),
        copy_assignment: |_, _, _| Ok(()),
        copy_topic: |_, _, _| Ok(()),
    };
}
