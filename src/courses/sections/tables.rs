//! Where sections stand in the store.

use people::users::name_key;
use store::{Count, Index, Record, Table, Unique};

use super::SectionId;
use super::model::Section;
use crate::catalog::CourseId;

impl Record for Section {
    const VERSION: u8 = 1;
}

pub(super) static SECTIONS: Table<SectionId, Section> = Table::new(0x0280, "sections").derives(&[
    &SECTIONS_OF_COURSE,
    &SECTION_OF_EXTERNAL_ID,
    &SECTIONS_IN_COURSE,
]);

/// The sections of a course in the order of their names.
pub(super) static SECTIONS_OF_COURSE: Index<SectionId, Section, (CourseId, String)> =
    Index::new(0x0281, "sections_of_course", |_, section| {
        Some((section.course, name_key(&section.name)))
    });

/// The section that another program calls so.
pub(super) static SECTION_OF_EXTERNAL_ID: Unique<SectionId, Section, String> =
    Unique::new(0x0282, "section_of_external_id", |_, section| {
        section.external_id.clone().map(Into::into)
    });

/// How many a course has.
pub(super) static SECTIONS_IN_COURSE: Count<SectionId, Section, CourseId> =
    Count::new(0x0283, "sections_in_course", |_, section| {
        Some(section.course)
    });
