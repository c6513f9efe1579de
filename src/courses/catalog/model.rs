//! What a course is. Pure.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use kernel::{Result, Timestamp};
use people::users::ExternalId;

use super::problems::{
    CODE_INVALID, DATES_REVERSED, DESCRIPTION_TOO_LONG, JOIN_CODE_INVALID, LANGUAGE_INVALID,
    SEATS_INVALID, TITLE_INVALID,
};
use crate::change::Change;
use crate::terms::TermId;

const CODE_CHARS_MAX: usize = 40;
/// The longest title of a course, a module, an item or what is behind it.
const TITLE_CHARS_MAX: usize = 300;
const DESCRIPTION_BYTES_MAX: usize = 64 * 1024;
const SEATS_MAX: u32 = 100_000;
const JOIN_CODE_CHARS: RangeInclusive<usize> = 8..=64;

/// Where a course is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CourseState {
    /// Being made: only its staff sees it.
    Draft,
    /// Being taught.
    Published,
    /// Over: can be read, not changed.
    Archived,
}

/// Who sees a published course besides those who are in it. Drafts and archived courses are seen
/// by nobody else, whatever this says.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Visibility {
    /// Nobody.
    #[default]
    Enrolled,
    /// Everybody who is signed in.
    School,
    /// Everybody.
    Public,
}

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Short and unique, without regard to case: `CS-101`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// What it is about, in Markdown.
    pub description: String,
    /// A BCP 47 language tag.
    pub language: String,
    /// Where it is on its way.
    pub state: CourseState,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who sees it besides those who are in it.
    #[serde(default)]
    pub visibility: Visibility,
    /// The term that it is taught in.
    #[serde(default)]
    pub term: Option<TermId>,
    /// What another program calls it.
    #[serde(default)]
    pub external_id: Option<ExternalId>,
    /// Whether who sees it may enrol themselves, as students.
    #[serde(default)]
    pub self_enrollment: bool,
    /// How many students there may be for others to enrol themselves; any number without it.
    #[serde(default)]
    pub seats: Option<u32>,
    /// A deleted draft does not exist for anybody; what was in it stays, out of reach.
    #[serde(default)]
    pub deleted: bool,
    /// Who has this may enrol themselves too, whether they see the course or not.
    #[serde(default)]
    pub join_code: Option<String>,
}

impl Course {
    /// Whether it is shown to everybody who is signed in, or to everybody who is not.
    pub fn is_open_to(&self, signed_in: bool) -> bool {
        !self.deleted
            && self.state == CourseState::Published
            && match self.visibility {
                Visibility::Enrolled => false,
                Visibility::School => signed_in,
                Visibility::Public => true,
            }
    }
}

/// A course that is to be made, its fields within their limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCourse {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) language: String,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) visibility: Visibility,
    pub(crate) term: Option<TermId>,
    pub(crate) external_id: Option<ExternalId>,
}

impl NewCourse {
    /// A course of this code and title, in English, without dates.
    pub fn titled(code: &str, title: &str) -> Result<Self> {
        Ok(Self {
            code: code_of(code)?,
            title: title_of(title)?,
            description: String::new(),
            language: "en".to_owned(),
            starts_at: None,
            ends_at: None,
            visibility: Visibility::Enrolled,
            term: None,
            external_id: None,
        })
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// With this description, in Markdown.
    pub fn description(self, description: &str) -> Result<Self> {
        Ok(Self {
            description: description_of(description)?,
            ..self
        })
    }

    /// In this language, a BCP 47 tag.
    pub fn language(self, language: &str) -> Result<Self> {
        Ok(Self {
            language: language_of(language)?,
            ..self
        })
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

    /// Shown to these besides those who are in it, once it is published.
    #[must_use]
    pub fn visibility(self, visibility: Visibility) -> Self {
        Self { visibility, ..self }
    }

    /// Taught in this term.
    #[must_use]
    pub fn term(self, term: Option<TermId>) -> Self {
        Self { term, ..self }
    }

    /// With this name in another program.
    #[must_use]
    pub fn external_id(self, external_id: Option<ExternalId>) -> Self {
        Self {
            external_id,
            ..self
        }
    }
}

/// What is to change of a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseChange {
    /// Its code.
    pub code: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// What it is about, in Markdown.
    pub description: Option<String>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    /// When it begins.
    pub starts_at: Change<Option<Timestamp>>,
    /// When it ends.
    pub ends_at: Change<Option<Timestamp>>,
    /// Who sees it besides those who are in it.
    pub visibility: Option<Visibility>,
    /// The term that it is taught in.
    pub term: Change<Option<TermId>>,
    /// What another program calls it.
    pub external_id: Change<Option<ExternalId>>,
    /// Whether who sees it may enrol themselves.
    pub self_enrollment: Option<bool>,
    /// How many students there may be for others to enrol themselves.
    pub seats: Change<Option<u32>>,
    /// What lets one enrol oneself.
    pub join_code: Change<Option<String>>,
}

impl CourseChange {
    /// The course as it will be.
    pub(super) fn apply(&self, course: Course) -> Result<Course> {
        let text = |new: &Option<String>, old, parse: fn(&str) -> Result<String>| {
            new.as_deref().map_or(Ok(old), parse)
        };
        let changed = Course {
            code: text(&self.code, course.code, code_of)?,
            title: text(&self.title, course.title, title_of)?,
            description: text(&self.description, course.description, description_of)?,
            language: text(&self.language, course.language, language_of)?,
            starts_at: self.starts_at.over(course.starts_at),
            ends_at: self.ends_at.over(course.ends_at),
            visibility: self.visibility.unwrap_or(course.visibility),
            term: self.term.over(course.term),
            external_id: self.external_id.clone().over(course.external_id),
            self_enrollment: self.self_enrollment.unwrap_or(course.self_enrollment),
            seats: self.seats.over(course.seats),
            join_code: match &self.join_code {
                Change::Keep => course.join_code,
                Change::To(code) => code.as_deref().map(join_code_of).transpose()?,
            },
            ..course
        };
        require_order(changed.starts_at, changed.ends_at)?;
        if changed
            .seats
            .is_some_and(|seats| !(1..=SEATS_MAX).contains(&seats))
        {
            return Err(SEATS_INVALID.on("seats"));
        }
        Ok(changed)
    }
}

/// A code to join with within its limits: 8 to 64 letters, digits or hyphens.
fn join_code_of(code: &str) -> Result<String> {
    let code = code.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !JOIN_CODE_CHARS.contains(&code.len()) || !code.chars().all(allowed) {
        return Err(JOIN_CODE_INVALID.on("joinCode"));
    }
    Ok(code.to_owned())
}

/// A code within its limits: 1 to 40 letters, digits, spaces or one of - _ . /
fn code_of(code: &str) -> Result<String> {
    let code: String = code.trim().nfc().collect();
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ');
    if code.is_empty() || code.chars().count() > CODE_CHARS_MAX || !code.chars().all(allowed) {
        return Err(CODE_INVALID.on("code"));
    }
    Ok(code)
}

fn description_of(description: &str) -> Result<String> {
    if description.len() > DESCRIPTION_BYTES_MAX {
        return Err(DESCRIPTION_TOO_LONG.on("description"));
    }
    Ok(description.trim().to_owned())
}

fn language_of(language: &str) -> Result<String> {
    let subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|c| c.is_ascii_alphanumeric());
    if language.len() > 35 || !language.split('-').all(subtag) {
        return Err(LANGUAGE_INVALID.on("language"));
    }
    Ok(language.to_owned())
}

fn require_order(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<()> {
    if starts_at
        .zip(ends_at)
        .is_some_and(|(starts, ends)| ends < starts)
    {
        return Err(DATES_REVERSED.on("endsAt"));
    }
    Ok(())
}

/// A title within its limits: 1 to 300 characters in one line.
pub fn title_of(text: &str) -> Result<String> {
    let text: String = text.trim().nfc().collect();
    let one_line = !text.chars().any(char::is_control);
    if text.is_empty() || !one_line || text.chars().count() > TITLE_CHARS_MAX {
        return Err(TITLE_INVALID.on("title"));
    }
    Ok(text)
}

/// What makes two codes the same: composed form, lower case.
pub(super) fn code_key(code: &str) -> String {
    code.trim().nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_outside_their_limits_are_refused_and_named() {
        for bad in ["", " ", "CS\n101", "<b>", &"x".repeat(41)] {
            let error = NewCourse::titled(bad, "Title").unwrap_err();
            assert_eq!(error.problem(), Some(CODE_INVALID), "{bad:?}");
        }
        let course = NewCourse::titled("CS-101", "Computing").unwrap();
        assert!(NewCourse::titled("CS-101", &"x".repeat(301)).is_err());
        assert!(course.clone().language("en_US").is_err());
        assert!(course.clone().description(&"x".repeat(65_537)).is_err());
        let (early, late) = (Timestamp::from_millis(1), Timestamp::from_millis(2));
        assert!(course.clone().dates(Some(late), Some(early)).is_err());
        assert!(course.dates(Some(early), Some(early)).is_ok());
    }
}
