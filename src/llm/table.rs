//! A static table of embeddings, in the layout of `Model2Vec`: a row of numbers for each piece of a
//! word. What a text means is the mean of the rows of its pieces, scaled to unit length. Marks that
//! stand alone are left out, which the reference does not do.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedder::{BATCH_MAX, DIMENSIONS_MAX, EmbedError, Embedder, Purpose};
use crate::wordpiece::{Vocabulary, is_mark};

/// The most of a text that is looked at, in bytes. Passages are far shorter.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// The most bytes of a table's description of itself.
const HEADER_BYTES_MAX: u64 = 64 * 1024;

/// The name of the table of the binary.
const NAME: &str = "static-minilm-fitted-256";
const MODEL: &[u8] = include_bytes!("../../data/models/static-minilm-fitted-256/model.safetensors");
const TOKENIZER: &[u8] =
    include_bytes!("../../data/models/static-minilm-fitted-256/tokenizer.json");

static BUILT_IN: LazyLock<StaticTable> = LazyLock::new(|| {
    StaticTable::read(NAME, MODEL, TOKENIZER).expect("because a test reads the table of the binary")
});

/// A table of embeddings.
pub struct StaticTable {
    name: &'static str,
    vocabulary: Vocabulary,
    rows: &'static [u8],
    dimensions: usize,
}

impl fmt::Debug for StaticTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticTable")
            .field("name", &self.name)
            .field("dimensions", &self.dimensions)
            .finish_non_exhaustive()
    }
}

/// Why bytes are no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableError {
    /// The file of the rows is not `safetensors` with one tensor `embeddings` of rows of int8.
    Rows,
    /// The file of the pieces is not a `WordPiece` vocabulary.
    Pieces,
    /// A piece has no row.
    RowMissing,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rows => "the table is not safetensors with one tensor `embeddings` of int8",
            Self::Pieces => "the tokenizer has no WordPiece vocabulary",
            Self::RowMissing => "the tokenizer has pieces that the table has no row for",
        })
    }
}

impl std::error::Error for TableError {}

/// The description of the tensors that a file of `safetensors` begins with.
#[derive(Deserialize)]
struct Header {
    embeddings: Tensor,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: (usize, usize),
    data_offsets: (usize, usize),
}

#[derive(Deserialize)]
struct Tokenizer {
    model: WordPiece,
}

#[derive(Deserialize)]
struct WordPiece {
    unk_token: String,
    vocab: HashMap<String, u32>,
}

impl StaticTable {
    /// The table of the binary: `static-minilm-fitted-256`, English, 256 numbers a text. It is read
    /// when it is asked for first, which takes some hundredths of a second.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a table and its tokenizer. The name tells its vectors from those of other tables.
    pub fn read(
        name: &'static str,
        model: &'static [u8],
        tokenizer: &[u8],
    ) -> Result<Self, TableError> {
        let (rows, dimensions, count) = rows(model).ok_or(TableError::Rows)?;
        let tokenizer: Tokenizer =
            serde_json::from_slice(tokenizer).map_err(|_| TableError::Pieces)?;
        let mut pieces = tokenizer.model.vocab;
        if pieces.values().any(|number| row_of(*number) >= count) {
            return Err(TableError::RowMissing);
        }
        // What is unknown has no meaning, and marks say nothing of what a text is about: pages
        // with programs would be told apart by their brackets.
        pieces.remove(&tokenizer.model.unk_token);
        pieces.retain(|piece, _| !is_mark(piece));
        Ok(Self {
            name,
            vocabulary: Vocabulary::new(pieces),
            rows,
            dimensions,
        })
    }

    /// What a text means, of unit length; `None` for one without a known word.
    pub fn embed(&self, text: &str) -> Option<Vec<f32>> {
        let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
        let mut sums = vec![0_i32; self.dimensions];
        self.vocabulary.pieces(text, |piece| {
            let row = piece.map_or(&[][..], |piece| self.row(piece));
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += i32::from(number.cast_signed());
            }
        });
        #[expect(
            clippy::cast_precision_loss,
            reason = "sums of int8 stay far below 2^24"
        )]
        let mut vector: Vec<f32> = sums.into_iter().map(|sum| sum as f32).collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length == 0.0 {
            return None;
        }
        for number in &mut vector {
            *number /= length;
        }
        Some(vector)
    }

    fn row(&self, piece: u32) -> &[u8] {
        let from = row_of(piece) * self.dimensions;
        self.rows
            .get(from..from + self.dimensions)
            .unwrap_or_default()
    }
}

/// It never fails, and takes some ten thousandths of a second for a text.
impl Embedder for StaticTable {
    fn name(&self) -> &str {
        self.name
    }

    fn dimensions(&self) -> Option<usize> {
        Some(self.dimensions)
    }

    fn waits(&self) -> bool {
        false
    }

    /// Words in several pieces mean what their pieces do, which says little of the word.
    fn knows(&self, word: &str) -> bool {
        self.vocabulary.has(word)
    }

    fn embed(
        &self,
        texts: &[&str],
        _purpose: Purpose,
    ) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        if texts.len() > BATCH_MAX {
            return Err(EmbedError::TooMany(texts.len()));
        }
        Ok(texts.iter().map(|text| self.embed(text)).collect())
    }
}

fn row_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The rows, how many numbers each has, and how many there are.
fn rows(model: &'static [u8]) -> Option<(&'static [u8], usize, usize)> {
    let (length, rest) = model.split_first_chunk::<8>()?;
    let length = u64::from_le_bytes(*length);
    if length > HEADER_BYTES_MAX {
        return None;
    }
    let (header, data) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let Tensor {
        dtype,
        shape: (count, dimensions),
        data_offsets: (from, to),
    } = serde_json::from_slice::<Header>(header).ok()?.embeddings;
    let rows = data.get(from..to)?;
    let is_whole = count.checked_mul(dimensions) == Some(rows.len());
    let is_fine = dtype == "I8" && is_whole && (1..=DIMENSIONS_MAX).contains(&dimensions);
    is_fine.then_some((rows, dimensions, count))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// What the reference makes of a text: `tokenizers` 0.23, and the mean of the rows.
    #[derive(Deserialize)]
    struct Reference {
        text: String,
        ids: Vec<u32>,
        begins: Option<Vec<f32>>,
    }

    fn references() -> Vec<Reference> {
        serde_json::from_str(include_str!("fixtures/reference.json")).unwrap()
    }

    fn cosine(one: &str, other: &str) -> f32 {
        let table = StaticTable::built_in();
        let (one, other) = (table.embed(one).unwrap(), table.embed(other).unwrap());
        one.iter().zip(&other).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn texts_have_the_pieces_and_the_meaning_that_the_reference_gives_them() {
        let table = StaticTable::built_in();
        let unknown = 100;
        let whole: Tokenizer = serde_json::from_slice(TOKENIZER).unwrap();
        let whole = whole.model.vocab;
        let marks = whole.iter().filter(|(piece, _)| is_mark(piece));
        let marks: HashSet<u32> = marks.map(|(_, number)| *number).collect();
        let known = whole.into_iter().filter(|(_, number)| *number != unknown);
        let vocabulary = Vocabulary::new(known.collect());
        let mut compared = 0;
        for Reference { text, ids, begins } in references() {
            let (mut pieces, mut meant) = (Vec::new(), Vec::new());
            vocabulary.pieces(&text, |piece| pieces.push(piece.unwrap_or(unknown)));
            assert_eq!(pieces, ids, "{text:?}");
            table.vocabulary.pieces(&text, |piece| meant.extend(piece));
            pieces.retain(|piece| *piece != unknown && !marks.contains(piece));
            assert_eq!(meant, pieces, "{text:?}");
            // The reference takes marks into account.
            if ids.iter().any(|piece| marks.contains(piece)) {
                continue;
            }
            compared += 1;
            let vector = table.embed(&text);
            assert_eq!(vector.is_some(), begins.is_some(), "{text:?}");
            for (ours, theirs) in vector
                .unwrap_or_default()
                .iter()
                .zip(begins.unwrap_or_default())
            {
                assert!(
                    (ours - theirs).abs() < 2e-5,
                    "{text:?}: {ours} for {theirs}"
                );
            }
        }
        assert!(compared > 5, "{compared} texts have no marks");
    }

    #[test]
    fn words_in_pieces_are_not_known() {
        let table = StaticTable::built_in();
        assert!(
            ["light", "geometry", "42"]
                .iter()
                .all(|word| table.knows(word))
        );
        assert!(
            !["lihgt", "chlorophyll", ""]
                .iter()
                .any(|word| table.knows(word))
        );
    }

    #[test]
    fn marks_say_nothing() {
        let table = StaticTable::built_in();
        assert_eq!(table.embed("{ } ;;; ( ) \u{2014}"), None);
        assert_eq!(table.embed("print(\"light\");"), table.embed("print light"));
    }

    #[test]
    fn what_means_much_the_same_is_near_without_a_word_in_common() {
        let question = "How do plants make their food?";
        let right = cosine(question, "Photosynthesis turns light into sugar.");
        let wrong = cosine(question, "The treaty ended the war in 1648.");
        assert!(right > 2.0 * wrong, "{right} and {wrong}");
    }

    #[test]
    fn made_up_words_mean_nothing_that_is_written_about() {
        let texts = [
            "for i in range(10): print(i)",
            "The for loop goes over each item of a list in turn.",
            "A string s has characters s[0], s[1] and so on.",
            "Leaves catch light and make sugar of it.",
        ];
        for (made_up, text) in ["asdf qwer", "xyzzy plugh", "qwertz uiop"]
            .iter()
            .flat_map(|made_up| texts.map(|text| (made_up, text)))
        {
            let cosine = cosine(made_up, text);
            assert!(cosine < 0.2, "{made_up:?}, {text:?}: {cosine}");
        }
    }

    #[test]
    fn embeddings_have_unit_length_and_a_long_text_costs_no_more_than_its_limit() {
        let table = StaticTable::built_in();
        let long = "word ".repeat(1_000_000);
        for text in ["a", "the cell, the cell", long.as_str()] {
            let vector = table.embed(text).unwrap();
            assert_eq!(vector.len(), table.dimensions);
            let length: f32 = vector.iter().map(|x| x * x).sum();
            assert!((length - 1.0).abs() < 1e-5, "{length}");
        }
    }

    #[test]
    fn bytes_that_are_no_table_are_refused() {
        let read = |model: &'static [u8], tokenizer: &[u8]| {
            StaticTable::read("ours", model, tokenizer).err()
        };
        for cut in [0, 7, 8, 50, 100, MODEL.len() - 1] {
            assert_eq!(
                read(&MODEL[..cut], TOKENIZER),
                Some(TableError::Rows),
                "{cut}"
            );
        }
        let huge = b"\xff\xff\xff\xff\xff\xff\xff\xff{}";
        assert_eq!(read(huge, TOKENIZER), Some(TableError::Rows));
        assert_eq!(read(MODEL, b"{}"), Some(TableError::Pieces));
        let beyond = br#"{"model":{"unk_token":"?","vocab":{"a":30522}}}"#;
        assert_eq!(read(MODEL, beyond), Some(TableError::RowMissing));
        let few = br#"{"model":{"unk_token":"?","vocab":{"a":0,"b":1}}}"#;
        assert_eq!(read(MODEL, few), None);
    }
}
