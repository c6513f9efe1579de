//! The vector index at the size of a large school: how long a search takes, what it finds of what
//! there is, what the index weighs, and how soon it is there after a start; and, where there is one,
//! the same asked of pgvector in the same run.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first error, and prints its figures"
)]

#[path = "measure/mod.rs"]
mod measure;
#[path = "postgres/mod.rs"]
mod postgres;
#[path = "../src/vector/tests/synthetic.rs"]
mod synthetic;

use std::sync::atomic::{AtomicBool, Ordering};

use vector::{Allowed, Index, Options};

use measure::{median, report, time};
use postgres::Postgres;
use synthetic::{Source, among, exact};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many are kept in view.
const EF: usize = 64;
const QUERIES: usize = 500;

/// How many in a thousand are allowed.
const FILTERS: [(u64, &str); 4] = [
    (1000, "all"),
    (500, "half"),
    (100, "tenth"),
    (10, "percent"),
];

/// A size, and what is asked of it.
struct Size {
    name: &'static str,
    vectors: usize,
    dimensions: usize,
    k: usize,
}

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    let large = Size {
        name: "100000_x_384",
        vectors: 100_000,
        dimensions: 384,
        k: 20,
    };
    let wide = Size {
        name: "20000_x_1536",
        vectors: 20_000,
        dimensions: 1536,
        k: 10,
    };
    for size in [large, wide] {
        if only.starts_with('-') || size.name.contains(&only) {
            measure_size(&size);
        }
    }
}

fn measure_size(size: &Size) {
    let mut source = Source::new(size.dimensions, 1);
    let vectors = source.take(size.vectors);
    let queries = source.take(QUERIES);
    let before = resident_mib();
    let index = Index::new(size.dimensions, Options::default()).unwrap();
    let taken = time(|| {
        for (key, vector) in (0..).zip(&vectors) {
            index.put(key, vector).unwrap();
        }
    });
    let name = size.name;
    println!("vectors_{name}: built in {:.1} s", taken.as_secs_f64());
    report(&format!("vectors_{name}_mib"), || resident_mib() - before);
    for (per_thousand, filter) in FILTERS {
        let allowed: Vec<bool> = (0..size.vectors as u64)
            .map(|key| among(key, per_thousand))
            .collect();
        let allowed = |key: u64| allowed[key as usize];
        let filtered: Allowed<'_> = if filter == "all" {
            None
        } else {
            Some(&allowed)
        };
        let (mut right, mut all) = (0, 0);
        for query in queries.iter().step_by(2) {
            let truth = exact(&vectors, query, size.k, allowed);
            let found = index.search(query, size.k, EF, filtered).unwrap();
            right += found.iter().filter(|hit| truth.contains(&hit.key)).count();
            all += truth.len();
        }
        let recall = 100.0 * right as f64 / all as f64;
        report(&format!("vectors_{name}_{filter}_recall_percent"), || {
            recall
        });
        report(&format!("vectors_{name}_{filter}_p95_microseconds"), || {
            p95(&index, size, &queries, filtered)
        });
    }
    beside_a_writer(size, &index, &vectors, &queries);
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = root.path().join("vectors");
    report(&format!("vectors_{name}_save_ms"), || {
        time(|| index.save(&path, 1).unwrap()).as_secs_f64() * 1e3
    });
    report(&format!("vectors_{name}_load_ms"), || {
        time(|| assert!(Index::load(&path).is_ok())).as_secs_f64() * 1e3
    });
    drop(index);
    compare(size, &vectors, &queries);
}

/// The same of pgvector, with an index that is as wide as it was measured for our targets.
fn compare(size: &Size, vectors: &[Vec<f32>], queries: &[Vec<f32>]) {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let dimensions = size.dimensions;
    let tables = format!(
        "CREATE EXTENSION vector;
        CREATE TABLE items (id int PRIMARY KEY, v vector({dimensions}));
        CREATE TABLE questions (id int PRIMARY KEY, v vector({dimensions}));
        ALTER DATABASE postgres SET hnsw.ef_search = {EF};
        ALTER DATABASE postgres SET enable_seqscan = off;"
    );
    if postgres.run(&tables).is_none() {
        println!("  this PostgreSQL has no pgvector: nothing is compared");
        return;
    }
    postgres.copy("items", rows(0, vectors));
    postgres.copy("questions", rows(1, queries));
    let index = "CREATE INDEX ON items USING hnsw (v vector_cosine_ops)
        WITH (m = 16, ef_construction = 128)";
    let built = time(|| drop(postgres.run(index).unwrap()));
    postgres.run("VACUUM ANALYZE").unwrap();
    let version = postgres.run("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
    println!(
        "  pgvector {}: built in {:.1} s",
        version.unwrap(),
        built.as_secs_f64()
    );
    let (k, name) = (size.k, size.name);
    let pairs = postgres.run(&format!(
        "SELECT q.id - 1, i.id FROM questions q
        CROSS JOIN LATERAL (SELECT id FROM items ORDER BY v <=> q.v LIMIT {k}) i"
    ));
    let mut found = vec![Vec::new(); queries.len()];
    for pair in pairs.unwrap().lines() {
        let (question, item) = pair.split_once('|').unwrap();
        found[question.parse::<usize>().unwrap()].push(item.parse::<u64>().unwrap());
    }
    let (mut right, mut all) = (0, 0);
    for (query, found) in queries.iter().zip(&found).step_by(2) {
        let truth = exact(vectors, query, k, |_| true);
        right += found.iter().filter(|id| truth.contains(id)).count();
        all += truth.len();
    }
    report(&format!("pgvector_{name}_recall_percent"), || {
        100.0 * right as f64 / all as f64
    });
    let question = format!(
        "SELECT id FROM items ORDER BY v <=> (SELECT v FROM questions WHERE id = :n) LIMIT {k}"
    );
    let mut runs = Vec::new();
    report(&format!("pgvector_{name}_p95_microseconds"), || {
        runs.push(postgres.taken(&question, QUERIES, QUERIES));
        let taken = runs.last().unwrap();
        taken[taken.len() * 95 / 100]
    });
    let mut runs = runs.into_iter().cycle();
    report(&format!("pgvector_{name}_median_microseconds"), || {
        median(runs.next().unwrap())
    });
}

/// Vectors as PostgreSQL reads them, with their numbers.
fn rows(from: usize, vectors: &[Vec<f32>]) -> impl Iterator<Item = String> {
    let numbered = (from..).zip(vectors);
    numbered.map(|(number, vector)| format!("{number}\t{vector:?}"))
}

/// How long searches take while vectors are put anew, without a pause.
fn beside_a_writer(size: &Size, index: &Index, vectors: &[Vec<f32>], queries: &[Vec<f32>]) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (key, vector) in (0..).zip(vectors).cycle() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                index.put(key, vector).unwrap();
            }
        });
        let name = size.name;
        report(
            &format!("vectors_{name}_beside_a_writer_p95_microseconds"),
            || p95(index, size, queries, None),
        );
        over.store(true, Ordering::Relaxed);
    });
}

/// The time that one in twenty searches exceeds.
fn p95(index: &Index, size: &Size, queries: &[Vec<f32>], allowed: Allowed<'_>) -> f64 {
    let one = |query: &Vec<f32>| {
        let search = || {
            let found = index.search(query, size.k, EF, allowed);
            std::hint::black_box(found).unwrap();
        };
        time(search).as_secs_f64() * 1e6
    };
    let mut taken: Vec<f64> = queries.iter().map(one).collect();
    taken.sort_by(f64::total_cmp);
    taken[taken.len() * 95 / 100]
}

/// How much memory the process has.
fn resident_mib() -> f64 {
    let pages = fs_err::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1_048_576.0
}
