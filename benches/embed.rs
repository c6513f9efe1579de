//! How fast the built-in table says what passages mean, and how long it takes to read.
#![expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]

#[path = "measure/mod.rs"]
mod measure;

use llm::StaticTable;

use measure::{report, time};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many passages a figure is taken over.
const PASSAGES: usize = 2_000;
/// How many words each has.
const WORDS: usize = 200;

/// Words of a text, in an order that is another one in each passage.
fn passages() -> Vec<String> {
    let text = include_str!("../data/models/static-minilm-fitted-256/README.md");
    let words: Vec<&str> = text.split_whitespace().collect();
    let of = |passage: usize| {
        let word = |at: usize| words.get((passage * 31 + at * 7) % words.len()).copied();
        (0..WORDS).filter_map(word).collect::<Vec<_>>().join(" ")
    };
    (0..PASSAGES).map(of).collect()
}

fn main() {
    report("embedding_table_first_text_ms", {
        // Only the first is the first.
        let first = time(|| drop(StaticTable::built_in().embed("first")));
        move || first.as_secs_f64() * 1_000.0
    });
    let passages = passages();
    report("passages_of_200_words_embedded_per_second", || {
        let taken = time(|| {
            for passage in &passages {
                std::hint::black_box(StaticTable::built_in().embed(passage));
            }
        });
        PASSAGES as f64 / taken.as_secs_f64()
    });
}
