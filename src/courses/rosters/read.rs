//! Makes what a roster asks for of the files that it consists of.

mod classes;
mod seats;
mod sessions;
mod users;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use jiff::tz::TimeZone;
use kernel::{Error, Problem, Timestamp};
use people::users::ExternalId;

use super::columns::{Document, Known, known};
use super::model::{Line, Roster, Wish};
use super::problems::{
    DUPLICATE_ID, FILE_TWICE, FILE_UNKNOWN, ROSTER_EMPTY, VALUE_INVALID, VALUE_LEFT_OUT,
    VALUE_MISSING, VERSION_UNKNOWN,
};
use super::report::{Finding, Kind, Place, Report};
use super::sheet::{Row, Sheet};
use super::source::{RosterProblem, Source};
use super::values::{Order, date, is_gone};
use crate::interchange::shown;

/// The files that each can be a roster.
const ENOUGH: [Document; 4] = [
    Document::AcademicSessions,
    Document::Classes,
    Document::Users,
    Document::Enrollments,
];

/// What dates of a roster go by.
#[derive(Debug, Clone)]
pub struct Almanac {
    zone: TimeZone,
    now: Timestamp,
}

impl Almanac {
    /// The days of a time zone, by its IANA name, at this moment.
    pub fn of(zone: &str, now: Timestamp) -> Option<Self> {
        let zone = TimeZone::get(zone).ok()?;
        Some(Self { zone, now })
    }
}

/// Reads the roster in a folder or a zip file: what it asks for, and what it says that cannot be
/// taken.
pub fn open(path: &Path, almanac: &Almanac) -> Result<(Roster, Report), RosterProblem> {
    let mut source = Source::open(path)?;
    let (paths, others) = sort_out(&source.files()?)?;
    if !ENOUGH.iter().any(|document| paths.contains_key(document)) {
        return Err(ROSTER_EMPTY.error().into());
    }
    let mut reading = Reading {
        almanac,
        lines: Vec::new(),
        report: Report::default(),
    };
    reading.pass_over(&others);
    let mut sheet = |document, report: &mut Report| match paths.get(&document) {
        Some(path) => Sheet::read(&mut source, (document, path), report),
        None => Ok(Sheet::empty(document)),
    };
    let report = &mut reading.report;
    let manifest = Manifest::of(&sheet(Document::Manifest, report)?, report);
    let is = |document: Document, mode| manifest.mode(document) == mode;
    let absent = paths.iter().filter(|(of, _)| is(**of, Mode::Absent));
    report.not_taken.extend(absent.map(|(_, path)| shown(path)));
    let mut sheet = |document| {
        if is(document, Mode::Absent) {
            return Ok(Sheet::empty(document));
        }
        sheet(document, report)
    };
    let sessions = sheet(Document::AcademicSessions)?;
    let (courses, classes) = (sheet(Document::Courses)?, sheet(Document::Classes)?);
    let (users, roles) = (sheet(Document::Users)?, sheet(Document::Roles)?);
    let profiles = sheet(Document::UserProfiles)?;
    let seats = sheet(Document::Enrollments)?;
    sessions::read(&mut reading, &sessions);
    classes::read(&mut reading, &classes, &courses, &sessions);
    users::read(&mut reading, &users, &roles, &profiles);
    seats::read(&mut reading, &seats);
    let Reading {
        mut lines, report, ..
    } = reading;
    in_order(&mut lines);
    let complete = paths.keys().filter(|document| is(**document, Mode::Bulk));
    let complete = complete.filter_map(|document| Kind::of(*document));
    let complete = complete.collect();
    Ok((Roster { lines, complete }, report))
}

type Sorted = (BTreeMap<Document, String>, Vec<String>);

/// The files that are read, and the others.
fn sort_out(files: &[String]) -> Result<Sorted, RosterProblem> {
    let (mut paths, mut others) = (BTreeMap::new(), Vec::new());
    for path in files {
        let Some(Known::Read(document)) = known(path) else {
            others.push(path.clone());
            continue;
        };
        // Of organisations only one is known here: the school.
        if document == Document::Orgs {
            others.push(path.clone());
        } else if paths.insert(document, path.clone()).is_some() {
            let sentence = format!("{} is there twice; leave one of them.", document.file());
            return Err(FILE_TWICE.because(sentence).into());
        }
    }
    Ok((paths, others))
}

/// What must be there for something else comes first, and goes last.
pub(super) fn in_order(lines: &mut [Line]) {
    lines.sort_by_key(|line| match (&line.wish, line.wish.is_gone()) {
        (Wish::Session(_), false) => 0,
        (Wish::Class(_), false) => 1,
        (Wish::Person(_), false) => 2,
        (Wish::Seat(_), _) => 3,
        (Wish::Person(_), true) => 4,
        (Wish::Class(_), true) => 5,
        (Wish::Session(_), true) => 6,
    });
}

/// Whether a file has everything or only what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Bulk,
    Delta,
    Absent,
}

/// What the manifest says.
#[derive(Debug, Default)]
struct Manifest(HashMap<String, Mode>);

impl Manifest {
    fn of(sheet: &Sheet, report: &mut Report) -> Self {
        let mut modes = HashMap::new();
        for row in sheet.rows() {
            let (name, value) = (row.cell("propertyName").to_lowercase(), row.cell("value"));
            if name == "oneroster.version" && !["1.1", "1.2"].contains(&value) {
                let sentence = format!(
                    "The manifest names version {:?} of OneRoster; it was read as far as it is like 1.1 and 1.2.",
                    shown(value)
                );
                let finding = Finding::at(row.place(), Some("value"), VERSION_UNKNOWN);
                report.note(finding.because(sentence));
            }
            let Some(file) = name.strip_prefix("file.") else {
                continue;
            };
            let mode = match value.to_lowercase().as_str() {
                "bulk" => Mode::Bulk,
                "absent" => Mode::Absent,
                // What is not said to be everything is taken for less.
                _ => Mode::Delta,
            };
            modes.insert(file.to_owned(), mode);
        }
        Self(modes)
    }

    /// A file that the manifest does not name, and any file where there is no manifest, has
    /// everything.
    fn mode(&self, document: Document) -> Mode {
        let mode = self.0.get(&document.stem().to_lowercase());
        mode.copied().unwrap_or(Mode::Bulk)
    }
}

/// A roster that is being read.
struct Reading<'a> {
    almanac: &'a Almanac,
    lines: Vec<Line>,
    report: Report,
}

impl Reading<'_> {
    /// Names the files that are not read.
    fn pass_over(&mut self, paths: &[String]) {
        for path in paths {
            if known(path).is_some() {
                self.report.not_taken.push(shown(path));
            } else {
                self.report.note(Finding::of_file(path, None, FILE_UNKNOWN));
            }
        }
    }

    fn ask(&mut self, place: Place, wish: Wish) {
        self.lines.push(Line { place, wish });
    }

    /// Reports that the row is not taken.
    fn refuse(&mut self, row: Row<'_>, column: &'static str, problem: Problem) {
        let finding = Finding::at(row.place(), Some(column), problem);
        let kind = Kind::of(row.place().document);
        self.report.refuse(kind, finding);
    }

    /// Reports that the row is not taken, in the words of who refused a cell of it.
    fn refuse_for(&mut self, row: Row<'_>, column: &'static str, error: &Error) {
        let kind = Kind::of(row.place().document);
        let finding = Finding::refusal(row.place(), error);
        let finding = finding.unwrap_or_else(|| {
            Finding::at(row.place(), None, VALUE_INVALID).because(error.to_string())
        });
        let column = finding.column.or_else(|| Some(column.to_owned()));
        self.report.refuse(kind, Finding { column, ..finding });
    }

    fn note(&mut self, row: Row<'_>, column: &'static str, problem: Problem) {
        let finding = Finding::at(row.place(), Some(column), problem);
        self.report.note(finding);
    }

    /// The id in a cell that must have one; the row is refused otherwise.
    fn id(&mut self, row: Row<'_>, column: &'static str) -> Option<ExternalId> {
        let cell = row.cell(column);
        if cell.is_empty() {
            self.refuse(row, column, VALUE_MISSING);
            return None;
        }
        let id = ExternalId::parse(cell);
        id.map_err(|error| self.refuse_for(row, column, &error.on(column)))
            .ok()
    }

    /// The id in a cell that may have one; what is none is left out.
    fn reference(&mut self, row: Row<'_>, column: &'static str, cell: &str) -> Option<ExternalId> {
        if cell.is_empty() {
            return None;
        }
        let id = ExternalId::parse(cell).ok();
        if id.is_none() {
            self.note(row, column, VALUE_LEFT_OUT);
        }
        id
    }

    /// Whether the row asks for something to go; it is refused where that cannot be told.
    fn gone(&mut self, row: Row<'_>) -> Option<bool> {
        let gone = is_gone(row.cell("status"));
        gone.map_err(|problem| {
            let sentence = format!(
                "The status {:?} is neither active nor tobedeleted.",
                shown(row.cell("status"))
            );
            self.refuse_for(row, "status", &problem.because(sentence));
        })
        .ok()
    }

    /// The date in a cell, if there is one; what is none is left out.
    fn date(
        &mut self,
        row: Row<'_>,
        column: &'static str,
        order: Order,
    ) -> Option<jiff::civil::Date> {
        let cell = row.cell(column);
        if cell.is_empty() {
            return None;
        }
        date(cell, order)
            .map_err(|problem| {
                let finding = Finding::at(row.place(), Some(column), problem);
                let what = if problem == VALUE_INVALID {
                    "is no date that can be read"
                } else {
                    "may be either of two dates"
                };
                let sentence = format!(
                    "{:?} {what}; the row was taken without it. Write dates as 2026-09-01.",
                    shown(cell)
                );
                self.report.note(finding.because(sentence));
            })
            .ok()
    }
}

/// The ids that a file has used so far.
struct Seen<T>(HashMap<ExternalId, T>);

impl<T: PartialEq> Seen<T> {
    fn nothing() -> Self {
        Self(HashMap::new())
    }

    /// Whether the row is the first of its id. One that says the same again is passed over, one
    /// that says something else is refused.
    fn is_first(
        &mut self,
        reading: &mut Reading<'_>,
        row: Row<'_>,
        (id, said): (&ExternalId, T),
    ) -> bool {
        match self.0.get(id) {
            Some(before) if *before == said => false,
            Some(_) => {
                reading.refuse(row, "sourcedId", DUPLICATE_ID);
                false
            }
            None => {
                self.0.insert(id.clone(), said);
                true
            }
        }
    }
}

/// The ids in a cell that holds several, between commas.
fn ids_in(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',').map(str::trim).filter(|id| !id.is_empty())
}

/// The values that only one of a list has, without regard to case.
fn unique<'a>(values: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for value in values.filter(|value| !value.is_empty()) {
        *counts.entry(value.to_lowercase()).or_default() += 1;
    }
    let once = counts.into_iter().filter(|(_, count)| *count == 1);
    once.map(|(value, _)| value).collect()
}
