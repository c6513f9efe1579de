//! What a section is. Pure.

use serde::{Deserialize, Serialize};

use kernel::{Result, Timestamp};
use people::users::ExternalId;

use super::problems::SECTION_DATES_REVERSED;
use crate::catalog::CourseId;
use crate::change::Change;
use crate::terms::name_of;

/// A class of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The course that is taught to it. It never changes.
    pub course: CourseId,
    /// What it is called.
    pub name: String,
    /// What another program calls it.
    pub external_id: Option<ExternalId>,
    /// When it begins, where that is not when the course does.
    pub starts_at: Option<Timestamp>,
    /// When it ends, where that is not when the course does.
    pub ends_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A section that is to be made, its fields within their limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewSection {
    pub(super) name: String,
    pub(super) external_id: Option<ExternalId>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
}

impl NewSection {
    /// A section of this name, with the dates of its course.
    pub fn named(name: &str) -> Result<Self> {
        Ok(Self {
            name: name_of(name)?,
            external_id: None,
            starts_at: None,
            ends_at: None,
        })
    }

    /// With this name in another program.
    #[must_use]
    pub fn external_id(self, external_id: Option<ExternalId>) -> Self {
        Self {
            external_id,
            ..self
        }
    }

    /// From when, until when.
    pub fn dates(self, starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<Self> {
        require_order(starts_at, ends_at)?;
        Ok(Self {
            starts_at,
            ends_at,
            ..self
        })
    }
}

/// What is to change of a section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SectionChange {
    /// What it is called.
    pub name: Option<String>,
    /// What another program calls it.
    pub external_id: Change<Option<ExternalId>>,
    /// When it begins.
    pub starts_at: Change<Option<Timestamp>>,
    /// When it ends.
    pub ends_at: Change<Option<Timestamp>>,
}

impl SectionChange {
    /// The section as it will be.
    pub(super) fn apply(&self, section: Section) -> Result<Section> {
        let changed = Section {
            course: section.course,
            name: self.name.as_deref().map_or(Ok(section.name), name_of)?,
            external_id: self.external_id.clone().over(section.external_id),
            starts_at: self.starts_at.over(section.starts_at),
            ends_at: self.ends_at.over(section.ends_at),
            created_at: section.created_at,
        };
        require_order(changed.starts_at, changed.ends_at)?;
        Ok(changed)
    }
}

fn require_order(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<()> {
    if starts_at
        .zip(ends_at)
        .is_some_and(|(starts, ends)| ends < starts)
    {
        return Err(SECTION_DATES_REVERSED.on("endsAt"));
    }
    Ok(())
}
