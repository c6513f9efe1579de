//! Takes the bytes of a CSV file apart into rows of cells, piece by piece and with every limit.
//!
//! The bytes are UTF-8 by now. A quote opens where a cell begins, is doubled to stand for itself,
//! and keeps separators and line ends. Nothing longer than a row is held: a quote that is never
//! closed costs no more memory than the longest cell.

use kernel::{Problem, Result};

use super::problems::{LIMIT, QUOTE_OPEN};

/// Most rows of a file, its header and empty ones included.
pub const ROWS_MAX: u32 = 1_000_000;
/// Most columns of a row.
pub const COLUMNS_MAX: usize = 256;
/// Most bytes of a cell.
pub const CELL_BYTES_MAX: usize = 64 * 1024;

/// A row as it stands in the file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct RawRow {
    /// Counted from 1 as a spreadsheet does: the header and empty rows count, lines within quotes
    /// do not.
    pub(super) number: u32,
    text: String,
    ends: Vec<usize>,
}

impl RawRow {
    /// The cells, without the spaces around them.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.text.get(start..*end).unwrap_or_default().trim())
    }

    fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but spaces of the cell so far.
    Start,
    /// In a cell without quotes, or behind a closed one.
    Plain,
    /// Between quotes.
    Quoted,
    /// A quote within quotes: it closes them, or is the first of two.
    Closing,
}

/// The machine.
#[derive(Debug)]
pub(super) struct Cells {
    separator: u8,
    state: State,
    number: u32,
    cell: Vec<u8>,
    row: RawRow,
    /// Where the last quote was opened: row and column.
    opened: (u32, usize),
    /// Whether the cell between quotes is too long; what follows is only looked through for the
    /// end of it.
    overlong: bool,
    after_return: bool,
}

impl Cells {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            separator,
            state: State::Start,
            number: 1,
            cell: Vec::new(),
            row: RawRow::default(),
            opened: (1, 1),
            overlong: false,
            after_return: false,
        }
    }

    /// Takes the next bytes and hands out each row that ends in them, but for empty ones.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(&RawRow) -> Result<()>,
    ) -> Result<()> {
        for byte in bytes {
            self.step(*byte, take)?;
        }
        Ok(())
    }

    /// Hands out the last row, which may lack its line end.
    pub(super) fn finish(&mut self, take: &mut dyn FnMut(&RawRow) -> Result<()>) -> Result<()> {
        if self.state == State::Quoted {
            let (row, column) = self.opened;
            return Err(QUOTE_OPEN.because(format!(
                "The quote that opens at row {row}, column {column} is never closed; close it, or double it to stand for itself."
            )));
        }
        if self.cell.is_empty() && self.row.ends.is_empty() {
            return Ok(());
        }
        self.end_row(take)
    }

    fn step(&mut self, byte: u8, take: &mut dyn FnMut(&RawRow) -> Result<()>) -> Result<()> {
        let after_return = std::mem::take(&mut self.after_return);
        if self.state == State::Quoted {
            if byte == b'"' {
                self.state = State::Closing;
                return Ok(());
            }
            return self.push(byte);
        }
        match byte {
            b'"' if self.state == State::Closing => {
                self.state = State::Quoted;
                self.push(byte)
            }
            _ if self.overlong => Err(self.too_long()),
            b'"' if self.state == State::Start => {
                self.cell.clear();
                self.opened = (self.number, self.row.ends.len() + 1);
                self.state = State::Quoted;
                Ok(())
            }
            b'\n' if after_return => Ok(()),
            b'\r' | b'\n' => {
                self.after_return = byte == b'\r';
                self.end_row(take)
            }
            _ if byte == self.separator => self.end_cell(),
            _ => {
                if self.state == State::Closing || byte != b' ' {
                    self.state = State::Plain;
                }
                self.push(byte)
            }
        }
    }

    fn push(&mut self, byte: u8) -> Result<()> {
        if self.cell.len() < CELL_BYTES_MAX {
            self.cell.push(byte);
            return Ok(());
        }
        if self.state == State::Quoted {
            // Only the end of the file tells a long cell from a quote that is never closed.
            self.overlong = true;
            return Ok(());
        }
        Err(self.too_long())
    }

    fn too_long(&self) -> kernel::Error {
        let column = self.row.ends.len() + 1;
        LIMIT.because(format!(
            "The cell at row {}, column {column} is longer than 64 KiB, which is the limit; look for a quote that is missing.",
            self.number
        ))
    }

    fn end_cell(&mut self) -> Result<()> {
        if self.row.ends.len() >= COLUMNS_MAX {
            return Err(LIMIT.because(format!(
                "Row {} has more than {COLUMNS_MAX} columns, which is the limit.",
                self.number
            )));
        }
        self.row.text.push_str(&String::from_utf8_lossy(&self.cell));
        self.row.ends.push(self.row.text.len());
        self.cell.clear();
        self.state = State::Start;
        Ok(())
    }

    fn end_row(&mut self, take: &mut dyn FnMut(&RawRow) -> Result<()>) -> Result<()> {
        self.end_cell()?;
        if self.number > ROWS_MAX {
            return Err(LIMIT.because(format!(
                "The file has more than {ROWS_MAX} rows, which is the limit."
            )));
        }
        self.row.number = self.number;
        if !self.row.is_empty() {
            take(&self.row)?;
        }
        self.number += 1;
        self.row.text.clear();
        self.row.ends.clear();
        Ok(())
    }
}

/// Names the file in a refusal of what is in it.
pub(super) fn in_file(file: &str, error: kernel::Error) -> kernel::Error {
    match error {
        kernel::Error::Refused(refusal) => {
            let problem: Problem = refusal.problem;
            problem.because(format!("{file}: {}", refusal.message))
        }
        kernel::Error::Fault(fault) => kernel::Error::Fault(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(separator: u8, text: &str, piece: usize) -> Result<Vec<(u32, Vec<String>)>> {
        let mut rows = Vec::new();
        let mut take = |row: &RawRow| {
            rows.push((row.number, row.cells().map(str::to_owned).collect()));
            Ok(())
        };
        let mut cells = Cells::new(separator);
        for bytes in text.as_bytes().chunks(piece) {
            cells.feed(bytes, &mut take)?;
        }
        cells.finish(&mut take)?;
        Ok(rows)
    }

    #[test]
    fn rows_come_apart_whatever_their_line_ends_quotes_and_pieces() {
        let text = "a, b ,\"c\"\r\n\r\n1,\"x, \"\"y\"\"\nz\", \"q\"\r2,,\n,,\nlast,\"end of\"ten,é";
        let wanted = [
            (1, vec!["a", "b", "c"]),
            (3, vec!["1", "x, \"y\"\nz", "q"]),
            (4, vec!["2", "", ""]),
            (6, vec!["last", "end often", "é"]),
        ];
        let wanted = wanted.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned)));
        let wanted: Vec<(u32, Vec<String>)> = wanted
            .into_iter()
            .map(|(row, cells)| (row, cells.collect()))
            .collect();
        for piece in [1, 2, 7, 1_000] {
            assert_eq!(rows(b',', text, piece).unwrap(), wanted, "{piece}");
        }
    }

    fn refused(text: &str) -> (&'static str, String) {
        let error = rows(b',', text, 4_096).unwrap_err();
        (error.problem().unwrap().code, error.to_string())
    }

    #[test]
    fn limits_are_named_and_open_quotes_found_where_they_open() {
        let (code, said) = refused(&format!("a,b\n1,\"{}", "x".repeat(1_000_000)));
        assert_eq!(code, "QUOTE_OPEN");
        assert!(said.contains("row 2, column 2"), "{said}");
        let (code, said) = refused(&format!("a,b\n\"{}\",2\n", "x".repeat(1_000_000)));
        assert_eq!(code, "LIMIT");
        assert!(said.contains("row 2, column 1"), "{said}");
        assert_eq!(refused(&"x".repeat(1_000_000)).0, "LIMIT");
        assert_eq!(refused(&",".repeat(1_000_000)).0, "LIMIT");
        assert_eq!(refused(&"\n".repeat(1_000_002)).0, "LIMIT");
    }
}
