//! Adds a section to a course.

use app::{Actor, Command, Tx, once_for};
use kernel::Result;
use people::users::EXTERNAL_ID_TAKEN;
use store::Snapshot;

use crate::catalog::{self, CourseId};
use crate::sections::SectionId;
use crate::sections::events::SectionCreated;
use crate::sections::model::{NewSection, Section};
use crate::sections::problems::TOO_MANY_SECTIONS;
use crate::sections::queries::{count_of, with_external_id};
use crate::sections::tables::SECTIONS;

/// How many sections a course may have.
const SECTIONS_MAX: u64 = 1_000;

/// Adds a section, for the course's instructors and administrators.
#[derive(Debug, Clone)]
pub struct CreateSection {
    /// The course.
    pub course: CourseId,
    /// The section.
    pub section: NewSection,
    /// The same for each try of one creation: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for CreateSection {
    type Out = SectionId;
    const NAME: &'static str = "sections.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_instructor(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<SectionId> {
        let (key, input) = (
            self.idempotency_key.as_deref(),
            (self.course, &self.section),
        );
        once_for::<Self>(tx, key, &input, |tx| self.create(tx))
    }
}

impl CreateSection {
    fn create(&self, tx: &mut Tx<'_>) -> Result<SectionId> {
        let new = &self.section;
        if count_of(tx, self.course)? >= SECTIONS_MAX {
            return TOO_MANY_SECTIONS.refuse();
        }
        if let Some(external_id) = &new.external_id
            && with_external_id(tx, external_id)?.is_some()
        {
            return Err(EXTERNAL_ID_TAKEN.on("externalId"));
        }
        let id = tx.new_id();
        let section = Section {
            course: self.course,
            name: new.name.clone(),
            external_id: new.external_id.clone(),
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            created_at: tx.now(),
        };
        tx.put(&SECTIONS, &id, &section)?;
        tx.emit(&SectionCreated {
            course: self.course,
            section: id,
        })?;
        Ok(id)
    }
}
