//! Reading sections.

use app::{Actor, OrRefuse};
use kernel::{Page, PageRequest, Result, problems};
use people::users::ExternalId;
use store::Snapshot;

use super::SectionId;
use super::model::Section;
use super::problems::SECTION_NOT_FOUND;
use super::tables::{SECTION_OF_EXTERNAL_ID, SECTIONS, SECTIONS_IN_COURSE, SECTIONS_OF_COURSE};
use crate::catalog::{self, CourseId, Viewed};

/// The section with this id, whoever asks: for what the viewer may already see.
pub fn section(snapshot: &Snapshot, id: SectionId) -> Result<Option<Section>> {
    snapshot.get(&SECTIONS, &id)
}

/// The section that another program calls so, whoever asks.
pub fn with_external_id(snapshot: &Snapshot, id: &ExternalId) -> Result<Option<SectionId>> {
    snapshot.find(&SECTION_OF_EXTERNAL_ID, &id.as_str().to_owned())
}

/// A page of the sections of a course by name, for who is in the course; `FORBIDDEN` for those
/// who only look at a course that is open to them.
pub fn sections_of(
    snapshot: &Snapshot,
    viewed: &Viewed,
    request: &PageRequest,
) -> Result<Page<(SectionId, Section)>> {
    if !viewed.is_member() {
        return problems::FORBIDDEN.refuse();
    }
    let total = count_of(snapshot, viewed.id)?;
    let page = snapshot.entries_page(&SECTIONS_OF_COURSE, &viewed.id, request, total)?;
    page.read(|(_, id)| Ok(section(snapshot, id)?.map(|section| (id, section))))
}

/// How many sections a course has.
pub(super) fn count_of(snapshot: &Snapshot, course: CourseId) -> Result<u64> {
    snapshot.count(&SECTIONS_IN_COURSE, &course)
}

/// The section, for who answers for its course to change it. A section of a course that they may
/// not see is refused as one that is not there.
pub(super) fn require_manageable(
    snapshot: &Snapshot,
    actor: &Actor,
    id: SectionId,
) -> Result<Section> {
    actor.require_signed_in()?;
    let section = section(snapshot, id)?.or_refuse(SECTION_NOT_FOUND)?;
    catalog::view(snapshot, actor, section.course)?.or_refuse(SECTION_NOT_FOUND)?;
    catalog::require_instructor(snapshot, actor, section.course)?;
    Ok(section)
}

/// A section of the course; `NOT_FOUND` on `sectionId` when there is none.
pub(crate) fn require_section(
    snapshot: &Snapshot,
    course: CourseId,
    id: SectionId,
) -> Result<Section> {
    let found = section(snapshot, id)?.filter(|section| section.course == course);
    found
        .or_refuse(SECTION_NOT_FOUND)
        .map_err(|error| error.on("sectionId"))
}
