//! What became of a roster, row by row.

use std::collections::BTreeMap;
use std::fmt;

use kernel::{Error, Problem};
use serde::Serialize;

use super::columns::Document;
use crate::interchange::shown;

/// Most rows of a part that are named; what comes after is counted.
pub const LINES_MAX: usize = 10_000;
/// Most rows of a part that the text for people names.
const LINES_SHOWN_MAX: usize = 100;

/// What a roster brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Academic sessions.
    Terms,
    /// Classes.
    Courses,
    /// Users.
    People,
    /// Enrolments.
    Enrollments,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Terms, Self::Courses, Self::People, Self::Enrollments];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Courses => "courses",
            Self::People => "people",
            Self::Enrollments => "enrolments",
        }
    }

    /// The kind that a row of the file brings, if it brings one by itself.
    pub(super) const fn of(document: Document) -> Option<Self> {
        match document {
            Document::AcademicSessions => Some(Self::Terms),
            Document::Classes => Some(Self::Courses),
            Document::Users => Some(Self::People),
            Document::Enrollments => Some(Self::Enrollments),
            Document::Manifest
            | Document::Orgs
            | Document::Courses
            | Document::Roles
            | Document::UserProfiles => None,
        }
    }
}

/// What became of a row that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is here now.
    Added,
    /// It was here and is otherwise now.
    Changed,
    /// It was here like this already.
    Unchanged,
    /// It was here and is no longer, or no longer takes part.
    Removed,
}

/// How many rows of a kind became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// New here.
    pub added: u64,
    /// Otherwise than before.
    pub changed: u64,
    /// As before.
    pub unchanged: u64,
    /// Gone, or no longer taking part.
    pub removed: u64,
    /// Brought by an earlier roster and not in this one, which should have all.
    pub missing: u64,
    /// Rows that were not taken.
    pub refused: u64,
}

/// Where something stands in a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) document: Document,
    /// The row, as a spreadsheet counts them; 0 for the file as a whole.
    pub(super) row: u32,
}

/// One thing that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// In which file.
    pub file: String,
    /// In which row, where it is about one; the header is row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// In which column, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Why, for programs.
    pub code: &'static str,
    /// Why, for people.
    pub sentence: String,
}

impl Finding {
    /// About a file as a whole, or a column of it.
    pub(super) fn of_file(file: &str, column: Option<&str>, problem: Problem) -> Self {
        Self {
            file: shown(file),
            row: None,
            column: column.map(shown),
            code: problem.code,
            sentence: problem.sentence.to_owned(),
        }
    }

    /// About a row, or a cell of it.
    pub(super) fn at(place: Place, column: Option<&str>, problem: Problem) -> Self {
        Self {
            row: (place.row > 0).then_some(place.row),
            ..Self::of_file(place.document.file(), column, problem)
        }
    }

    /// With a sentence that says more.
    #[must_use]
    pub(super) fn because(self, sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            ..self
        }
    }

    /// About a row that a command refused; `None` for a fault, which is no row's.
    pub(super) fn refusal(place: Place, error: &Error) -> Option<Self> {
        let Error::Refused(refusal) = error else {
            return None;
        };
        let column = refusal.field.map(column_of);
        Some(Self::at(place, column, refusal.problem).because(refusal.message.clone()))
    }
}

/// The column that an input of ours comes from.
fn column_of(field: &'static str) -> &'static str {
    match field {
        "code" => "classCode",
        "name" => "title",
        "endsAt" => "endDate",
        "userId" => "userSourcedId",
        "displayName" => "familyName",
        "externalId" => "sourcedId",
        "parentId" => "parentSourcedId",
        other => other,
    }
}

/// The report of one import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How many of each kind became what.
    pub counts: BTreeMap<Kind, Counts>,
    /// The rows that were not taken.
    pub refused: Vec<Finding>,
    /// What was taken otherwise than it says, or should be looked at.
    pub noted: Vec<Finding>,
    /// How many of these are not named.
    pub unnamed: u64,
    /// The files that nothing was taken of.
    pub not_taken: Vec<String>,
}

impl Report {
    /// Counts a row that was taken.
    pub(super) fn count(&mut self, kind: Kind, fate: Fate) {
        let counts = self.counts.entry(kind).or_default();
        match fate {
            Fate::Added => counts.added += 1,
            Fate::Changed => counts.changed += 1,
            Fate::Unchanged => counts.unchanged += 1,
            Fate::Removed => counts.removed += 1,
        }
    }

    /// Counts what an earlier roster brought and this one does not have.
    pub(super) fn miss(&mut self, kind: Kind, missing: u64) {
        self.counts.entry(kind).or_default().missing += missing;
    }

    /// Reports a row that is not taken.
    pub(super) fn refuse(&mut self, kind: Option<Kind>, finding: Finding) {
        if let Some(kind) = kind {
            self.counts.entry(kind).or_default().refused += 1;
        }
        if self.refused.len() < LINES_MAX {
            self.refused.push(finding);
        } else {
            self.unnamed += 1;
        }
    }

    /// Reports what is taken otherwise than it says.
    pub(super) fn note(&mut self, finding: Finding) {
        if self.noted.len() < LINES_MAX {
            self.noted.push(finding);
        } else {
            self.unnamed += 1;
        }
    }

    /// How many of a kind became what.
    pub fn of(&self, kind: Kind) -> Counts {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// Puts what it names in the order of files and rows.
    pub(super) fn sort(&mut self) {
        for findings in [&mut self.refused, &mut self.noted] {
            findings.sort_by(|one, other| (&one.file, one.row).cmp(&(&other.file, other.row)));
        }
    }

    /// Whether each row was taken.
    pub fn took_all(&self) -> bool {
        self.refused.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            "added",
            "changed",
            "unchanged",
            "removed",
            "missing",
            "refused",
        ];
        write!(f, "{:<10}", "rows")?;
        head.iter().try_for_each(|word| write!(f, " {word:>9}"))?;
        f.write_str("\n")?;
        for kind in Kind::ALL {
            let counts = self.of(kind);
            write!(f, "{:<10}", kind.word())?;
            for number in [
                counts.added,
                counts.changed,
                counts.unchanged,
                counts.removed,
                counts.missing,
                counts.refused,
            ] {
                write!(f, " {number:>9}")?;
            }
            f.write_str("\n")?;
        }
        for (heading, findings) in [("Not taken", &self.refused), ("To look at", &self.noted)] {
            if !findings.is_empty() {
                writeln!(f, "{heading}")?;
                write_findings(f, findings)?;
            }
        }
        if self.unnamed > 0 {
            writeln!(f, "and {} that are only counted", self.unnamed)?;
        }
        if !self.not_taken.is_empty() {
            writeln!(f, "Files that are not read: {}", self.not_taken.join(", "))?;
        }
        Ok(())
    }
}

fn write_findings(f: &mut fmt::Formatter<'_>, findings: &[Finding]) -> fmt::Result {
    for finding in findings.iter().take(LINES_SHOWN_MAX) {
        write!(f, "  {}", finding.file)?;
        if let Some(row) = finding.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &finding.column {
            write!(f, ", {column}")?;
        }
        writeln!(f, ": {} ({})", finding.sentence, finding.code)?;
    }
    match findings.len().saturating_sub(LINES_SHOWN_MAX) {
        0 => Ok(()),
        more => writeln!(f, "  and {more} more; --report FILE.json names them"),
    }
}
