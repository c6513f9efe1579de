//! Texts of generated schools: sentences with gaps, filled with the words of a subject.
//!
//! Each course has an order of its own of its subject's words and prefers the first of them, so
//! that courses of one subject read differently and a search for a word finds some of them.

use kernel::{Fault, Result};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use serde::Deserialize;

const PROSE: &str = include_str!("../../../data/generate/prose.toml");
/// How many sentences stand in a paragraph at most.
const PARAGRAPH_SENTENCES_MAX: usize = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    qualities: Vec<String>,
    things: Vec<String>,
    links: Vec<String>,
    acts: Vec<String>,
    places: Vec<String>,
    whens: Vec<String>,
    turns: Vec<String>,
    sentences: Vec<String>,
    remarks: Vec<String>,
    feedback: Vec<String>,
    levels: Vec<String>,
    given_names: Vec<String>,
    family_names: Vec<String>,
    subjects: Vec<Subject>,
}

/// What can be taught.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subject {
    /// Its name: `Biology`.
    pub(super) name: String,
    /// What the codes of its courses begin with: `BIO`.
    pub(super) code: String,
    terms: Vec<String>,
}

/// A sentence with gaps.
type Pattern = Vec<Piece>;

enum Piece {
    Text(String),
    Gap(Gap),
}

#[derive(Clone, Copy)]
enum Gap {
    Term,
    Other,
    Quality,
    Thing,
    Links,
    Act,
    Place,
    When,
    Turn,
    Number,
}

impl Gap {
    fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "term" => Self::Term,
            "other" => Self::Other,
            "quality" => Self::Quality,
            "thing" => Self::Thing,
            "links" => Self::Links,
            "act" => Self::Act,
            "place" => Self::Place,
            "when" => Self::When,
            "turn" => Self::Turn,
            "number" => Self::Number,
            _ => return Err(Fault::new(format!("no word fills the gap {name:?}")).into()),
        })
    }
}

fn parse(sentences: &[String]) -> Result<Vec<Pattern>> {
    sentences.iter().map(|sentence| pattern(sentence)).collect()
}

fn pattern(mut rest: &str) -> Result<Pattern> {
    let mut pieces = Vec::new();
    while let Some((text, behind)) = rest.split_once('{') {
        let (name, after) = behind
            .split_once('}')
            .ok_or_else(|| Fault::new(format!("a gap without an end: {rest}")))?;
        pieces.push(Piece::Text(text.to_owned()));
        pieces.push(Piece::Gap(Gap::named(name)?));
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(pieces)
}

/// Everything that texts are made of.
pub(super) struct Prose {
    words: Words,
    sentences: Vec<Pattern>,
    remarks: Vec<Pattern>,
    feedback: Vec<Pattern>,
}

impl Prose {
    /// The words that the program ships.
    pub(super) fn load() -> Result<Self> {
        let words: Words = toml::from_str(PROSE)
            .map_err(|error| Fault::caused("the words of generated schools", error))?;
        Ok(Self {
            sentences: parse(&words.sentences)?,
            remarks: parse(&words.remarks)?,
            feedback: parse(&words.feedback)?,
            words,
        })
    }

    /// Somebody's name.
    pub(super) fn name(&self, chance: &mut StdRng) -> String {
        let given = any(&self.words.given_names, chance);
        format!("{given} {}", any(&self.words.family_names, chance))
    }

    /// The writer of the course with this number. Neighbours teach different subjects.
    pub(super) fn writer(&self, course: usize, chance: &mut StdRng) -> Result<Writer<'_>> {
        let subjects = &self.words.subjects;
        let subject = subjects.iter().cycle().nth(course % subjects.len().max(1));
        let subject = subject.ok_or_else(|| Fault::new("there is nothing to teach"))?;
        let mut terms: Vec<&str> = subject.terms.iter().map(String::as_str).collect();
        terms.shuffle(chance);
        Ok(Writer {
            prose: self,
            subject,
            terms,
        })
    }
}

/// Writes the texts of one course.
pub(super) struct Writer<'a> {
    prose: &'a Prose,
    /// What the course teaches.
    pub(super) subject: &'a Subject,
    terms: Vec<&'a str>,
}

impl Writer<'_> {
    /// The title of the course: its level, and what it is most about.
    pub(super) fn course_title(&self, chance: &mut StdRng) -> String {
        let level = any(&self.prose.words.levels, chance).replace("{subject}", &self.subject.name);
        let mut about = self.terms.iter().copied();
        let (first, second) = (about.next().unwrap_or(""), about.next().unwrap_or(""));
        capital(format!("{level}: {first} and {second}"), level.len() + 2)
    }

    /// A title of something in the course.
    pub(super) fn title(&self, chance: &mut StdRng) -> String {
        let first = self.term(chance);
        let second = loop {
            let second = self.term(chance);
            if second != first || self.terms.len() < 2 {
                break second;
            }
        };
        capital(format!("{first} and {second}"), 0)
    }

    /// A page of some 200 words, in Markdown.
    pub(super) fn page(&self, chance: &mut StdRng) -> String {
        let mut text = String::with_capacity(1_600);
        self.paragraph(&mut text, chance);
        text.push_str("\n\n## ");
        text.push_str(&self.title(chance));
        text.push_str("\n\n");
        text.push_str(&self.essay(90, chance));
        text.push_str("\n\nKeep in mind:\n");
        for _ in 0..2 {
            text.push_str("\n- ");
            self.write(&mut text, &self.prose.sentences, chance);
        }
        text
    }

    /// Paragraphs of so many words or a few more.
    pub(super) fn essay(&self, words: usize, chance: &mut StdRng) -> String {
        let mut text = String::with_capacity(words * 8);
        while text.split(' ').count() < words {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            self.paragraph(&mut text, chance);
        }
        text
    }

    /// What somebody says in a discussion: one to three sentences.
    pub(super) fn remark(&self, chance: &mut StdRng) -> String {
        self.some(&self.prose.remarks, 3, chance)
    }

    /// What a teacher writes beside a grade: one or two sentences.
    pub(super) fn feedback(&self, chance: &mut StdRng) -> String {
        self.some(&self.prose.feedback, 2, chance)
    }

    fn some(&self, patterns: &[Pattern], most: usize, chance: &mut StdRng) -> String {
        let mut text = String::with_capacity(200);
        for _ in 0..chance.random_range(1..=most) {
            if !text.is_empty() {
                text.push(' ');
            }
            self.write(&mut text, patterns, chance);
        }
        text
    }

    fn paragraph(&self, text: &mut String, chance: &mut StdRng) {
        for at in 0..chance.random_range(3..=PARAGRAPH_SENTENCES_MAX) {
            if at > 0 {
                text.push(' ');
            }
            self.write(text, &self.prose.sentences, chance);
        }
    }

    fn write(&self, text: &mut String, patterns: &[Pattern], chance: &mut StdRng) {
        let start = text.len();
        let pattern = patterns.choose(chance).map_or(&[][..], Vec::as_slice);
        for piece in pattern {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Gap(Gap::Number) => {
                    text.push_str(&chance.random_range(3..60_u32).to_string());
                }
                Piece::Gap(gap) => text.push_str(self.word(*gap, chance)),
            }
        }
        if let Some(first) = text.get_mut(start..=start) {
            first.make_ascii_uppercase();
        }
    }

    fn word(&self, gap: Gap, chance: &mut StdRng) -> &str {
        let words = &self.prose.words;
        match gap {
            Gap::Term => self.term(chance),
            Gap::Other => self.terms.choose(chance).copied().unwrap_or(""),
            Gap::Quality => any(&words.qualities, chance),
            Gap::Thing => any(&words.things, chance),
            Gap::Links => any(&words.links, chance),
            Gap::Act => any(&words.acts, chance),
            Gap::Place => any(&words.places, chance),
            Gap::When => any(&words.whens, chance),
            Gap::Turn => any(&words.turns, chance),
            Gap::Number => "",
        }
    }

    /// A word of the subject: the course's first ones more often than its last ones.
    fn term(&self, chance: &mut StdRng) -> &str {
        let limit = chance.random_range(0..self.terms.len().max(1));
        let at = chance.random_range(0..=limit);
        self.terms.get(at).copied().unwrap_or("")
    }
}

fn any<'a>(words: &'a [String], chance: &mut StdRng) -> &'a str {
    words.choose(chance).map_or("", String::as_str)
}

/// The text with a capital letter at this place, where an ASCII letter stands there.
fn capital(mut text: String, at: usize) -> String {
    if let Some(letter) = text.get_mut(at..=at) {
        letter.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;

    use super::*;

    #[test]
    fn texts_have_their_length_no_gaps_and_differ() {
        let prose = Prose::load().unwrap();
        let chance = &mut StdRng::seed_from_u64(7);
        let mut seen = HashSet::new();
        for course in 0..prose.words.subjects.len() {
            let writer = prose.writer(course, chance).unwrap();
            let page = writer.page(chance);
            let words = page.split_whitespace().count();
            assert!((150..=300).contains(&words), "{words} words:\n{page}");
            for text in [
                page,
                writer.title(chance),
                writer.course_title(chance),
                writer.remark(chance),
                writer.feedback(chance),
                writer.essay(60, chance),
            ] {
                assert!(!text.contains(['{', '}']) && !text.contains("  "), "{text}");
                assert!(text.starts_with(char::is_uppercase), "{text}");
                assert!(seen.insert(text));
            }
        }
    }

    #[test]
    fn a_gap_that_no_word_fills_is_a_fault() {
        assert!(pattern("The {quality} {thing}.").is_ok());
        for bad in ["The {colour} thing.", "The {thing"] {
            assert!(pattern(bad).is_err(), "{bad}");
        }
    }
}
