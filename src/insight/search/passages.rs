//! A text taken apart into passages, of which each is found by its meaning. Pure.
//!
//! A passage is short enough to mean one thing and long enough to say it: a section, or a part of
//! one that ends with a sentence where it can. It repeats the end of the part before it, so that
//! what is said across the seam is found too.

use std::ops::Range;

use app::search::Block;

/// The most passages of a document; what follows them is found by its words only.
pub(super) const PASSAGES_MAX: usize = 2_000;

/// The most words of a passage.
const WORDS_MAX: usize = 250;
/// A passage of so many words may end before a paragraph that does not fit.
const WORDS_ENOUGH: usize = 150;
/// Sections of fewer words are joined with those around them.
const WORDS_TINY: usize = 80;
/// The most words of the part before that a passage repeats.
const WORDS_REPEATED: usize = 30;
/// The most words that are kept together as a sentence.
const SENTENCE_WORDS_MAX: usize = 100;
/// Letters without a space between them that count as one word.
const WORD_CHARS_MAX: usize = 64;
/// How much of a heading is repeated in the path of what stands below it.
const HEADING_CHARS_MAX: usize = 120;
/// The lowest heading.
const LEVEL_MAX: u8 = 6;

/// Between the headings of a path.
const BELOW: &str = " > ";

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    /// The headings that it stands below, from the highest: `Cells > Membranes`.
    pub(super) section: String,
    /// Where it stands in the text.
    pub(super) bytes: Range<usize>,
}

/// The text of a document, and its passages in order: one at least, as a title means something
/// too.
pub(super) fn passages(title: &str, blocks: &[Block]) -> (String, Vec<Passage>) {
    let (body, sections) = sections(title, blocks);
    let mut passages = Vec::new();
    for section in joined(sections) {
        section.cut(&body, &mut passages);
        if passages.len() >= PASSAGES_MAX {
            passages.truncate(PASSAGES_MAX);
            break;
        }
    }
    if passages.is_empty() {
        passages.push(Passage {
            section: String::new(),
            bytes: 0..0,
        });
    }
    (body, passages)
}

/// What of a passage is given a vector: its words, and what they are about.
pub(super) fn embedded(title: &str, body: &str, passage: &Passage) -> String {
    let text = body.get(passage.bytes.clone()).unwrap_or_default();
    let parts = [title.trim(), passage.section.as_str(), text];
    let said = parts.into_iter().filter(|part| !part.is_empty());
    said.collect::<Vec<_>>().join("\n")
}

/// How much text, in half words: where a language writes no spaces, a letter is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Length(usize);

impl Length {
    const fn words(words: usize) -> Self {
        Self(2 * words)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// A sentence, or as much of one as is kept together.
#[derive(Debug, Clone)]
struct Sentence {
    bytes: Range<usize>,
    length: Length,
    /// The length of the paragraph that begins with it.
    begins: Option<Length>,
}

/// What stands below a heading, with the heading itself.
#[derive(Debug)]
struct Section {
    path: Vec<String>,
    /// How many headings it must share with what it is joined with: those above its own.
    above: usize,
    sentences: Vec<Sentence>,
    length: Length,
    /// Whether there is more to it than headings.
    says_more: bool,
}

impl Section {
    fn below(path: Vec<String>) -> Self {
        Self {
            above: path.len().saturating_sub(1),
            path,
            sentences: Vec::new(),
            length: Length::default(),
            says_more: false,
        }
    }

    fn add(&mut self, sentences: Vec<Sentence>) {
        let length = sentences
            .iter()
            .fold(Length::default(), |sum, sentence| sum.and(sentence.length));
        self.length = self.length.and(length);
        let begin = self.sentences.len();
        self.sentences.extend(sentences);
        if let Some(first) = self.sentences.get_mut(begin) {
            first.begins = Some(length);
        }
    }

    /// Takes in the section that follows, if it is right below a heading with nothing else, or if
    /// the two are short and have the same heading above them.
    fn join(&mut self, next: Self) -> Result<(), Self> {
        let only_heading = !self.says_more && next.path.starts_with(&self.path);
        let shared = self.shared_with(&next);
        let related = shared >= self.above && shared >= next.above;
        let tiny = self.length.min(next.length) < Length::words(WORDS_TINY);
        let fits = self.length.and(next.length) <= Length::words(WORDS_MAX);
        if only_heading || (related && tiny && fits) {
            self.merge(next);
            return Ok(());
        }
        Err(next)
    }

    /// How many headings both stand below.
    fn shared_with(&self, other: &Self) -> usize {
        let pairs = self.path.iter().zip(&other.path);
        pairs.take_while(|(ours, theirs)| ours == theirs).count()
    }

    fn merge(&mut self, next: Self) {
        if self.says_more {
            self.path.truncate(self.shared_with(&next));
        } else {
            self.path = next.path;
        }
        self.above = self.above.max(next.above);
        self.says_more |= next.says_more;
        self.length = self.length.and(next.length);
        self.sentences.extend(next.sentences);
    }

    /// Cuts the section into passages of about the same length.
    fn cut(&self, body: &str, passages: &mut Vec<Passage>) {
        let own = Length::words(WORDS_MAX - WORDS_REPEATED);
        let whole = self.length <= Length::words(WORDS_MAX);
        let parts = if whole {
            1
        } else {
            self.length.0.div_ceil(own.0)
        };
        let target = Length(self.length.0.div_ceil(parts.max(1)));
        let target = target.and(Length::words(if whole { 0 } else { WORDS_REPEATED }));
        let section = self.path.join(BELOW);
        let mut part: Option<Part> = None;
        for sentence in &self.sentences {
            let next = match part.take() {
                Some(open) if open.is_full(sentence, target) => {
                    let next = Part::after(&open, body, sentence);
                    passages.push(open.passage(&section));
                    next
                }
                Some(open) => open.with(sentence),
                None => Part::of(sentence),
            };
            part = Some(next);
            if passages.len() >= PASSAGES_MAX {
                return;
            }
        }
        passages.extend(part.map(|part| part.passage(&section)));
    }
}

/// A passage that is being filled.
#[derive(Debug)]
struct Part {
    bytes: Range<usize>,
    length: Length,
    last: Sentence,
}

impl Part {
    fn of(sentence: &Sentence) -> Self {
        Self {
            bytes: sentence.bytes.clone(),
            length: sentence.length,
            last: sentence.clone(),
        }
    }

    fn with(mut self, sentence: &Sentence) -> Self {
        self.bytes.end = sentence.bytes.end;
        self.length = self.length.and(sentence.length);
        self.last = sentence.clone();
        self
    }

    /// The part that begins with this sentence, and with the end of the one before it.
    fn after(before: &Self, body: &str, sentence: &Sentence) -> Self {
        let (start, repeated) = end_of(body, &before.last);
        Self {
            bytes: start..sentence.bytes.end,
            length: repeated.and(sentence.length),
            last: sentence.clone(),
        }
    }

    fn is_full(&self, next: &Sentence, target: Length) -> bool {
        let paragraph_fits = next
            .begins
            .is_none_or(|paragraph| self.length.and(paragraph) <= Length::words(WORDS_MAX));
        (self.length >= Length::words(WORDS_ENOUGH) && !paragraph_fits)
            || self.length.and(next.length) > target
    }

    fn passage(self, section: &str) -> Passage {
        Passage {
            section: section.to_owned(),
            bytes: self.bytes,
        }
    }
}

/// Where the end of a sentence begins that the next passage repeats, and how long it is.
fn end_of(body: &str, sentence: &Sentence) -> (usize, Length) {
    let most = Length::words(WORDS_REPEATED);
    if sentence.length <= most {
        return (sentence.bytes.start, sentence.length);
    }
    let words: Vec<Word> = Words::of(body, sentence.bytes.clone()).collect();
    let mut repeated = (sentence.bytes.end, Length::default());
    for word in words.iter().rev() {
        let length = repeated.1.and(word.length);
        if length > most {
            break;
        }
        repeated = (word.bytes.start, length);
    }
    repeated
}

/// The text, and what stands below each heading.
fn sections(title: &str, blocks: &[Block]) -> (String, Vec<Section>) {
    let mut body = String::new();
    let mut sections = Vec::new();
    let mut above: Vec<(u8, String)> = Vec::new();
    let mut section = Section::below(Vec::new());
    for block in blocks {
        let (Block::Heading(_, text) | Block::Text(text) | Block::Code(text)) = block;
        if text.trim().is_empty() {
            continue;
        }
        if let Block::Heading(level, text) = block {
            let level = (*level).min(LEVEL_MAX);
            above.retain(|(higher, _)| *higher < level);
            above.push((level, text.trim().chars().take(HEADING_CHARS_MAX).collect()));
            // What every path would begin with is no news beside the title.
            let path = above.iter().map(|(_, text)| text.clone());
            let path = path.skip_while(|text| text == title.trim()).collect();
            sections.push(std::mem::replace(&mut section, Section::below(path)));
        } else {
            section.says_more = true;
        }
        if !body.is_empty() {
            body.push('\n');
        }
        let start = body.len();
        body.push_str(text);
        let by_line = matches!(block, Block::Code(_));
        section.add(sentences(&body, start..body.len(), by_line));
    }
    sections.push(section);
    sections.retain(|section| !section.sentences.is_empty());
    (body, sections)
}

/// The sections, tiny ones joined with those around them; a short text is one whole.
fn joined(sections: Vec<Section>) -> Vec<Section> {
    let length = sections
        .iter()
        .fold(Length::default(), |sum, section| sum.and(section.length));
    let short = length <= Length::words(WORDS_MAX);
    let mut joined: Vec<Section> = Vec::new();
    for section in sections {
        let rest = match joined.last_mut() {
            Some(last) if short => {
                last.merge(section);
                continue;
            }
            Some(last) => last.join(section),
            None => Err(section),
        };
        joined.extend(rest.err());
    }
    joined
}

/// A word and where it stands; a letter, where a language writes no spaces.
#[derive(Debug, Clone)]
struct Word {
    bytes: Range<usize>,
    length: Length,
    /// Whether a sentence ends with it.
    ends: bool,
    /// Whether it is the first on another line than the word before it.
    new_line: bool,
}

/// The words of a range of a text, one after another.
struct Words<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Words<'a> {
    fn of(text: &'a str, bytes: Range<usize>) -> Self {
        Self {
            text,
            at: bytes.start,
            end: bytes.end,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let rest = self.rest();
        let spaces = rest.len() - rest.trim_start().len();
        let new_line = rest.get(..spaces).unwrap_or_default().contains('\n');
        let start = self.at + spaces;
        self.at = start;
        let mut last = None;
        for (count, c) in self.rest().chars().enumerate() {
            let alone = is_word_alone(c);
            let over = c.is_whitespace() || count == WORD_CHARS_MAX || (alone && count > 0);
            if over || last.is_some_and(is_word_alone) {
                break;
            }
            self.at += c.len_utf8();
            last = Some(c);
        }
        let last = last?;
        let written = self.text.get(start..self.at).unwrap_or_default();
        let closing = |c: char| matches!(c, '"' | '\'' | ')' | ']' | '”' | '’' | '»');
        Some(Word {
            bytes: start..self.at,
            length: Length(if is_word_alone(last) { 1 } else { 2 }),
            ends: written
                .trim_end_matches(closing)
                .ends_with(['.', '!', '?', '…', '؟', '۔', '।', '。', '！', '？']),
            new_line,
        })
    }
}

/// Whether a letter is of a script without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
fn is_word_alone(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff00}'..='\u{ffef}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// The sentences of a paragraph; the lines of a program.
fn sentences(body: &str, bytes: Range<usize>, by_line: bool) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut over = true;
    for word in Words::of(body, bytes) {
        over |= by_line && word.new_line;
        match sentences.last_mut() {
            Some(last)
                if !over && last.length.and(word.length) <= Length::words(SENTENCE_WORDS_MAX) =>
            {
                last.bytes.end = word.bytes.end;
                last.length = last.length.and(word.length);
            }
            _ => sentences.push(Sentence {
                bytes: word.bytes.clone(),
                length: word.length,
                begins: None,
            }),
        }
        over = !by_line && word.ends;
    }
    sentences
}

#[cfg(test)]
mod tests;
