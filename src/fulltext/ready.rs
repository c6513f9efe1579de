//! How words reach the engine: taken apart already, one a line. Its own form of such texts would
//! pass through JSON, which takes longer than all the rest.

use std::str::Split;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::{Language, words::fold};

/// The name by which fields ask for it; it stands in the index.
pub(crate) const READY: &str = "ready";

/// What stands before a stem, so that it is no word; no word has it. A word that is its own stem
/// stands there once, as a word.
pub(crate) const STEM: char = '\u{1}';

/// What stands before the first letters of a word in a heading.
pub(crate) const BEGINNING: char = '\u{2}';

/// No word begins with anything before this.
pub(crate) const WORDS_FROM: &str = "\u{3}";

/// Letters of a beginning that is indexed as such; longer ones are looked for among the words.
pub(crate) const BEGINNING_LETTERS_MAX: usize = 2;

/// Words on their way to the engine.
#[derive(Default)]
pub(crate) struct Words {
    lines: String,
}

impl Words {
    pub(crate) fn word(&mut self, folded: &str) {
        if !folded.is_empty() {
            self.lines.push_str(folded);
            self.lines.push('\n');
        }
    }

    /// A word, and its stem in the same place.
    pub(crate) fn stemmed(&mut self, written: &str, language: Language) {
        let folded = fold(written);
        let stem = language.stem(written);
        self.word(&folded);
        if !stem.is_empty() && !folded.is_empty() && stem != folded {
            self.marked(STEM, &stem);
        }
    }

    /// The first letters of a word, in the same place.
    pub(crate) fn beginnings(&mut self, written: &str) {
        let folded = fold(written);
        let ends = folded.char_indices().map(|(at, c)| at + c.len_utf8());
        for end in ends.take(BEGINNING_LETTERS_MAX) {
            self.marked(BEGINNING, folded.get(..end).unwrap_or_default());
        }
    }

    fn marked(&mut self, mark: char, word: &str) {
        self.lines.push(mark);
        self.lines.push_str(word);
        self.lines.push('\n');
    }

    pub(crate) fn ready(self) -> String {
        self.lines
    }
}

/// Gives the lines to the engine as they are.
#[derive(Clone)]
pub(crate) struct Ready;

/// The lines that are left.
pub(crate) struct Lines<'a> {
    lines: Split<'a, char>,
    token: Token,
}

impl Tokenizer for Ready {
    type TokenStream<'a> = Lines<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Lines<'a> {
        Lines {
            lines: text.split('\n'),
            // The position before the first: the engine's own begin like this.
            token: Token::default(),
        }
    }
}

impl TokenStream for Lines<'_> {
    fn advance(&mut self) -> bool {
        let Some(line) = self.lines.next().filter(|line| !line.is_empty()) else {
            return false;
        };
        if !line.starts_with([STEM, BEGINNING]) {
            self.token.position = self.token.position.wrapping_add(1);
        }
        self.token.text.clear();
        self.token.text.push_str(line);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
