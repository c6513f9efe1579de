//! What somebody typed, taken apart. Nothing is an error: what has no meaning is left out.

use std::ops::Range;

use crate::{
    Language,
    fields::Part,
    stops::{is_stop, language_of},
    words::{fold, is_dense, places},
};

/// Bytes of a query that are read.
pub const QUERY_BYTES_MAX: usize = 4_096;

/// Words of a query that are looked for; what comes after them is left out.
pub const QUERY_WORDS_MAX: usize = 32;

/// A word to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As written, folded.
    pub(crate) exact: String,
    /// Its stem in the language of who asks.
    pub(crate) stem: String,
    /// That language.
    pub(crate) language: Language,
    /// Whether it is the beginning of the words that are meant.
    pub(crate) begins: bool,
}

/// A part of a query that a document has, or has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Where it must stand; anywhere, if nothing is said.
    pub(crate) part: Option<Part>,
    pub(crate) what: What,
}

impl Clause {
    /// Whether it says more than a word: where it must stand, or what one behind another.
    pub(crate) fn is_exact(&self) -> bool {
        self.part.is_some() || matches!(self.what, What::Phrase(_))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Word(Word),
    /// Words as they are written, one after another.
    Phrase(Vec<String>),
}

/// A query, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) wanted: Vec<Clause>,
    pub(crate) unwanted: Vec<Clause>,
    /// Whether something was left out, as there was too much.
    pub(crate) shortened: bool,
}

impl Asked {
    /// Takes a query apart: words, `"phrases"`, `-without`, `title:`, `body:`, `code:`, `names:`.
    pub(crate) fn of(text: &str, language: Language, prefix_last: bool) -> Self {
        let mut end = text.len().min(QUERY_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut asked = Self {
            shortened: end < text.len(),
            ..Self::default()
        };
        let mut left = QUERY_WORDS_MAX;
        let mut rest = text.get(..end).unwrap_or_default();
        let language = language_of(rest, language);
        while let Some((chunk, after)) = next_chunk(rest) {
            rest = after;
            asked.take(&chunk, language, &mut left);
        }
        // A space behind a word says that it is whole.
        if prefix_last
            && !asked.shortened
            && !text.ends_with(is_blank)
            && let Some(Clause {
                what: What::Word(word),
                ..
            }) = asked.wanted.last_mut()
        {
            word.begins = true;
        }
        asked.leave_out_stops(language);
        asked
    }

    /// Whether it says more than words.
    pub(crate) fn is_exact(&self) -> bool {
        !self.unwanted.is_empty() || self.wanted.iter().any(Clause::is_exact)
    }

    /// Words that most documents have say nothing beside other words: "the structure of a cell"
    /// asks for two.
    fn leave_out_stops(&mut self, language: Language) {
        let says_something = |clause: &Clause| match &clause.what {
            What::Word(word) => clause.is_exact() || !is_stop(&word.exact, language),
            What::Phrase(_) => true,
        };
        if self.wanted.iter().any(says_something) {
            self.wanted.retain(says_something);
        }
    }

    fn take(&mut self, chunk: &Chunk<'_>, language: Language, left: &mut usize) {
        let words: Vec<Range<usize>> = places(chunk.text)
            .map(|place| place.bytes)
            .filter(|bytes| !fold(chunk.at(bytes)).is_empty())
            .take(*left + 1)
            .collect();
        if words.len() > *left {
            self.shortened = true;
        }
        let words = words.get(..words.len().min(*left)).unwrap_or_default();
        *left -= words.len();
        let list = if chunk.unwanted {
            &mut self.unwanted
        } else {
            &mut self.wanted
        };
        let part = chunk.part;
        let mut word = |bytes: &Range<usize>| {
            let word = chunk.at(bytes);
            let what = What::Word(Word {
                exact: fold(word),
                stem: language.stem(word),
                language,
                begins: is_sign(word),
            });
            list.push(Clause { part, what });
        };
        match words {
            // The index has pairs of signs; one alone begins those with it.
            [alone] if is_sign(chunk.at(alone)) => word(alone),
            _ if chunk.quoted || chunk.unwanted => {
                let phrase = in_order(words).map(|bytes| fold(chunk.at(bytes)));
                let phrase: Vec<String> = phrase.collect();
                if !phrase.is_empty() {
                    let what = What::Phrase(phrase);
                    list.push(Clause { part, what });
                }
            }
            _ => words.iter().for_each(word),
        }
    }
}

/// Whether a word is one sign of a script without spaces.
fn is_sign(word: &str) -> bool {
    word.chars().all(is_dense) && word.chars().nth(1).is_none()
}

/// What must stand one behind another. The last sign of a run is part of the pair before it, and
/// by itself only where a run ends in the text too.
fn in_order(words: &[Range<usize>]) -> impl Iterator<Item = &Range<usize>> {
    let mut end = 0;
    words.iter().filter(move |word| {
        let is_behind = word.end > end;
        end = end.max(word.end);
        is_behind
    })
}

/// What stands between spaces, or in quotes.
struct Chunk<'a> {
    text: &'a str,
    part: Option<Part>,
    quoted: bool,
    unwanted: bool,
}

impl<'a> Chunk<'a> {
    fn at(&self, bytes: &Range<usize>) -> &'a str {
        self.text.get(bytes.clone()).unwrap_or_default()
    }
}

fn next_chunk(text: &str) -> Option<(Chunk<'_>, &str)> {
    let text = text.trim_start_matches(is_blank);
    if text.is_empty() {
        return None;
    }
    let (unwanted, text) = match text.strip_prefix(['-', '−']) {
        Some(after) if after.starts_with(|c| !is_blank(c) && c != '-') => (true, after),
        _ => (false, text),
    };
    let (part, text) = field(text);
    if let Some(inside) = text.strip_prefix(is_quote)
        && let Some((phrase, after)) = inside.split_once(is_quote)
    {
        let chunk = Chunk {
            text: phrase,
            part,
            quoted: true,
            unwanted,
        };
        return Some((chunk, after));
    }
    // A quote that nobody closed is a letter like others, which are no words.
    let end = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| is_blank(*c) || is_quote(*c))
        .map_or(text.len(), |(at, _)| at);
    let (word, after) = text.split_at_checked(end).unwrap_or((text, ""));
    let chunk = Chunk {
        text: word,
        part,
        quoted: false,
        unwanted,
    };
    Some((chunk, after))
}

/// The field before a colon that something follows.
fn field(text: &str) -> (Option<Part>, &str) {
    if let Some((name, after)) = text.split_once(':')
        && let Some(part) = Part::named(&name.to_ascii_lowercase())
        && after.starts_with(|c| !is_blank(c))
    {
        return (Some(part), after);
    }
    (None, text)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}
