//! The full-text index: pages that go in, and questions to a hundred thousand of them; and, where
//! there is a PostgreSQL, the same asked of its `tsvector` in the same run.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark may stop at the first error, and prints its figures"
)]

#[path = "measure/mod.rs"]
mod measure;
#[path = "postgres/mod.rs"]
mod postgres;

use std::{hint::black_box, path::Path};

use fulltext::{Courses, Document, Filter, Index, Language, Query};

use measure::{median, report, time};
use postgres::Postgres;

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DOCUMENTS: usize = 100_000;
const WORDS_OF_A_DOCUMENT: usize = 200;
/// More than a document may have: it is cut at its limit.
const WORDS_OF_A_LONG_DOCUMENT: usize = 200_000;
const WORDS_OF_THE_LANGUAGE: usize = 50_000;
const COURSES: usize = 400;
const COMMIT_EVERY: usize = 2_000;
const QUESTIONS: usize = 1_000;
const SHOWN: usize = 20;

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

/// An id as the program makes them: a time, and chance.
fn id(n: usize) -> u128 {
    let n = u128::try_from(n).unwrap();
    let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    (0x0190_0000_0000 + n) << 80 | 0x7000_8000 << 48 | mixed >> 66
}

fn course(n: usize) -> u128 {
    id(1_000_000 + n % COURSES)
}

fn document(n: usize, chance: &mut Chance) -> Document {
    Document {
        key: id(n),
        kind: if n.is_multiple_of(3) { 2 } else { 1 },
        course: Some(course(n)),
        language: Language::English,
        title: text(chance, 4),
        body: text(chance, WORDS_OF_A_DOCUMENT),
        ..Document::default()
    }
}

/// Puts documents and commits them; how long it took.
fn fill(index: &Index, documents: &[Document]) -> f64 {
    let mut position = index.position();
    let taken = time(|| {
        for (n, document) in documents.iter().enumerate() {
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

/// How long each question took, in milliseconds, from the fastest to the slowest.
fn taken(questions: &[String], mut ask: impl FnMut(&str)) -> Vec<f64> {
    let mut taken: Vec<f64> = questions
        .iter()
        .map(|question| time(|| ask(question)).as_secs_f64() * 1_000.0)
        .collect();
    taken.sort_by(f64::total_cmp);
    taken
}

/// Reports what questions take on the whole, and the slowest of the fastest ninety-five of a
/// hundred.
fn report_taken(name: &str, questions: &[String], mut ask: impl FnMut(&str)) {
    let mut all = Vec::new();
    report(&format!("fulltext_{name}_p95_ms"), || {
        all.push(taken(questions, &mut ask));
        let taken = all.last().unwrap();
        *taken.get(taken.len() * 95 / 100).unwrap()
    });
    let mut runs = all.iter().cycle();
    report(&format!("fulltext_{name}_median_microseconds"), || {
        median(runs.next().unwrap().clone()) * 1_000.0
    });
    report(&format!("fulltext_{name}_mean_microseconds"), || {
        let taken = runs.next().unwrap();
        taken.iter().sum::<f64>() * 1_000.0 / f64::from(u32::try_from(taken.len()).unwrap())
    });
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

/// Asks, and tells of what is shown.
fn ask(index: &Index, text: &str, filter: &Filter) {
    let query = Query {
        text: text.to_owned(),
        limit: SHOWN,
        language: Language::English,
        filter: filter.clone(),
        ..Query::default()
    };
    let ranked = index.rank(&query, &mut |_| true).unwrap();
    for hit in &ranked.hits {
        black_box(ranked.tell(hit.key).unwrap());
    }
}

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let folder = root.path().join("fulltext");
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    filled(&folder, &mut chance);
    let (index, _) = Index::open(&folder).unwrap();
    let questions: Vec<String> = (0..QUESTIONS).map(|_| two_words(&mut chance, 4)).collect();
    searches(&index, &questions);
    others(&index, &questions);
    long_documents(&index, &mut chance);
    index.close().unwrap();
    compare(&questions);
}

/// The same of PostgreSQL: the same pages, weighed by where words stand, and headlines of twenty.
fn compare(questions: &[String]) {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let tables = "
        CREATE TABLE pages (id int PRIMARY KEY, title text, body text, words tsvector GENERATED
            ALWAYS AS (setweight(to_tsvector('english', title), 'A') ||
                to_tsvector('english', body)) STORED);
        CREATE INDEX ON pages USING gin (words);
        CREATE TABLE questions (id int PRIMARY KEY, said text);";
    postgres.run(tables).unwrap();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let pages: Vec<String> = (0..DOCUMENTS)
        .map(|n| document(n, &mut chance))
        .zip(0..)
        .map(|(Document { title, body, .. }, n): (_, usize)| format!("{n}\t{title}\t{body}"))
        .collect();
    let filled = time(|| postgres.copy("pages", pages.into_iter()));
    let rate = f64::from(u32::try_from(DOCUMENTS).unwrap()) / filled.as_secs_f64();
    println!("  tsvector: {rate:.0} pages a second");
    let said = (1..).zip(questions);
    postgres.copy(
        "questions",
        said.map(|(n, said): (usize, _)| format!("{n}\t{said}")),
    );
    postgres.run("VACUUM ANALYZE").unwrap();
    let question = format!(
        "SELECT id, title, ts_headline('english', body, asked) FROM (
            SELECT id, title, body, asked, ts_rank_cd(words, asked) AS rank FROM pages,
            websearch_to_tsquery('english', (SELECT said FROM questions WHERE id = :n)) asked
            WHERE words @@ asked ORDER BY rank DESC LIMIT {SHOWN}) best ORDER BY rank DESC"
    );
    let mut runs = Vec::new();
    report("tsvector_search_two_words_p95_ms", || {
        runs.push(postgres.taken(&question, QUESTIONS, QUESTIONS));
        let taken = runs.last().unwrap();
        *taken.get(taken.len() * 95 / 100).unwrap() / 1_000.0
    });
    let mut runs = runs.into_iter().cycle();
    report("tsvector_search_two_words_median_microseconds", || {
        median(runs.next().unwrap())
    });
}

/// Fills an index and closes it: merges go on behind the commits, and what is measured is an index
/// at rest.
fn filled(folder: &Path, chance: &mut Chance) {
    let (index, _) = Index::open(folder).unwrap();
    let mut next = 0;
    report("fulltext_pages_indexed_per_second", || {
        let some = next..next + DOCUMENTS / 5;
        next = some.end;
        let documents: Vec<Document> = some.map(|n| document(n, chance)).collect();
        let many = f64::from(u32::try_from(documents.len()).unwrap());
        many / fill(&index, &documents)
    });
    assert_eq!(index.documents(), u64::try_from(DOCUMENTS).unwrap());
    index.close().unwrap();
}

/// What people ask, with twenty documents that are told of.
fn searches(index: &Index, questions: &[String]) {
    let everything = Filter::default();
    for question in questions {
        ask(index, question, &everything);
    }
    report_taken("search_two_words", questions, |text| {
        ask(index, text, &everything);
    });
    for courses in [8, 20] {
        let filter = Filter {
            courses: Courses::Only((0..courses).map(course).collect()),
            ..Filter::default()
        };
        let name = format!("search_in_{courses}_courses");
        report_taken(&name, questions, |text| ask(index, text, &filter));
    }
    let wrong: Vec<String> = questions.iter().map(|text| mistyped(text)).collect();
    report_taken("search_mistyped", &wrong, |text| {
        ask(index, text, &everything);
    });
    let some: Vec<String> = questions
        .chunks(4)
        .map(|words| format!("what is the {}", words.join(" of ")))
        .collect();
    report_taken("search_a_question", &some, |text| {
        ask(index, text, &everything);
    });
}

/// What is answered without telling.
fn others(index: &Index, questions: &[String]) {
    let everything = Filter::default();
    let beginnings: Vec<String> = questions
        .iter()
        .enumerate()
        .map(|(n, text)| text.chars().take(1 + n % 8).collect())
        .collect();
    report_taken("suggest", &beginnings, |text| {
        black_box(
            index
                .suggest(text, (&everything, &mut |_| true), 10)
                .unwrap(),
        );
    });
    let mut next = 0;
    report_taken("like", questions.get(..100).unwrap(), |_| {
        next += 997;
        black_box(index.like(id(next % DOCUMENTS), &everything, 10).unwrap());
    });
    report("fulltext_entries_ms", || {
        time(|| drop(black_box(index.entries().unwrap()))).as_secs_f64() * 1_000.0
    });
}

/// The longest texts that there may be, all in one answer.
fn long_documents(index: &Index, chance: &mut Chance) {
    for n in 0..SHOWN {
        let long = Document {
            title: "Longest".to_owned(),
            body: text(chance, WORDS_OF_A_LONG_DOCUMENT),
            ..document(DOCUMENTS + n, chance)
        };
        index.put(&long).unwrap();
    }
    index.commit(u64::MAX).unwrap();
    report("fulltext_tell_20_long_documents_ms", || {
        time(|| ask(index, "longest", &Filter::default())).as_secs_f64() * 1_000.0
    });
}
