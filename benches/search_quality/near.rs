//! Whether the index of vectors finds the passages that are nearest to a question.

use app::search::Block;
use llm::StaticTable;
use vector::{Index, Options};

use crate::library::Library;
use crate::measure::report;
use crate::synthetic::{among, exact};

/// How many are looked for, and how many are kept in view.
const K: usize = 10;
const EF: usize = 64;
/// How many in a thousand are allowed.
const FILTERS: [(u64, &str); 4] = [
    (1000, "all"),
    (500, "half"),
    (100, "tenth"),
    (10, "percent"),
];

/// Compares the index with looking at everything: over the passages, and over the paragraphs, of
/// which there are more and which are closer to each other.
pub(super) fn report_recall(library: &Library) {
    let table = StaticTable::built_in();
    let blocks = library.pages.iter().flat_map(|(_, body)| body.blocks());
    let paragraphs = blocks.filter_map(|block| match block {
        Block::Heading(_, text) | Block::Text(text) | Block::Code(text) => table.embed(&text),
    });
    let asked = library.sets.iter().flat_map(|set| &set.asked);
    let asked: Vec<_> = asked.filter_map(|asked| table.embed(&asked.text)).collect();
    report_of("passages", &library.embedder.passages(), &asked);
    report_of("paragraphs", &paragraphs.collect::<Vec<_>>(), &asked);
}

/// Looks for what is near each question, and near some of the vectors themselves.
fn report_of(name: &str, vectors: &[Vec<f32>], asked: &[Vec<f32>]) {
    let mut questions = asked.to_vec();
    questions.extend(vectors.iter().step_by(10).cloned());
    let index = Index::new(vectors[0].len(), Options::default()).unwrap();
    for (key, vector) in (0..).zip(vectors) {
        index.put(key, vector).unwrap();
    }
    println!("{} {name}, {} questions", vectors.len(), questions.len());
    for (per_thousand, filter) in FILTERS {
        let allowed = |key: u64| among(key, per_thousand);
        let (mut right, mut all) = (0, 0);
        for question in &questions {
            // What is as near as the last of the nearest is as right.
            let nearest = exact(vectors, question, K, allowed);
            let found = index.search(question, K, EF, Some(&allowed)).unwrap();
            let cosine = |key: u64| -> f32 {
                let pairs = vectors[key as usize].iter().zip(question);
                pairs.map(|(a, b)| a * b).sum()
            };
            let least = nearest.last().map_or(0.0, |last| cosine(*last));
            right += found.iter().filter(|hit| cosine(hit.key) >= least).count();
            all += nearest.len();
        }
        // A small library may have none that is allowed.
        if all == 0 {
            continue;
        }
        report(&format!("search_{name}_{filter}_recall_percent"), || {
            100.0 * right as f64 / all as f64
        });
    }
}
