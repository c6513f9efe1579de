//! Texts in pieces of words, as BERT's uncased models have them.
//!
//! Source: Devlin et al., "BERT" (2018), and the reference in Hugging Face's `tokenizers`
//! (`BertNormalizer`, `BertPreTokenizer`, `WordPiece`), with which a test compares this.

use std::collections::HashMap;

use unicode_general_category::{GeneralCategory as Category, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// The longest word that is looked up, in characters; a longer one is unknown.
const WORD_CHARS_MAX: usize = 100;
/// What begins a piece that continues a word.
const CONTINUES: &str = "##";

/// The pieces that there are.
pub(crate) struct Vocabulary {
    /// Those that begin a word.
    first: HashMap<Box<str>, u32>,
    /// Those that continue one, without their mark.
    next: HashMap<Box<str>, u32>,
}

impl Vocabulary {
    /// The pieces with their numbers.
    pub(crate) fn new(pieces: HashMap<String, u32>) -> Self {
        let (mut first, mut next) = (HashMap::new(), HashMap::new());
        for (piece, number) in pieces {
            match piece.strip_prefix(CONTINUES) {
                Some(rest) => next.insert(rest.into(), number),
                None => first.insert(piece.into(), number),
            };
        }
        Self { first, next }
    }

    /// Gives the numbers of the pieces of each word of a text; `None` for a word that has none.
    pub(crate) fn pieces(&self, text: &str, mut give: impl FnMut(Option<u32>)) {
        let mut word = String::new();
        let mut numbers = Vec::new();
        let mut end = |word: &mut String, give: &mut dyn FnMut(Option<u32>)| {
            if word.is_empty() {
                return;
            }
            if self.word(word, &mut numbers) {
                for number in &numbers {
                    give(Some(*number));
                }
            } else {
                give(None);
            }
            word.clear();
        };
        for c in folded(text) {
            match kind(c) {
                Kind::Space => end(&mut word, &mut give),
                Kind::Alone => {
                    end(&mut word, &mut give);
                    word.push(c);
                    end(&mut word, &mut give);
                }
                Kind::OfWord => word.push(c),
            }
        }
        end(&mut word, &mut give);
    }

    /// Whether a word, folded, is a piece by itself.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.first.contains_key(word)
    }

    /// The pieces of a word: each time the longest that fits. Whether the whole word has pieces.
    fn word(&self, word: &str, numbers: &mut Vec<u32>) -> bool {
        numbers.clear();
        if word.chars().nth(WORD_CHARS_MAX).is_some() {
            return false;
        }
        let mut rest = word;
        while !rest.is_empty() {
            let pieces = if numbers.is_empty() {
                &self.first
            } else {
                &self.next
            };
            let ends = rest.char_indices().rev().map(|(at, c)| at + c.len_utf8());
            let longest = ends
                .map(|end| rest.split_at(end))
                .find_map(|(piece, rest)| Some((*pieces.get(piece)?, rest)));
            let Some((number, behind)) = longest else {
                return false;
            };
            numbers.push(number);
            rest = behind;
        }
        true
    }
}

/// Whether a piece is a mark of punctuation; those of other signs may be parts of words.
pub(crate) fn is_mark(piece: &str) -> bool {
    piece
        .chars()
        .all(|c| matches!(kind(c), Kind::Alone) && !c.is_alphanumeric())
}

/// A text without what is not seen, in small letters, without accents.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|c| !is_dropped(*c))
        .nfd()
        .filter(|c| get_general_category(*c) != Category::NonspacingMark)
        .flat_map(char::to_lowercase)
}

fn is_dropped(c: char) -> bool {
    let is_other = || {
        matches!(
            get_general_category(c),
            Category::Control | Category::Format | Category::Unassigned | Category::PrivateUse
        )
    };
    c == '\u{fffd}' || (!c.is_ascii_graphic() && !c.is_whitespace() && is_other())
}

/// What a character is to the words around it.
enum Kind {
    Space,
    /// A word by itself.
    Alone,
    OfWord,
}

fn kind(c: char) -> Kind {
    if c.is_whitespace() {
        Kind::Space
    } else if c.is_ascii_alphanumeric() {
        Kind::OfWord
    } else if c.is_ascii_punctuation() || is_punctuation(c) || is_ideograph(c) {
        Kind::Alone
    } else {
        Kind::OfWord
    }
}

fn is_punctuation(c: char) -> bool {
    matches!(
        get_general_category(c),
        Category::ConnectorPunctuation
            | Category::DashPunctuation
            | Category::OpenPunctuation
            | Category::ClosePunctuation
            | Category::InitialPunctuation
            | Category::FinalPunctuation
            | Category::OtherPunctuation
    )
}

/// Chinese characters, each of which is a word to BERT.
fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2ceaf}'
        | '\u{2f800}'..='\u{2fa1f}'
    )
}
