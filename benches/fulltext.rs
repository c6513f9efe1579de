//! The full-text index: pages that go in, and questions to a hundred thousand of them.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first error"
)]

#[path = "measure/mod.rs"]
mod measure;

use fulltext::{Courses, Document, Filter, Index, Language, Query};

use measure::{report, time};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DOCUMENTS: usize = 100_000;
const WORDS_OF_A_DOCUMENT: usize = 200;
const WORDS_OF_THE_LANGUAGE: usize = 50_000;
const COMMIT_EVERY: usize = 2_000;
const QUESTIONS: usize = 1_000;

/// Numbers that are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    /// A word as texts have them: the n-th word is n times rarer than the first.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "which word it is need not be exact"
    )]
    fn word(&mut self) -> String {
        let share = self.below(1 << 30) as f64 / f64::from(1 << 30);
        let rank = (WORDS_OF_THE_LANGUAGE as f64).powf(share) as usize;
        spelled(rank - 1)
    }
}

/// The n-th word, of syllables; those that are seldom are longer.
fn spelled(mut n: usize) -> String {
    const STARTS: [&str; 15] = [
        "b", "ch", "d", "f", "g", "l", "m", "n", "p", "r", "s", "st", "t", "v", "z",
    ];
    const ENDS: [&str; 8] = ["a", "e", "i", "o", "u", "an", "er", "is"];
    let mut word = String::new();
    loop {
        word.push_str(STARTS.get(n % STARTS.len()).unwrap());
        n /= STARTS.len();
        word.push_str(ENDS.get(n % ENDS.len()).unwrap());
        n /= ENDS.len();
        if n == 0 {
            return word;
        }
        n -= 1;
    }
}

fn text(chance: &mut Chance, words: usize) -> String {
    let words: Vec<String> = (0..words).map(|_| chance.word()).collect();
    words.join(" ")
}

fn document(n: usize, chance: &mut Chance) -> Document {
    Document {
        key: format!("page:{n}"),
        kind: if n.is_multiple_of(3) { "topic" } else { "page" }.to_owned(),
        course: Some(format!("course:{}", n % 500)),
        language: Language::English,
        title: text(chance, 4),
        body: text(chance, WORDS_OF_A_DOCUMENT),
        ..Document::default()
    }
}

/// Puts documents and commits them; how long it took.
fn fill(index: &Index, documents: Vec<Document>) -> f64 {
    let mut position = index.position();
    let taken = time(|| {
        for (n, document) in documents.into_iter().enumerate() {
            index.put(document).unwrap();
            if (n + 1) % COMMIT_EVERY == 0 {
                position += 1;
                index.commit(position).unwrap();
            }
        }
        index.commit(position + 1).unwrap();
    });
    taken.as_secs_f64()
}

/// The slowest of the fastest ninety-five of a hundred, in milliseconds.
fn p95(questions: &[String], mut ask: impl FnMut(&str)) -> f64 {
    let mut taken: Vec<f64> = questions
        .iter()
        .map(|question| time(|| ask(question)).as_secs_f64() * 1_000.0)
        .collect();
    taken.sort_by(f64::total_cmp);
    *taken.get(taken.len() * 95 / 100).unwrap()
}

/// Two words that one text has, each of at least this many letters.
fn two_words(chance: &mut Chance, letters: usize) -> String {
    let mut word = || loop {
        let word = chance.word();
        if word.len() >= letters {
            return word;
        }
    };
    format!("{} {}", word(), word())
}

/// The same with two letters of the first word swapped.
fn mistyped(question: &str) -> String {
    let mut letters: Vec<char> = question.chars().collect();
    letters.swap(1, 2);
    letters.into_iter().collect()
}

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (index, _) = Index::open(&root.path().join("fulltext")).unwrap();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut next = 0;
    report("fulltext_pages_indexed_per_second", || {
        let some = next..next + DOCUMENTS / 5;
        next = some.end;
        let documents: Vec<Document> = some.map(|n| document(n, &mut chance)).collect();
        let many = f64::from(u32::try_from(documents.len()).unwrap());
        many / fill(&index, documents)
    });
    assert_eq!(index.documents(), u64::try_from(DOCUMENTS).unwrap());
    // Merges go on behind the commits; what is measured is an index at rest.
    index.close().unwrap();
    let (index, _) = Index::open(&root.path().join("fulltext")).unwrap();

    let questions: Vec<String> = (0..QUESTIONS).map(|_| two_words(&mut chance, 4)).collect();
    let query = |text: &str| Query {
        text: text.to_owned(),
        limit: 20,
        language: Language::English,
        ..Query::default()
    };
    let search = |text: &str| drop(std::hint::black_box(index.search(&query(text)).unwrap()));
    for question in &questions {
        search(question);
    }
    report("fulltext_search_two_words_p95_ms", || {
        p95(&questions, search)
    });
    let allowed = Courses::Only((0..20).map(|n| format!("course:{n}")).collect());
    let filter = Filter {
        courses: allowed,
        ..Filter::default()
    };
    report("fulltext_search_in_20_courses_p95_ms", || {
        p95(&questions, |text| {
            let query = Query {
                filter: filter.clone(),
                ..query(text)
            };
            drop(std::hint::black_box(index.search(&query).unwrap()));
        })
    });
    let wrong: Vec<String> = questions.iter().map(|text| mistyped(text)).collect();
    report("fulltext_search_mistyped_p95_ms", || p95(&wrong, search));
    let beginnings: Vec<String> = questions
        .iter()
        .enumerate()
        .map(|(n, text)| text.chars().take(1 + n % 8).collect())
        .collect();
    report("fulltext_suggest_p95_ms", || {
        p95(&beginnings, |text| {
            let found = index.suggest(text, &Filter::default(), 10).unwrap();
            drop(std::hint::black_box(found));
        })
    });
    index.close().unwrap();
}
