//! Text as people write it, made into HTML that is safe to show.
//!
//! There is one sanitiser, that of imported packages; Markdown passes through it as well. What is
//! searched is taken from what it let through.

mod blocks;

use app::search::Block;
use kernel::{Problem, ProblemKind, Result};
use pulldown_cmark::{Options, Parser};
use serde::{Deserialize, Serialize};

use crate::interchange::{Targets, rewrite_html};

/// The longest text of a page, an assignment or a topic that is written here, in bytes: it fits the
/// body of a request with room for escapes. What comes in a package may be longer.
pub const TEXT_BYTES_MAX: usize = 200 * 1024;

/// The longest HTML that a text may become, in bytes: markup can be shorter than what it stands for.
const HTML_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most pieces of a text that are searched; what follows is not found.
pub const BLOCKS_MAX: usize = 20_000;

/// The most text that is searched of a text, in bytes; what follows is not found.
pub const BLOCKS_BYTES_MAX: usize = 1024 * 1024;

/// The text is too long.
pub const BODY_TOO_LONG: Problem = Problem::new(
    ProblemKind::Invalid,
    "BODY_TOO_LONG",
    "The text is longer than is taken here; split it, or hand it in as a file.",
);

/// What somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written<'a> {
    /// Markdown with tables, strikethrough and footnotes.
    Markdown(&'a str),
    /// HTML, of which only what is safe is kept.
    Html(&'a str),
}

/// HTML that the sanitiser let through.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// What somebody wrote, made safe; refused when it is too long.
    pub fn of(written: Written<'_>) -> Result<Self> {
        let (Written::Markdown(text) | Written::Html(text)) = written;
        if text.len() > TEXT_BYTES_MAX {
            return Err(BODY_TOO_LONG.on("body"));
        }
        let Self(html) = match written {
            Written::Html(html) => Self::sanitised(html),
            Written::Markdown(markdown) => Self::sanitised(&html_of(markdown)),
        };
        if html.len() > HTML_BYTES_MAX {
            return Err(BODY_TOO_LONG.on("body"));
        }
        Ok(Self(html))
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the text says, piece by piece.
    pub fn blocks(&self) -> Vec<Block> {
        blocks::of_html(&self.0)
    }

    fn sanitised(html: &str) -> Self {
        Self(rewrite_html(html, "", &Targets::of_site(), &|_| None).html)
    }

    /// HTML that has been through the sanitiser already, with its links pointed elsewhere.
    pub(crate) fn rewritten(html: String) -> Self {
        Self(html)
    }
}

fn html_of(markdown: &str) -> String {
    let extensions =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut html = String::with_capacity(markdown.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, extensions));
    html
}

/// What Markdown says, piece by piece.
pub fn markdown_blocks(markdown: &str) -> Vec<Block> {
    SafeHtml::sanitised(&html_of(markdown)).blocks()
}

/// What HTML says that nobody made safe yet, piece by piece.
pub fn html_blocks(html: &str) -> Vec<Block> {
    SafeHtml::sanitised(html).blocks()
}

/// What plain text says: a piece for each paragraph, which ends with an empty line.
pub fn plain_blocks(text: &str) -> Vec<Block> {
    blocks::of_plain(text)
}

#[cfg(test)]
mod tests;
