//! How words reach the engine: taken apart already, one a line. Its own form of such texts would
//! pass through JSON, which takes longer than all the rest.

use std::str::Split;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name by which fields ask for it; it stands in the index.
pub(crate) const READY: &str = "ready";

/// Words, one a line.
pub(crate) fn ready(words: impl Iterator<Item = String>) -> String {
    let mut lines = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        lines.push_str(&word);
        lines.push('\n');
    }
    lines
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
        self.token.position = self.token.position.wrapping_add(1);
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
