//! Deletes a section.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::{Range, Snapshot};

use crate::catalog::CourseId;
use crate::enrollments;
use crate::sections::SectionId;
use crate::sections::events::SectionDeleted;
use crate::sections::problems::{SECTION_IN_USE, SECTION_NOT_FOUND};
use crate::sections::queries::{require_manageable, section};
use crate::sections::tables::{SECTIONS, SECTIONS_OF_COURSE};

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
        require_manageable(snapshot, actor, self.section).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let found = section(tx, self.section)?.or_refuse(SECTION_NOT_FOUND)?;
        if enrollments::is_section_used(tx, self.section)? {
            return SECTION_IN_USE.refuse();
        }
        delete(tx, found.course, self.section)
    }
}

fn delete(tx: &mut Tx<'_>, course: CourseId, section: SectionId) -> Result<()> {
    tx.remove(&SECTIONS, &section)?;
    tx.emit(&SectionDeleted { course, section })
}

/// Deletes the sections of a course that is deleted, which nobody is in any more.
pub(crate) fn delete_all(tx: &mut Tx<'_>, course: CourseId) -> Result<()> {
    let sections: Vec<SectionId> = tx
        .entries(&SECTIONS_OF_COURSE, &course, Range::ALL)?
        .map(|entry| entry.map(|(_, section)| section))
        .collect::<Result<_>>()?;
    for section in sections {
        delete(tx, course, section)?;
    }
    Ok(())
}
