//! Deletes a section.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::sections::SectionId;
use crate::sections::events::SectionDeleted;
use crate::sections::problems::{SECTION_IN_USE, SECTION_NOT_FOUND};
use crate::sections::queries::section;
use crate::sections::tables::SECTIONS;
use crate::{catalog, enrollments};

/// Deletes a section that nobody is in, for the course's instructors and administrators.
#[derive(Debug, Clone)]
pub struct DeleteSection {
    /// The section.
    pub section: SectionId,
}

impl Command for DeleteSection {
    type Out = ();
    const NAME: &'static str = "sections.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_signed_in()?;
        let section = section(snapshot, self.section)?.or_refuse(SECTION_NOT_FOUND)?;
        catalog::require_instructor(snapshot, actor, section.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let found = section(tx, self.section)?.or_refuse(SECTION_NOT_FOUND)?;
        if enrollments::is_section_used(tx, self.section)? {
            return SECTION_IN_USE.refuse();
        }
        tx.remove(&SECTIONS, &self.section)?;
        tx.emit(&SectionDeleted {
            course: found.course,
            section: self.section,
        })
    }
}
