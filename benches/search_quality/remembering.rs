//! The table of the program, remembering the vectors of the passages that it was given.

use std::sync::Mutex;

use llm::{EmbedError, Embedder, Purpose, StaticTable};

/// The built-in table, and what it said of documents.
#[derive(Default)]
pub(super) struct Remembering(Mutex<Vec<Vec<f32>>>);

impl Remembering {
    /// The vectors of all passages so far.
    pub(super) fn passages(&self) -> Vec<Vec<f32>> {
        self.0.lock().unwrap().clone()
    }
}

impl Embedder for Remembering {
    fn name(&self) -> &str {
        Embedder::name(StaticTable::built_in())
    }

    fn dimensions(&self) -> Option<usize> {
        StaticTable::built_in().dimensions()
    }

    fn waits(&self) -> bool {
        false
    }

    fn knows(&self, word: &str) -> bool {
        StaticTable::built_in().knows(word)
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        let vectors = Embedder::embed(StaticTable::built_in(), texts, purpose)?;
        if purpose == Purpose::Document {
            let mut passages = self.0.lock().unwrap();
            passages.extend(vectors.iter().flatten().cloned());
        }
        Ok(vectors)
    }
}
