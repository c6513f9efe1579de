//! How well search finds: questions whose page is known, by words, by meaning and by both, as they
//! are and with a slip of the finger; and whether the index of vectors finds the nearest passages.
//!
//! It searches a book of the corpus where `EDUSPHERE_CORPUS` or the folder beside the project has
//! it, and a small library of our own otherwise. The constants of ranking were chosen on every
//! second question of each set; the other half was held out.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "a benchmark may stop at the first error, and prints its figures"
)]

#[path = "search_quality/definitions.rs"]
mod definitions;
#[path = "search_quality/library.rs"]
mod library;
#[expect(dead_code, reason = "nothing is timed here")]
#[path = "measure/mod.rs"]
mod measure;
#[path = "search_quality/near.rs"]
mod near;
#[path = "search_quality/paraphrased.rs"]
mod paraphrased;
#[path = "search_quality/remembering.rs"]
mod remembering;
#[path = "search_quality/slips.rs"]
mod slips;
#[expect(
    dead_code,
    reason = "vectors are of texts here; chance and exact search are the same"
)]
#[path = "../src/vector/tests/synthetic.rs"]
mod synthetic;
#[path = "../src/fulltext/tests/texts.rs"]
mod texts;

use fulltext::Language;
use insight::search::Mode;

use library::{Asked, Library};
use measure::report;

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MODES: [Mode; 3] = [Mode::Fulltext, Mode::Semantic, Mode::Hybrid];

/// At which place each page is found that answers a question, counted from 1.
struct Places(Vec<Option<usize>>);

impl Places {
    fn of(library: &Library, mode: Mode, asked: &[Asked]) -> Self {
        let place = |asked: &Asked| library.place_of(mode, &asked.text, &asked.page);
        Self(asked.iter().map(place).collect())
    }

    /// Every second one, from the first or from the second.
    fn half(&self, from: usize) -> Self {
        Self(self.0.iter().skip(from).step_by(2).copied().collect())
    }

    /// The share of pages that are among the first so many.
    fn within(&self, first: usize) -> f64 {
        let found = self.0.iter().flatten().filter(|place| **place <= first);
        found.count() as f64 / self.0.len() as f64
    }

    /// The mean of what each place is worth: the first 1, the second a half.
    fn reciprocal(&self) -> f64 {
        let worth = self.0.iter().flatten().map(|place| 1.0 / *place as f64);
        worth.sum::<f64>() / self.0.len() as f64
    }

    fn row(&self) -> String {
        let figures = [self.within(1), self.within(5), self.reciprocal()];
        figures.map(|figure| format!("{figure:>6.3}")).concat()
    }
}

fn main() {
    let library = Library::open();
    let name = library.name;
    println!("Searched: {name}, {} pages.", library.pages.len());
    println!(
        "{:<12} {:>4} {:<9}| {:<18}| {:<18}| all",
        "", "", "", "tuned on", "held out"
    );
    let heading = "   R@1   R@5   MRR";
    println!("{:<27}|{heading} |{heading} |{heading}", "");
    for set in &library.sets {
        let places = MODES.map(|mode| Places::of(&library, mode, &set.asked));
        for (mode, places) in MODES.iter().zip(&places) {
            let (tuned, held) = (places.half(0), places.half(1));
            println!(
                "{:<12} {:>4} {:<9}|{} |{} |{}",
                set.name,
                set.asked.len(),
                format!("{mode:?}"),
                tuned.row(),
                held.row(),
                places.row()
            );
        }
        let [words, meaning, both] = places.map(|places| places.reciprocal());
        report(&format!("search_{}_both_ahead_percent", set.name), || {
            100.0 * (both - words.max(meaning))
        });
    }
    slips(&library);
    near::report_recall(&library);
}

/// How many pages are among the first five with a slip in the question, and how many of those that
/// are without one.
fn slips(library: &Library) {
    for mode in [Mode::Fulltext, Mode::Hybrid] {
        let (mut right, mut still) = (0_u32, 0_u32);
        let (mut asked, mut found) = (0_u32, 0_u32);
        for set in &library.sets {
            let (mut of_set, mut found_of_set) = (0_u32, 0_u32);
            for (number, one) in (0..).zip(&set.asked) {
                let finds = |text: &str| {
                    let place = library.place_of(mode, text, &one.page);
                    place.is_some_and(|place| place <= 5)
                };
                let was_right = finds(&one.text);
                for slipped in slips::of(&one.text, number) {
                    let is_right = finds(&slipped);
                    of_set += 1;
                    found_of_set += u32::from(is_right);
                    right += u32::from(was_right);
                    still += u32::from(was_right && is_right);
                }
            }
            let share = 100.0 * f64::from(found_of_set) / f64::from(of_set);
            println!(
                "{:<12} {mode:?}: {of_set} with a slip, {share:.1} % in the first five",
                set.name
            );
            asked += of_set;
            found += found_of_set;
        }
        let name = format!("search_slips_{}", format!("{mode:?}").to_lowercase());
        report(&format!("{name}_in_first_five_percent"), || {
            100.0 * f64::from(found) / f64::from(asked)
        });
        report(&format!("{name}_still_found_percent"), || {
            100.0 * f64::from(still) / f64::from(right)
        });
    }
}
