//! Text as people write it, made into HTML that is safe to show.
//!
//! There is one sanitiser, that of imported packages; Markdown passes through it as well.

use kernel::{Problem, ProblemKind, Result};
use pulldown_cmark::{Options, Parser};
use serde::{Deserialize, Serialize};

use crate::interchange::{Targets, rewrite_html};

/// The longest text of a page, an assignment or a topic that is written here, in bytes: it fits the
/// body of a request with room for escapes. What comes in a package may be longer.
pub const TEXT_BYTES_MAX: usize = 200 * 1024;

/// The longest HTML that a text may become, in bytes: markup can be shorter than what it stands for.
const HTML_BYTES_MAX: usize = 4 * 1024 * 1024;

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
        let html = match written {
            Written::Html(html) => html.to_owned(),
            Written::Markdown(markdown) => {
                let extensions = Options::ENABLE_TABLES
                    | Options::ENABLE_STRIKETHROUGH
                    | Options::ENABLE_FOOTNOTES;
                let mut html = String::with_capacity(markdown.len() * 3 / 2);
                pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, extensions));
                html
            }
        };
        let html = rewrite_html(&html, "", &Targets::of_site(), &|_| None).html;
        if html.len() > HTML_BYTES_MAX {
            return Err(BODY_TOO_LONG.on("body"));
        }
        Ok(Self(html))
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// HTML that has been through the sanitiser already, with its links pointed elsewhere.
    pub(crate) fn rewritten(html: String) -> Self {
        Self(html)
    }
}

#[cfg(test)]
mod tests;
