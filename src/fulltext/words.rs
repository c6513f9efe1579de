//! From text to words: where they begin and end, how they are folded, and their stems.

use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters of a word that count; what follows them is not looked at, in documents nor in queries.
const WORD_CHARS_MAX: usize = 64;

/// The language of a document or of a reader: which stems its words have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// German.
    German,
    /// Portuguese.
    Portuguese,
    /// Arabic.
    Arabic,
    /// Hebrew: one leading particle is taken off, as in "and the book".
    Hebrew,
    /// Russian.
    Russian,
    /// Any other, Chinese, Japanese and Korean among them: words as they are written.
    #[default]
    Other,
}

impl Language {
    /// Those with stems and words that say nothing, and with particles.
    pub(crate) const ALL: [Self; 8] = [
        Self::English,
        Self::Spanish,
        Self::French,
        Self::German,
        Self::Portuguese,
        Self::Arabic,
        Self::Hebrew,
        Self::Russian,
    ];

    /// The language of a tag like `pt-BR`; what is unknown is [`Language::Other`].
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Self::English,
            "es" => Self::Spanish,
            "fr" => Self::French,
            "de" => Self::German,
            "pt" => Self::Portuguese,
            "ar" => Self::Arabic,
            "he" | "iw" => Self::Hebrew,
            "ru" => Self::Russian,
            _ => Self::Other,
        }
    }

    /// How the index notes it beside a document; never changes.
    pub(crate) fn code(self) -> u64 {
        match self {
            Self::Other => 0,
            Self::English => 1,
            Self::Spanish => 2,
            Self::French => 3,
            Self::German => 4,
            Self::Portuguese => 5,
            Self::Arabic => 6,
            Self::Hebrew => 7,
            Self::Russian => 8,
        }
    }

    /// The language that was noted as this.
    pub(crate) fn of_code(code: u64) -> Self {
        match code {
            1 => Self::English,
            2 => Self::Spanish,
            3 => Self::French,
            4 => Self::German,
            5 => Self::Portuguese,
            6 => Self::Arabic,
            7 => Self::Hebrew,
            8 => Self::Russian,
            _ => Self::Other,
        }
    }

    fn algorithm(self) -> Option<Algorithm> {
        match self {
            Self::English => Some(Algorithm::English),
            Self::Spanish => Some(Algorithm::Spanish),
            Self::French => Some(Algorithm::French),
            Self::German => Some(Algorithm::German),
            Self::Portuguese => Some(Algorithm::Portuguese),
            Self::Arabic => Some(Algorithm::Arabic),
            Self::Russian => Some(Algorithm::Russian),
            Self::Hebrew | Self::Other => None,
        }
    }

    /// Whether stems begin as their words do.
    pub(crate) fn keeps_beginnings(self) -> bool {
        !matches!(self, Self::Arabic | Self::Hebrew)
    }

    /// The stem of a word, folded; where the language has none, the folded word.
    pub(crate) fn stem(self, word: &str) -> String {
        let Some(algorithm) = self.algorithm() else {
            let folded = fold(word);
            return if self == Self::Hebrew {
                without_particle(folded)
            } else {
                folded
            };
        };
        if word.is_ascii() {
            let mut lower = word.to_ascii_lowercase();
            lower.truncate(WORD_CHARS_MAX);
            return Stemmer::new(algorithm).stem(&lower).into_owned();
        }
        // The stemmers know words with their accents: "été" has another stem than "ete".
        let lower = word.nfc().collect::<String>().to_lowercase();
        fold(&Stemmer::new(algorithm).stem(cut(&lower)))
    }
}

/// A Hebrew word without the particle that is written together with it.
fn without_particle(word: String) -> String {
    let mut letters = word.chars();
    let particle = letters
        .next()
        .is_some_and(|first| "והבלכמש".contains(first));
    if particle && letters.clone().count() >= 3 {
        letters.collect()
    } else {
        word
    }
}

/// Where a word stands: its bytes in the text, and its place among the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) bytes: Range<usize>,
    pub(crate) position: usize,
}

/// The words of a text in order. Scripts without spaces give pairs of letters that overlap, and the
/// last letter of each run by itself, so that any part of a run is found.
pub(crate) fn places(text: &str) -> impl Iterator<Item = Place> {
    Places {
        text,
        at: 0,
        position: 0,
    }
}

struct Places<'a> {
    text: &'a str,
    at: usize,
    position: usize,
}

impl Iterator for Places<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        loop {
            let start = self.after(self.at, begins)?;
            let rest = self.text.get(start..)?;
            let first = rest.chars().next()?;
            if is_dense(first) {
                return Some(self.pair(start, rest, first));
            }
            let ends = |c| !continues(c) || is_dense(c);
            let end = self.after(start, ends).unwrap_or(self.text.len());
            self.at = end;
            if self.is_elision(start, end) {
                continue;
            }
            return Some(self.place(start..end));
        }
    }
}

impl Places<'_> {
    /// Where the first such character is. Texts are read for every answer, and most of their
    /// characters are single bytes.
    fn after(&self, from: usize, is: impl Fn(char) -> bool) -> Option<usize> {
        let mut at = from;
        loop {
            let byte = *self.text.as_bytes().get(at)?;
            let c = if byte.is_ascii() {
                char::from(byte)
            } else {
                self.text.get(at..)?.chars().next()?
            };
            if is(c) {
                return Some(at);
            }
            at += c.len_utf8();
        }
    }

    fn place(&mut self, bytes: Range<usize>) -> Place {
        let position = self.position;
        self.position += 1;
        Place { bytes, position }
    }

    fn pair(&mut self, start: usize, rest: &str, first: char) -> Place {
        let after = start + first.len_utf8();
        self.at = after;
        let second = rest.chars().nth(1).filter(|c| is_dense(*c));
        self.place(start..after + second.map_or(0, char::len_utf8))
    }

    /// A single letter beside an apostrophe is no word: "l'école", "student's".
    fn is_elision(&self, start: usize, end: usize) -> bool {
        // More bytes than any character has.
        if end - start > 4 {
            return false;
        }
        let (Some(before), Some(word), Some(after)) = (
            self.text.get(..start),
            self.text.get(start..end),
            self.text.get(end..),
        ) else {
            return false;
        };
        let apostrophe = |c: char| c == '\'' || c == '’';
        let joined = |side: Option<char>, beyond: Option<char>| {
            side.is_some_and(apostrophe) && beyond.is_some_and(continues)
        };
        let (mut back, mut on) = (before.chars().rev(), after.chars());
        word.chars().nth(1).is_none()
            && (joined(back.next(), back.next()) || joined(on.next(), on.next()))
    }
}

#[inline]
fn begins(c: char) -> bool {
    c.is_alphanumeric()
}

#[inline]
fn continues(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c))
}

/// Soft hyphens, joiners and marks of direction: they stand in words and are no part of them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Letters of scripts that are written without spaces, or, as Korean, with particles attached.
#[inline]
pub(crate) fn is_dense(c: char) -> bool {
    // Asked of every letter, most of which come before all of these.
    c >= '\u{e00}' && is_of_dense_script(c)
}

fn is_of_dense_script(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{323af}')
        && c.is_alphanumeric()
}

/// Accents, and the vowel signs that Hebrew and Arabic are mostly written without. Those of other
/// scripts stay: they carry the word.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}')
}

/// A word without case, accents and width: what is compared.
pub(crate) fn fold(word: &str) -> String {
    if word.is_ascii() {
        let mut folded = word.to_ascii_lowercase();
        folded.truncate(WORD_CHARS_MAX);
        return folded;
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_accent(*c) && !is_invisible(*c)) {
        for c in c.to_lowercase().filter(|c| !is_accent(*c)) {
            match c {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'ł' => folded.push('l'),
                'đ' | 'ð' => folded.push('d'),
                'þ' => folded.push_str("th"),
                'ı' => folded.push('i'),
                'ς' => folded.push('σ'),
                'ى' => folded.push('ي'),
                'ة' => folded.push('ه'),
                c => folded.push(c),
            }
        }
    }
    // Put together again what the decomposition took apart and is no accent: Korean syllables.
    cut(&folded.nfc().collect::<String>()).to_owned()
}

/// The letters of a word that count.
fn cut(word: &str) -> &str {
    let end = word.char_indices().nth(WORD_CHARS_MAX);
    end.and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// The beginning of a text, of at most so many bytes.
pub(crate) fn start_of(text: &str, bytes_max: usize) -> &str {
    text.get(..boundary(text, bytes_max)).unwrap_or_default()
}

/// The place itself, or that of the character which it would cut.
pub(crate) fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first letter of a word, folded, if it has one by itself.
pub(crate) fn first_letter(word: &str) -> Option<char> {
    let first = word.chars().next()?;
    if first.is_ascii() {
        return Some(first.to_ascii_lowercase());
    }
    fold(word.get(..first.len_utf8())?).chars().next()
}
