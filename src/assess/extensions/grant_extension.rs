//! Gives somebody other dates or more attempts.

use app::{Actor, Command, Tx};
use courses::catalog::CourseId;
use courses::enrollments::{CourseRole, enrollment};
use kernel::Result;
use store::Snapshot;

use super::events::ExtensionGranted;
use super::model::{Extension, Holder};
use super::problems::{EXTENSION_GRANTED, NOT_A_LEARNER};
use super::queries::extension;
use super::tables::EXTENSIONS;
use crate::assignments::{self, AssignmentId};

/// Gives a learner other dates of an assignment, or more attempts.
#[derive(Debug, Clone)]
pub struct GrantExtension {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Who.
    pub holder: Holder,
    /// What they are given.
    pub extension: Extension,
}

impl Command for GrantExtension {
    type Out = ();
    const NAME: &'static str = "extensions.grant";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        assignments::require_changing_grader(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let assignment = assignments::existing(tx, self.assignment)?;
        let (course, holder) = (assignment.course, self.holder);
        require_learner(tx, course, holder)?;
        self.extension.require_sense(assignment.terms())?;
        if extension(tx, course, (holder, self.assignment))?.is_some() {
            return EXTENSION_GRANTED.refuse();
        }
        let place = (course, holder, self.assignment);
        tx.put(&EXTENSIONS, &place, &self.extension)?;
        tx.emit(&ExtensionGranted {
            course,
            assignment: self.assignment,
            holder,
        })
    }
}

/// Refuses who does not learn in the course, whatever the state of their enrolment.
fn require_learner(snapshot: &Snapshot, course: CourseId, holder: Holder) -> Result<()> {
    let Holder::User(user) = holder;
    let learns = enrollment(snapshot, course, user)?
        .is_some_and(|enrollment| enrollment.role == CourseRole::Student);
    if learns {
        Ok(())
    } else {
        Err(NOT_A_LEARNER.on("userId"))
    }
}
