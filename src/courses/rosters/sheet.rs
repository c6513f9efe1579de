//! A file of a roster as a table: its rows, each with the columns that are read, by their names.

use encoding_rs::Encoding;
use kernel::Result;

use super::cells::{Cells, RawRow, in_file};
use super::columns::{Document, Match, column_named};
use super::decode::{Sniffer, ToUtf8};
use super::problems::{
    COLUMN_MISSING, ENCODING_GUESSED, HEADER_GUESSED, HEADER_UNKNOWN, ROW_TOO_LONG,
};
use super::report::{Finding, Kind, Place, Report};
use super::source::{RosterProblem, Source};
use crate::interchange::shown;

/// What may stand between two cells.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// Columns of this prefix are extensions that the standard allows.
const EXTENSION: &str = "metadata.";

/// The rows of a file. All cells stand behind one another in one text.
#[derive(Debug)]
pub(super) struct Sheet {
    document: Document,
    text: String,
    ends: Vec<usize>,
    numbers: Vec<u32>,
}

/// A row of a sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    sheet: &'a Sheet,
    at: usize,
}

impl Sheet {
    /// A file that is not there: no rows.
    pub(super) fn empty(document: Document) -> Self {
        Self {
            document,
            text: String::new(),
            ends: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// Reads the file at this path.
    pub(super) fn read(
        source: &mut Source,
        (document, path): (Document, &str),
        report: &mut Report,
    ) -> Result<Self, RosterProblem> {
        let named = |error| match error {
            RosterProblem::Refused(error) => RosterProblem::Refused(in_file(&shown(path), error)),
            unreadable @ RosterProblem::Unreadable(_) => unreadable,
        };
        read(source, (document, path), report).map_err(named)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.numbers.len()).map(|at| Row { sheet: self, at })
    }
}

impl<'a> Row<'a> {
    /// The cell of a column, empty where the file does not have the column.
    pub(super) fn cell(self, column: &'static str) -> &'a str {
        let columns = self.sheet.document.columns();
        let at = columns.iter().position(|name| *name == column);
        debug_assert!(at.is_some(), "{column} is not read");
        let Some(at) = at.map(|at| self.at * columns.len() + at) else {
            return "";
        };
        let end = |at: usize| self.sheet.ends.get(at).copied();
        let start = at.checked_sub(1).and_then(end).unwrap_or(0);
        let cell = end(at).and_then(|end| self.sheet.text.get(start..end));
        cell.unwrap_or_default()
    }

    /// Where it stands.
    pub(super) fn place(self) -> Place {
        Place {
            document: self.sheet.document,
            row: self.sheet.numbers.get(self.at).copied().unwrap_or(0),
        }
    }
}

fn read(
    source: &mut Source,
    (document, path): (Document, &str),
    report: &mut Report,
) -> Result<Sheet, RosterProblem> {
    let mut sniffer = Sniffer::default();
    source.stream(path, &mut |bytes| sniffer.look(bytes))?;
    let (encoding, guessed) = sniffer.encoding()?;
    if guessed {
        report.note(Finding::of_file(path, None, ENCODING_GUESSED));
    }
    let separator = separator_of(&sniffer.header(encoding), document);
    let mut filling = Filling {
        sheet: Sheet::empty(document),
        header: None,
        report,
    };
    take_apart(source, path, (encoding, separator), &mut |row| {
        filling.take(row)
    })?;
    Ok(filling.sheet)
}

fn take_apart(
    source: &mut Source,
    path: &str,
    (encoding, separator): (&'static Encoding, u8),
    take: &mut dyn FnMut(&RawRow) -> Result<()>,
) -> Result<(), RosterProblem> {
    let mut decoder = ToUtf8::from(encoding);
    let mut cells = Cells::new(separator);
    source.stream(path, &mut |bytes| {
        decoder.pass(bytes, false, &mut |text| cells.feed(text, take))
    })?;
    decoder.pass(&[], true, &mut |text| cells.feed(text, take))?;
    Ok(cells.finish(take)?)
}

/// The separator that makes most known columns of the header.
fn separator_of(header: &str, document: Document) -> u8 {
    let known = |separator: u8| {
        let cells = header.split(char::from(separator)).take(64);
        let cells = cells.map(|cell| cell.trim().trim_matches('"'));
        cells
            .filter(|cell| column_named(cell, document).is_some())
            .count()
    };
    let mut best = (b',', known(b','));
    for separator in SEPARATORS {
        let found = known(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

/// A sheet that is being read.
struct Filling<'a> {
    sheet: Sheet,
    /// For each column that is read its place in the file, and how many cells the header has.
    header: Option<(Vec<Option<usize>>, usize)>,
    report: &'a mut Report,
}

impl Filling<'_> {
    fn take(&mut self, row: &RawRow) -> Result<()> {
        let Some((places, width)) = &self.header else {
            self.header = Some(self.header(row)?);
            return Ok(());
        };
        let cells: Vec<&str> = row.cells().collect();
        if cells.iter().skip(*width).any(|cell| !cell.is_empty()) {
            let document = self.sheet.document;
            let place = Place {
                document,
                row: row.number,
            };
            let finding = Finding::at(place, None, ROW_TOO_LONG);
            self.report.refuse(Kind::of(document), finding);
            return Ok(());
        }
        for place in places {
            let cell = place.and_then(|place| cells.get(place));
            self.sheet.text.push_str(cell.copied().unwrap_or_default());
            self.sheet.ends.push(self.sheet.text.len());
        }
        self.sheet.numbers.push(row.number);
        Ok(())
    }

    fn header(&mut self, row: &RawRow) -> Result<(Vec<Option<usize>>, usize)> {
        let document = self.sheet.document;
        let file = document.file();
        let cells: Vec<&str> = row.cells().collect();
        let mut names: Vec<Option<&'static str>> = vec![None; cells.len()];
        // What is spelt right comes first, so that a guess never takes its place.
        for wanted in [Match::Exact, Match::Guessed] {
            for (at, cell) in cells.iter().enumerate() {
                let Some((name, how)) = column_named(cell, document) else {
                    continue;
                };
                if how != wanted || names.contains(&Some(name)) {
                    continue;
                }
                if let Some(slot) = names.get_mut(at) {
                    *slot = Some(name);
                }
                if how == Match::Guessed {
                    let sentence = format!("The header {:?} was taken for {name}.", shown(cell));
                    let finding = Finding::of_file(file, Some(cell), HEADER_GUESSED);
                    self.report.note(finding.because(sentence));
                }
            }
        }
        for (cell, name) in cells.iter().zip(&names) {
            let extension = cell.to_lowercase().starts_with(EXTENSION);
            if name.is_none() && !extension && !cell.is_empty() {
                self.report
                    .note(Finding::of_file(file, Some(cell), HEADER_UNKNOWN));
            }
        }
        for required in document.required() {
            if !names.contains(&Some(required)) {
                return Err(COLUMN_MISSING.because(format!(
                    "The column {required} is missing; look at the first row of the file."
                )));
            }
        }
        let place = |column: &&str| names.iter().position(|name| *name == Some(*column));
        let places = document.columns().iter().map(place).collect();
        Ok((places, cells.len()))
    }
}
