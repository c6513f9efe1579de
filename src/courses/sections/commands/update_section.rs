//! Changes a section.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use people::users::EXTERNAL_ID_TAKEN;
use store::Snapshot;

use crate::sections::SectionId;
use crate::sections::events::SectionUpdated;
use crate::sections::model::SectionChange;
use crate::sections::problems::SECTION_NOT_FOUND;
use crate::sections::queries::{require_manageable, section, with_external_id};
use crate::sections::tables::SECTIONS;

/// Changes what is given of a section, for the course's instructors and administrators.
#[derive(Debug, Clone)]
pub struct UpdateSection {
    /// The section.
    pub section: SectionId,
    /// What changes.
    pub change: SectionChange,
}

impl Command for UpdateSection {
    type Out = ();
    const NAME: &'static str = "sections.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_manageable(snapshot, actor, self.section).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = section(tx, self.section)?.or_refuse(SECTION_NOT_FOUND)?;
        let after = self.change.apply(before.clone())?;
        if after == before {
            return Ok(());
        }
        if let Some(external_id) = &after.external_id
            && with_external_id(tx, external_id)?.is_some_and(|other| other != self.section)
        {
            return Err(EXTERNAL_ID_TAKEN.on("externalId"));
        }
        tx.put(&SECTIONS, &self.section, &after)?;
        tx.emit(&SectionUpdated {
            course: after.course,
            section: self.section,
        })
    }
}
