//! What a page says, without its markup and piece by piece, for search.
//!
//! One pass over the tags that the sanitiser wrote, with no tree and no stack: what a piece is
//! depends on the heading, the listing and the row of a table that it stands in, and on nothing
//! else.

use std::mem::take;

use app::search::Block;

use super::{BLOCKS_BYTES_MAX, BLOCKS_MAX};
use crate::interchange::{Tag, Token, Tokens, decode};

/// Between the cells of a row.
const CELLS: &str = " | ";

/// The texts of HTML that is safe to show.
pub(super) fn of_html(html: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => reader.text(&decode(text)),
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(&name),
            // There is no script and no style in it.
            Token::Raw(_) => {}
        }
        if reader.pieces.is_full() {
            break;
        }
    }
    reader.flush();
    reader.pieces.blocks
}

/// The paragraphs of plain text: what stands between empty lines, or on a page of its own.
pub(super) fn of_plain(text: &str) -> Vec<Block> {
    let mut pieces = Pieces::default();
    for page in text.split('\u{c}') {
        let mut paragraph = Line::default();
        for line in page.lines() {
            if line.trim().is_empty() {
                pieces.add(Block::Text(paragraph.take()));
            }
            paragraph.push(line, pieces.room());
            paragraph.space();
        }
        pieces.add(Block::Text(paragraph.take()));
        if pieces.is_full() {
            break;
        }
    }
    pieces.blocks
}

/// Blocks, as many as are taken.
#[derive(Default)]
struct Pieces {
    blocks: Vec<Block>,
    bytes: usize,
}

impl Pieces {
    fn add(&mut self, block: Block) {
        let (Block::Heading(_, text) | Block::Text(text) | Block::Code(text)) = &block;
        if !text.is_empty() && self.blocks.len() < BLOCKS_MAX {
            self.bytes += text.len();
            self.blocks.push(block);
        }
    }

    /// How many more bytes are taken.
    fn room(&self) -> usize {
        BLOCKS_BYTES_MAX.saturating_sub(self.bytes)
    }

    fn is_full(&self) -> bool {
        self.blocks.len() >= BLOCKS_MAX || self.room() == 0
    }
}

/// Words as they come, on one line with one space between them.
#[derive(Default)]
struct Line {
    text: String,
    space: bool,
}

impl Line {
    /// Adds text, as long as the line stays within so many bytes.
    fn push(&mut self, text: &str, bytes_max: usize) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if self.text.len() + 1 + c.len_utf8() <= bytes_max {
                if take(&mut self.space) && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push(c);
            }
        }
    }

    /// What comes next is another word.
    fn space(&mut self) {
        self.space = true;
    }

    fn take(&mut self) -> String {
        take(self).text
    }
}

/// What decides over a whole piece: nothing within makes it another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Heading(u8),
    Code,
}

impl Whole {
    fn of(name: &str) -> Option<Self> {
        match name {
            "h1" => Some(Self::Heading(1)),
            "h2" => Some(Self::Heading(2)),
            "h3" => Some(Self::Heading(3)),
            "h4" => Some(Self::Heading(4)),
            "h5" => Some(Self::Heading(5)),
            "h6" => Some(Self::Heading(6)),
            "pre" => Some(Self::Code),
            _ => None,
        }
    }
}

#[derive(Default)]
struct Reader {
    pieces: Pieces,
    line: Line,
    /// A listing, as it is.
    code: String,
    /// The heading or the listing that is open, and how many of its kind within each other.
    whole: Option<(Whole, usize)>,
    /// Rows of tables within each other.
    rows: usize,
    /// How a word is read, beside the word: open annotations of ruby.
    readings: usize,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if self.readings > 0 {
            return;
        }
        if matches!(self.whole, Some((Whole::Code, _))) {
            let room = self.pieces.room().saturating_sub(self.code.len());
            let end = text.floor_char_boundary(room);
            self.code.push_str(text.get(..end).unwrap_or_default());
        } else {
            self.line.push(text, self.pieces.room());
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        match (self.whole, Whole::of(name)) {
            (None, Some(whole)) => {
                self.flush();
                self.whole = Some((whole, 1));
            }
            (Some((open, depth)), Some(whole)) if open == whole => {
                self.whole = Some((open, depth + 1));
                self.part();
            }
            _ => match name {
                "img" => {
                    self.part();
                    self.text(&tag.attribute("alt").map(decode).unwrap_or_default());
                    self.part();
                }
                "tr" => {
                    self.flush_unless_whole();
                    self.rows += 1;
                }
                "td" | "th" => self.cell(),
                "rt" | "rp" => self.readings += 1,
                name => self.boundary(name),
            },
        }
    }

    fn end(&mut self, name: &str) {
        match (self.whole, Whole::of(name)) {
            (Some((open, depth)), Some(whole)) if open == whole => {
                if depth > 1 {
                    self.whole = Some((open, depth - 1));
                    self.part();
                } else {
                    self.flush();
                    self.whole = None;
                }
            }
            _ => match name {
                "tr" => {
                    self.flush_unless_whole();
                    self.rows = self.rows.saturating_sub(1);
                }
                "rt" | "rp" => self.readings = self.readings.saturating_sub(1),
                name => self.boundary(name),
            },
        }
    }

    /// The edge of an element: a new piece, another word, or nothing in the middle of one.
    fn boundary(&mut self, name: &str) {
        match name {
            "br" | "annotation" => self.part(),
            "article" | "aside" | "audio" | "blockquote" | "caption" | "dd" | "details" | "div"
            | "dl" | "dt" | "figcaption" | "figure" | "footer" | "h1" | "h2" | "h3" | "h4"
            | "h5" | "h6" | "header" | "hr" | "li" | "main" | "nav" | "ol" | "p" | "pre"
            | "section" | "summary" | "table" | "ul" | "video" => {
                if self.rows > 0 {
                    self.part();
                } else {
                    self.flush_unless_whole();
                }
            }
            _ => {}
        }
    }

    /// What comes next is another word of the same piece; another line of a listing.
    fn part(&mut self) {
        if matches!(self.whole, Some((Whole::Code, _))) {
            self.text("\n");
        } else {
            self.line.space();
        }
    }

    fn cell(&mut self) {
        if self.whole.is_some() || self.line.text.is_empty() {
            self.part();
        } else {
            self.line.push(CELLS, self.pieces.room());
            self.line.space();
        }
    }

    fn flush_unless_whole(&mut self) {
        if self.whole.is_some() {
            self.part();
        } else {
            self.flush();
        }
    }

    /// Ends the piece that is open.
    fn flush(&mut self) {
        let line = self.line.take();
        let block = match self.whole {
            Some((Whole::Code, _)) => {
                let code = take(&mut self.code);
                Block::Code(code.trim_start_matches('\n').trim_end().to_owned())
            }
            Some((Whole::Heading(level), _)) => Block::Heading(level, line),
            None => Block::Text(line),
        };
        self.pieces.add(block);
    }
}

#[cfg(test)]
mod tests;
