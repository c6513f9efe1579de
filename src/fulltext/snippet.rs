//! The place in a text that shows best why it was found.

use std::{collections::HashSet, ops::Range};

use crate::{
    Language,
    words::{fold, is_invisible, places},
};

/// Words of a snippet.
const WORDS_MAX: usize = 32;

/// Words that stand before the first that fits, so that it can be understood.
const WORDS_BEFORE: usize = 6;

/// Bytes of a text in which a place is looked for.
const LOOKED_AT_BYTES_MAX: usize = 32 << 10;

/// Bytes of a snippet before it is escaped, where words are of no use as a measure.
const BYTES_MAX: usize = 1_000;

/// What fits: words as they are written, stems, and beginnings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matched {
    pub(crate) words: HashSet<String>,
    pub(crate) stems: HashSet<String>,
    pub(crate) beginnings: Vec<String>,
}

impl Matched {
    /// What a word fits, if anything.
    fn of(&self, word: &str, language: Language) -> Option<String> {
        let folded = fold(word);
        if self.words.contains(&folded) {
            return Some(folded);
        }
        if let Some(start) = self
            .beginnings
            .iter()
            .find(|start| folded.starts_with(*start))
        {
            return Some(start.clone());
        }
        // Stems cost more than all else here: most words cannot have one of those.
        let first = folded.chars().next();
        let may = !language.keeps_beginnings()
            || self.stems.iter().any(|stem| stem.chars().next() == first);
        let stem = may.then(|| language.stem(word))?;
        self.stems.contains(&stem).then_some(stem)
    }
}

/// A word that fits.
struct Fit {
    at: usize,
    what: String,
}

/// The best place of a text as HTML: escaped, with `<mark>` around the words that fit.
pub(crate) fn snippet(text: &str, language: Language, matched: &Matched) -> String {
    let mut end = text.len().min(LOOKED_AT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let words: Vec<Range<usize>> = places(text).map(|place| place.bytes).collect();
    let mut fits = Vec::new();
    for (at, bytes) in words.iter().enumerate() {
        let word = text.get(bytes.clone()).unwrap_or_default();
        if let Some(what) = matched.of(word, language) {
            fits.push(Fit { at, what });
        }
    }
    let first = best(&fits).saturating_sub(WORDS_BEFORE);
    let last = (first + WORDS_MAX).min(words.len());
    let start = match first {
        0 => 0,
        first => words.get(first).map_or(0, |bytes| bytes.start),
    };
    let end = match words.get(last) {
        Some(_) => last
            .checked_sub(1)
            .and_then(|last| words.get(last))
            .map_or(0, |bytes| bytes.end),
        None => text.len(),
    };
    let marks = fits.iter().filter_map(|fit| words.get(fit.at).cloned());
    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    let cut = write(&mut out, text, start..end, marks);
    if cut || end < text.len() {
        out.push('…');
    }
    out
}

/// The word at which to begin: most of what was asked for is near, then most words that fit.
fn best(fits: &[Fit]) -> usize {
    let reach = WORDS_MAX - WORDS_BEFORE;
    let mut best = (0, 0, 0);
    for (index, fit) in fits.iter().enumerate() {
        let near = || {
            fits.iter()
                .skip(index)
                .take_while(|other| other.at < fit.at + reach)
        };
        let kinds: HashSet<&str> = near().map(|other| other.what.as_str()).collect();
        let rank = (kinds.len(), near().count());
        if rank > (best.0, best.1) {
            best = (rank.0, rank.1, fit.at);
        }
    }
    best.2
}

/// Writes a piece of the text with marks. Whether it had to be cut.
fn write(
    out: &mut String,
    text: &str,
    piece: Range<usize>,
    marks: impl Iterator<Item = Range<usize>>,
) -> bool {
    let mut marks = marks.filter(|mark| mark.start >= piece.start).peekable();
    let mut marked_until = None;
    let mut blank = false;
    let begin = out.len();
    let characters = text.get(piece.clone()).unwrap_or_default().char_indices();
    for (offset, c) in characters.map(|(offset, c)| (piece.start + offset, c)) {
        // Pairs of letters overlap: what they mark is one.
        while let Some(mark) = marks.next_if(|mark| mark.start <= offset) {
            if marked_until.is_none() {
                if std::mem::take(&mut blank) {
                    out.push(' ');
                }
                out.push_str("<mark>");
            }
            marked_until = marked_until.max(Some(mark.end));
        }
        if marked_until.is_some_and(|until| until <= offset) {
            out.push_str("</mark>");
            marked_until = None;
        }
        if out.len() - begin > BYTES_MAX && marked_until.is_none() {
            return true;
        }
        // Marks of direction would reach beyond the piece, and spaces are one.
        if c.is_whitespace() || c.is_control() {
            blank = out.len() > begin;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        escape(out, c);
    }
    if marked_until.is_some() {
        out.push_str("</mark>");
    }
    false
}

fn escape(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        c => out.push(c),
    }
}
