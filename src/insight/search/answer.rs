//! What is asked and what is answered.

use app::search::{Card, FoundKind};
use courses::catalog::CourseId;
use fulltext::QUERY_WORDS_MAX;
use kernel::{Cursor, PageRequest};

/// What is looked for by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Its words.
    Fulltext,
    /// What it means.
    Semantic,
    /// Both together.
    #[default]
    Hybrid,
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// As it was typed.
    pub text: String,
    /// Which part of the answer.
    pub page: PageRequest,
    /// Only in this course.
    pub course: Option<CourseId>,
    /// Only these kinds; all, if none is named.
    pub kinds: Vec<FoundKind>,
    /// By what.
    pub mode: Mode,
}

impl Question {
    /// The first twenty that fit these words best, of everything.
    pub fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            page: PageRequest::first(20),
            course: None,
            kinds: Vec::new(),
            mode: Mode::Hybrid,
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: FoundKind,
    /// What is told of it.
    pub card: Card,
    /// The place in its text that fits best, as HTML: escaped, with `<mark>` around what fits.
    pub snippet: String,
    /// How well it fits; to be compared within one answer.
    pub score: f64,
    /// The cursor behind it.
    pub cursor: Cursor,
}

/// How many were found of each kind and in each course, most first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By kind.
    pub kinds: Vec<(FoundKind, u64)>,
    /// By course.
    pub courses: Vec<(CourseId, u64)>,
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// A page of what was found, best first.
    pub hits: Vec<Hit>,
    /// How many the viewer may see of the candidates.
    pub total: u64,
    /// Whether there were more candidates than are looked at.
    pub more: bool,
    /// Whether hits come behind these.
    pub has_next: bool,
    /// Whether hits come before these.
    pub has_previous: bool,
    /// Of all that was found.
    pub facets: Facets,
    /// What whoever asked should know of how it was looked.
    pub notices: Vec<Notice>,
}

/// What whoever asked should know of how it was looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// An index is still being made.
    Partial,
    /// Meaning was asked for, and is not to be had.
    WithoutMeaning,
    /// Words like those that were typed were looked for as well.
    Likened,
    /// Nothing has the words; what was found means something like them.
    OnlyMeant,
    /// Words were left out of the question, as there were too many.
    Shortened,
}

impl Notice {
    /// The same, as a sentence to be shown.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Partial => {
                "The search index is still being made, so there may be more than this."
            }
            Self::WithoutMeaning => {
                "Only the words were looked for; what they mean cannot be looked up just now."
            }
            Self::Likened => {
                "Few places have all of these words, so words like them were looked for as well."
            }
            Self::OnlyMeant => {
                "Nothing has these words; these are places that mean something like them."
            }
            Self::Shortened => {
                "The question was too long; only its first 32 words were looked for."
            }
        }
    }
}

impl Answer {
    /// Whether an index is still being made, so that there may be more than was found.
    pub fn is_partial(&self) -> bool {
        self.notices.contains(&Notice::Partial)
    }
}

const _: () = assert!(QUERY_WORDS_MAX == 32, "a sentence above says so");
