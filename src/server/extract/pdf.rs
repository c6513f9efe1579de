//! The child's half: a PDF in, its text out, and nothing else that could be done.

use std::io::{self, Read, Write};

use pdfboss_core::{Document, Error};
use pdfboss_output::{
    Block, FontCache, Line, ReadingOrder, page_layout_with_rulings, retain_rulings_on_page,
    retain_spans_on_page,
};
use pdfboss_text::extract_spans_and_rulings_reporting_cached;
use rustix::process::{Resource, Rlimit, nice, setrlimit};

use crate::exit::Exit;

/// The largest file that is read.
pub(crate) const PDF_BYTES_MAX: u64 = 64 * MIB;
/// The most text that is taken of a file; what follows is not found.
pub(crate) const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// The exit code for a file that opens with a password only.
pub(crate) const ENCRYPTED: u8 = Exit::NO_PERMISSION;

/// The most memory that may be written to.
const MEMORY_BYTES_MAX: u64 = 512 * MIB;
/// The longest that a processor may work on a file.
const CPU_SECONDS_MAX: u64 = 10;
/// How far it stands behind what people wait for.
const NICE: i32 = 5;

const MIB: u64 = 1024 * 1024;

/// Takes from this process what it needs no more: it may neither open nor write a file, nor grow,
/// nor go on for ever.
pub(crate) fn confine() -> io::Result<()> {
    for (resource, most) in [
        (Resource::Cpu, CPU_SECONDS_MAX),
        // Not the addresses: the allocator sets many more of them aside than it uses.
        (Resource::Data, MEMORY_BYTES_MAX),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    nice(NICE)?;
    Ok(())
}

/// Writes the text of a PDF: its paragraphs, entries and rows, an empty line after each.
pub(crate) fn extract(from: impl Read, mut to: impl Write) -> Result<(), Exit> {
    let mut bytes = Vec::new();
    from.take(PDF_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > PDF_BYTES_MAX {
        return Err(Exit::new(Exit::DATA, "the file is larger than 64 MiB"));
    }
    let pdf = Document::load(bytes)?;
    if pdf.is_locked() {
        return Err(Error::Encrypted.into());
    }
    let fonts = FontCache::default();
    let mut room = TEXT_BYTES_MAX;
    for number in 0..pdf.page_count() {
        // A page that cannot be read costs nobody the others.
        for paragraph in page(&pdf, number, &fonts).unwrap_or_default() {
            let line = paragraph + "\n\n";
            let end = line.floor_char_boundary(room);
            to.write_all(line.as_bytes().get(..end).unwrap_or_default())?;
            room -= end;
            if end < line.len() {
                return Ok(to.flush()?);
            }
        }
    }
    Ok(to.flush()?)
}

fn page(pdf: &Document, number: usize, fonts: &FontCache) -> Result<Vec<String>, Error> {
    let page = pdf.page(number)?;
    let order = ReadingOrder::Content;
    let (mut spans, mut rulings, report) =
        extract_spans_and_rulings_reporting_cached(pdf, &page, fonts, order)?;
    retain_spans_on_page(&mut spans, &page);
    retain_rulings_on_page(&mut rulings, &page);
    let mut paragraphs = Vec::new();
    for block in page_layout_with_rulings(&spans, &rulings, report.order).blocks {
        match block {
            Block::Heading { lines, .. } | Block::Paragraph { lines, .. } => {
                paragraphs.push(joined(&lines));
            }
            Block::List { items, .. } => {
                paragraphs.extend(items.iter().map(|item| joined(&item.lines)));
            }
            Block::Table { rows, .. } => paragraphs.extend(rows.iter().map(|row| {
                let lines = row.iter().filter_map(|cell| cell.line.as_ref());
                lines.map(said).collect::<Vec<_>>().join(" | ")
            })),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.trim().is_empty());
    Ok(paragraphs)
}

/// Lines as one, with words put together that were parted between two.
fn joined(lines: &[Line]) -> String {
    let mut joined = String::new();
    for line in lines.iter().map(said) {
        let parted = joined
            .strip_suffix(['-', '\u{ad}', '\u{2010}'])
            .filter(|before| before.ends_with(char::is_alphabetic))
            .filter(|_| line.starts_with(char::is_lowercase))
            .map(str::len);
        match parted {
            Some(end) => joined.truncate(end),
            None if joined.is_empty() => {}
            None => joined.push(' '),
        }
        joined.push_str(&line);
    }
    joined
}

fn said(line: &Line) -> String {
    let texts = line.inlines.iter().map(|run| run.text.as_str());
    let text: String = texts.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl From<Error> for Exit {
    fn from(error: Error) -> Self {
        let code = if matches!(error, Error::Encrypted) {
            ENCRYPTED
        } else {
            Self::DATA
        };
        Self::new(code, error.to_string())
    }
}
