//! What a term is. Pure.

use serde::{Deserialize, Serialize};

use kernel::{Result, Timestamp};
use people::users::ExternalId;

use super::TermId;
use super::problems::TERM_DATES_REVERSED;
use crate::catalog::title_of;
use crate::change::Change;

/// A stretch of time in which a school teaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// What it is called.
    pub name: String,
    /// What another program calls it.
    pub external_id: Option<ExternalId>,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// The term that it is a part of: of a half, the year.
    pub parent: Option<TermId>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A term that is to be made, its fields within their limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewTerm {
    pub(super) name: String,
    pub(super) external_id: Option<ExternalId>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
    pub(super) parent: Option<TermId>,
}

impl NewTerm {
    /// A term of this name, without dates.
    pub fn named(name: &str) -> Result<Self> {
        Ok(Self {
            name: name_of(name)?,
            external_id: None,
            starts_at: None,
            ends_at: None,
            parent: None,
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

    /// As a part of this term.
    #[must_use]
    pub fn parent(self, parent: Option<TermId>) -> Self {
        Self { parent, ..self }
    }
}

/// What is to change of a term.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermChange {
    /// What it is called.
    pub name: Option<String>,
    /// What another program calls it.
    pub external_id: Change<Option<ExternalId>>,
    /// When it begins.
    pub starts_at: Change<Option<Timestamp>>,
    /// When it ends.
    pub ends_at: Change<Option<Timestamp>>,
    /// The term that it is a part of.
    pub parent: Change<Option<TermId>>,
}

impl TermChange {
    /// The term as it will be.
    pub(super) fn apply(&self, term: Term) -> Result<Term> {
        let changed = Term {
            name: self.name.as_deref().map_or(Ok(term.name), name_of)?,
            external_id: self.external_id.clone().over(term.external_id),
            starts_at: self.starts_at.over(term.starts_at),
            ends_at: self.ends_at.over(term.ends_at),
            parent: self.parent.over(term.parent),
            created_at: term.created_at,
        };
        require_order(changed.starts_at, changed.ends_at)?;
        Ok(changed)
    }
}

/// The name of a term or a section, within the limits of a title.
pub(crate) fn name_of(name: &str) -> Result<String> {
    title_of(name).map_err(|error| error.on("name"))
}

fn require_order(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<()> {
    if starts_at
        .zip(ends_at)
        .is_some_and(|(starts, ends)| ends < starts)
    {
        return Err(TERM_DATES_REVERSED.on("endsAt"));
    }
    Ok(())
}
