//! Vectors that were made before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;

use crate::embedder::{BATCH_MAX, DIMENSIONS_MAX, EmbedError, Embedder, Purpose};

/// How many questions are remembered.
const QUESTIONS_MAX: usize = 1_000;

type Key = [u8; 32];

/// Where vectors of documents are kept. It may forget what it likes, but not mix it up.
pub trait Kept: Send + Sync {
    /// What was put under a key, if it is still there.
    fn get(&self, key: &[u8; 32]) -> Option<Vec<u8>>;
    /// Keeps a value, if it can.
    fn put(&self, key: &[u8; 32], value: &[u8]);
}

/// How often a vector was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Documents that were.
    pub document_hits: u64,
    /// Documents that had to be asked for.
    pub document_misses: u64,
    /// Questions that were.
    pub question_hits: u64,
    /// Questions that had to be asked for.
    pub question_misses: u64,
}

/// An embedder that remembers. Documents are kept where the caller says, by a hash of the name of
/// the embedder and the text; questions in memory, the last thousand or so.
pub struct Cached<E, K> {
    inner: E,
    kept: K,
    questions: Cache<Key, Arc<[f32]>>,
    documents: Tally,
    asked: Tally,
}

#[derive(Default)]
struct Tally {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Tally {
    fn note(&self, hits: usize, misses: usize) {
        self.hits.fetch_add(hits as u64, Ordering::Relaxed);
        self.misses.fetch_add(misses as u64, Ordering::Relaxed);
    }

    fn read(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.hits), read(&self.misses))
    }
}

impl<E: Embedder, K: Kept> Cached<E, K> {
    /// Remembers what an embedder answers.
    pub fn new(inner: E, kept: K) -> Self {
        Self {
            inner,
            kept,
            questions: Cache::new(QUESTIONS_MAX),
            documents: Tally::default(),
            asked: Tally::default(),
        }
    }

    /// How often a vector was there, since the start.
    pub fn counts(&self) -> Counts {
        let (document_hits, document_misses) = self.documents.read();
        let (question_hits, question_misses) = self.asked.read();
        Counts {
            document_hits,
            document_misses,
            question_hits,
            question_misses,
        }
    }

    fn key(&self, text: &str) -> Key {
        let mut hasher = blake3::Hasher::new();
        let name = self.inner.name().as_bytes();
        // With its length before it, no name and text run into another name and text.
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name).update(text.as_bytes());
        *hasher.finalize().as_bytes()
    }

    fn remembered(&self, key: &Key, purpose: Purpose) -> Option<Vec<f32>> {
        match purpose {
            Purpose::Document => read(&self.kept.get(key)?),
            Purpose::Question => Some(self.questions.get(key)?.to_vec()),
        }
    }

    fn remember(&self, key: &Key, vector: &[f32], purpose: Purpose) {
        match purpose {
            Purpose::Document => self.kept.put(key, &written(vector)),
            Purpose::Question => self.questions.insert(*key, vector.into()),
        }
    }

    /// Asks for vectors, and remembers them.
    fn ask(&self, entries: Vec<&mut Entry<'_>>, purpose: Purpose) -> Result<(), EmbedError> {
        if entries.is_empty() {
            return Ok(());
        }
        let texts: Vec<&str> = entries.iter().map(|entry| entry.text).collect();
        let vectors = self.inner.embed(&texts, purpose)?;
        for (entry, vector) in entries.into_iter().zip(vectors) {
            if let Some(vector) = &vector {
                self.remember(&entry.key, vector, purpose);
            }
            entry.vector = vector;
        }
        Ok(())
    }
}

struct Entry<'a> {
    text: &'a str,
    key: Key,
    vector: Option<Vec<f32>>,
}

impl<E: Embedder, K: Kept> Embedder for Cached<E, K> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn dimensions(&self) -> Option<usize> {
        self.inner.dimensions()
    }

    fn waits(&self) -> bool {
        self.inner.waits()
    }

    fn knows(&self, word: &str) -> bool {
        self.inner.knows(word)
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        if texts.len() > BATCH_MAX {
            return Err(EmbedError::TooMany(texts.len()));
        }
        let entry = |text| {
            let key = self.key(text);
            let vector = self.remembered(&key, purpose);
            Entry { text, key, vector }
        };
        let mut entries: Vec<Entry<'_>> = texts.iter().map(|text| entry(*text)).collect();
        let (hits, misses): (Vec<_>, Vec<_>) =
            entries.iter_mut().partition(|entry| entry.vector.is_some());
        let tally = match purpose {
            Purpose::Document => &self.documents,
            Purpose::Question => &self.asked,
        };
        tally.note(hits.len(), misses.len());
        self.ask(misses, purpose)?;
        // The model behind a name may have become another one since a vector was kept. Which one it
        // is now was told with the vectors of the rest.
        if let Some(dimensions) = self.dimensions() {
            let is_stale = |vector: &Vec<f32>| vector.len() != dimensions;
            let stale = hits
                .into_iter()
                .filter(|entry| entry.vector.as_ref().is_some_and(is_stale));
            self.ask(stale.collect(), purpose)?;
        }
        Ok(entries.into_iter().map(|entry| entry.vector).collect())
    }
}

/// A vector as it is kept.
fn written(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// A vector that was kept, if these bytes are one.
fn read(bytes: &[u8]) -> Option<Vec<f32>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    let vector: Vec<f32> = numbers.iter().map(|x| f32::from_le_bytes(*x)).collect();
    let is_one = rest.is_empty()
        && (1..=DIMENSIONS_MAX).contains(&vector.len())
        && vector.iter().all(|x| x.is_finite());
    is_one.then_some(vector)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;

    use super::*;
    use crate::StaticTable;
    use crate::remote::Trouble;

    #[derive(Default)]
    struct Memory(Mutex<HashMap<Key, Vec<u8>>>);

    impl Kept for &Memory {
        fn get(&self, key: &Key) -> Option<Vec<u8>> {
            self.0.lock().unwrap().get(key).cloned()
        }

        fn put(&self, key: &Key, value: &[u8]) {
            self.0.lock().unwrap().insert(*key, value.to_owned());
        }
    }

    /// Answers with the length of a text, in as many numbers as it has; notes what it was asked.
    struct Counting {
        name: &'static str,
        dimensions: usize,
        asked: Mutex<Vec<String>>,
    }

    impl Counting {
        fn called(name: &'static str, dimensions: usize) -> Self {
            Self {
                name,
                dimensions,
                asked: Mutex::default(),
            }
        }

        fn asked(&self) -> Vec<String> {
            std::mem::take(&mut self.asked.lock().unwrap())
        }
    }

    impl Embedder for Counting {
        fn name(&self) -> &str {
            self.name
        }

        fn dimensions(&self) -> Option<usize> {
            Some(self.dimensions)
        }

        fn waits(&self) -> bool {
            true
        }

        fn embed(
            &self,
            texts: &[&str],
            _purpose: Purpose,
        ) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
            let mut asked = self.asked.lock().unwrap();
            asked.extend(texts.iter().map(|text| (*text).to_owned()));
            if texts.contains(&"fail") {
                return Err(EmbedError::Service {
                    at: String::new(),
                    trouble: Trouble::WebPage,
                });
            }
            let vector = |text: &&str| {
                let length = f32::from(u8::try_from(text.len()).unwrap());
                (length > 0.0).then(|| vec![length; self.dimensions])
            };
            Ok(texts.iter().map(vector).collect())
        }
    }

    fn vectors(of: &[&str], dimensions: usize) -> Vec<Option<Vec<f32>>> {
        let counting = Counting::called("", dimensions);
        counting.embed(of, Purpose::Document).unwrap()
    }

    #[test]
    fn documents_are_asked_for_once_and_also_after_a_restart() {
        let (memory, inner) = (Memory::default(), Counting::called("one", 3));
        let cached = Cached::new(&inner, &memory);
        let first = ["a", "", "ccc"];
        assert_eq!(
            cached.embed(&first, Purpose::Document).unwrap(),
            vectors(&first, 3)
        );
        assert_eq!(inner.asked(), first);
        let cached = Cached::new(&inner, &memory);
        let second = ["ccc", "dddd", "a"];
        assert_eq!(
            cached.embed(&second, Purpose::Document).unwrap(),
            vectors(&second, 3)
        );
        assert_eq!(inner.asked(), ["dddd"]);
        let counts = cached.counts();
        assert_eq!((counts.document_hits, counts.document_misses), (2, 1));
        assert_eq!((counts.question_hits, counts.question_misses), (0, 0));
    }

    #[test]
    fn questions_are_remembered_in_memory_only() {
        let (memory, inner) = (Memory::default(), Counting::called("one", 3));
        let cached = Cached::new(&inner, &memory);
        for _ in 0..2 {
            let answered = cached.embed(&["why"], Purpose::Question).unwrap();
            assert_eq!(answered, vectors(&["why"], 3));
        }
        assert_eq!(inner.asked(), ["why"]);
        let counts = cached.counts();
        assert_eq!((counts.question_hits, counts.question_misses), (1, 1));
        assert!(memory.0.lock().unwrap().is_empty());
        for number in 0..5_000 {
            let question = number.to_string();
            cached.embed(&[&question], Purpose::Question).unwrap();
        }
        assert!(cached.questions.len() <= QUESTIONS_MAX);
    }

    #[test]
    fn another_embedder_or_model_finds_nothing_of_the_first() {
        let memory = Memory::default();
        let document = |inner: &Counting, texts: &[&str]| {
            let vectors = Cached::new(inner, &memory).embed(texts, Purpose::Document);
            (vectors.unwrap(), inner.asked())
        };
        let (one, other) = (Counting::called("one", 3), Counting::called("onea", 3));
        document(&one, &["ab"]);
        assert_eq!(document(&other, &["b"]).1, ["b"]);
        // The same name, but another length.
        let longer = Counting::called("one", 4);
        let (found, asked) = document(&longer, &["ab", "new"]);
        assert_eq!(found, vectors(&["ab", "new"], 4));
        assert_eq!(asked, ["new", "ab"]);
        assert_eq!(document(&longer, &["ab", "new"]), (found, vec![]));
    }

    #[test]
    fn what_is_kept_wrongly_is_asked_for_again() {
        let (memory, inner) = (Memory::default(), Counting::called("one", 1));
        let cached = Cached::new(&inner, &memory);
        let wrong = [
            vec![],
            vec![1, 2, 3],
            f32::NAN.to_le_bytes().to_vec(),
            written(&vec![1.0; DIMENSIONS_MAX + 1]),
        ];
        for bytes in wrong {
            (&memory).put(&cached.key("a"), &bytes);
            assert_eq!(
                cached.embed(&["a"], Purpose::Document).unwrap(),
                vectors(&["a"], 1)
            );
            assert_eq!(inner.asked(), ["a"]);
        }
    }

    #[test]
    fn failures_are_told_and_not_remembered() {
        let (memory, inner) = (Memory::default(), Counting::called("one", 1));
        let cached = Cached::new(&inner, &memory);
        for purpose in [Purpose::Document, Purpose::Question] {
            for _ in 0..2 {
                assert!(cached.embed(&["fail"], purpose).is_err());
                assert_eq!(inner.asked(), ["fail"]);
            }
        }
        let many = vec!["a"; BATCH_MAX + 1];
        let refused = cached.embed(&many, Purpose::Document);
        assert_eq!(refused, Err(EmbedError::TooMany(101)));
    }

    #[test]
    fn the_table_of_the_binary_is_an_embedder_like_any_other() {
        let (memory, table) = (Memory::default(), StaticTable::built_in());
        let cached = Cached::new(table, &memory);
        assert_eq!(cached.name(), "static-minilm-fitted-256");
        assert_eq!(cached.dimensions(), Some(256));
        let first = cached
            .embed(&["a cell", "?!\u{0}", ""], Purpose::Document)
            .unwrap();
        assert_eq!(first[0], table.embed("a cell"));
        assert_eq!(first[2], None);
        assert_eq!(
            cached.embed(&["a cell"], Purpose::Document).unwrap()[0],
            first[0]
        );
    }
}
