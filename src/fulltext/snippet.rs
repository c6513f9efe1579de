//! The place in a text that shows best why it was found.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use crate::{
    Language,
    words::{boundary, first_letter, fold, is_invisible, places, start_of},
};

/// Words of a snippet.
const WORDS_MAX: usize = 32;

/// Words that stand before the first that fits, so that it can be understood.
const WORDS_BEFORE: usize = 6;

/// Bytes of a text in which a place is looked for.
const LOOKED_AT_BYTES_MAX: usize = 64 << 10;

/// Bytes of a snippet before it is escaped, where words are of no use as a measure.
const BYTES_MAX: usize = 1_000;

/// What fits: words as they are written, stems, and beginnings, each with the number of what was
/// asked that it answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matched {
    words: HashMap<String, u8>,
    stems: HashMap<String, u8>,
    beginnings: Vec<(String, u8)>,
    /// What all of these begin with: the first 128 characters as bits, and others.
    firsts: (u128, HashSet<char>),
}

impl Matched {
    pub(crate) fn word(&mut self, word: &str, number: u8) {
        self.begins(word);
        self.words.entry(word.to_owned()).or_insert(number);
    }

    pub(crate) fn stem(&mut self, stem: &str, number: u8) {
        self.begins(stem);
        self.stems.entry(stem.to_owned()).or_insert(number);
    }

    pub(crate) fn beginning(&mut self, beginning: &str, number: u8) {
        self.begins(beginning);
        self.beginnings.push((beginning.to_owned(), number));
    }

    fn begins(&mut self, word: &str) {
        match first_letter(word) {
            Some(first) if first.is_ascii() => self.firsts.0 |= 1 << u32::from(first),
            first => self.firsts.1.extend(first),
        }
    }

    /// Whether none of these begins as a word does.
    fn is_none(&self, word: &str) -> bool {
        match first_letter(word) {
            Some(first) if first.is_ascii() => self.firsts.0 >> u32::from(first) & 1 == 0,
            Some(first) => !self.firsts.1.contains(&first),
            None => false,
        }
    }

    /// What was asked that a word answers, if anything.
    fn of(&self, word: &str, language: Language) -> Option<u8> {
        // This is asked of every word of a text, and most words cannot be one of those.
        if language.keeps_beginnings() && self.is_none(word) {
            return None;
        }
        let folded = fold(word);
        if let Some(number) = self.words.get(&folded) {
            return Some(*number);
        }
        let mut beginnings = self.beginnings.iter();
        if let Some((_, number)) = beginnings.find(|(start, _)| folded.starts_with(start)) {
            return Some(*number);
        }
        self.stems.get(&language.stem(word)).copied()
    }
}

/// A word that fits.
struct Fit {
    at: usize,
    what: u8,
}

/// The best place of a text as HTML: escaped, with `<mark>` around the words that fit.
pub(crate) fn snippet(text: &str, language: Language, matched: &Matched) -> String {
    let text = start_of(text, LOOKED_AT_BYTES_MAX);
    let mut words = Vec::with_capacity(text.len() / 5);
    let mut fits = Vec::new();
    for (at, place) in places(text).enumerate() {
        let word = text.get(place.bytes.clone()).unwrap_or_default();
        if let Some(what) = matched.of(word, language) {
            fits.push(Fit { at, what });
        }
        words.push(place.bytes);
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
    shown(text, start..end, marks)
}

/// The beginning of a part of a text, as HTML: escaped, with `<mark>` around the words that fit. A
/// part beyond the end is shown as the text is, from its beginning.
pub(crate) fn part(
    text: &str,
    part: Range<usize>,
    language: Language,
    matched: &Matched,
) -> String {
    let part = match boundary(text, part.start) {
        start if start < text.len() => start..boundary(text, part.end.max(start)),
        _ => 0..text.len(),
    };
    // Words are shorter than this on the whole, and the bytes of a snippet are bounded.
    let end = boundary(text, part.end.min(part.start + 2 * BYTES_MAX));
    let inside = text.get(part.start..end).unwrap_or_default();
    let words = places(inside).take(WORDS_MAX + 1);
    let words: Vec<Range<usize>> = words
        .map(|place| part.start + place.bytes.start..part.start + place.bytes.end)
        .collect();
    let end = match words.get(WORDS_MAX) {
        Some(_) => words.get(WORDS_MAX - 1).map_or(end, |word| word.end),
        None => end,
    };
    let fits = |word: &Range<usize>| {
        let word = text.get(word.clone()).unwrap_or_default();
        matched.of(word, language).is_some()
    };
    let marks = words.iter().filter(|word| fits(word)).cloned();
    shown(text, part.start..end, marks)
}

/// A piece of a text, with dots where the text goes on.
fn shown(text: &str, piece: Range<usize>, marks: impl Iterator<Item = Range<usize>>) -> String {
    let (start, end) = (piece.start, piece.end);
    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    let cut = write(&mut out, text, piece, marks);
    if cut || end < text.len() {
        out.push('…');
    }
    out
}

/// The word at which to begin: most of what was asked for is near, then most words that fit.
fn best(fits: &[Fit]) -> usize {
    let reach = WORDS_MAX - WORDS_BEFORE;
    let (mut best, mut best_at) = ((0, 0), 0);
    let (mut counts, mut kinds, mut end) = ([0_u32; 256], 0, 0);
    for (begin, fit) in fits.iter().enumerate() {
        while let Some(near) = fits.get(end).filter(|near| near.at < fit.at + reach) {
            if let Some(count) = counts.get_mut(usize::from(near.what)) {
                kinds += usize::from(*count == 0);
                *count += 1;
            }
            end += 1;
        }
        if (kinds, end - begin) > best {
            (best, best_at) = ((kinds, end - begin), fit.at);
        }
        if let Some(count) = counts.get_mut(usize::from(fit.what)) {
            *count -= 1;
            kinds -= usize::from(*count == 0);
        }
    }
    best_at
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
