//! How many of the nearest are found. `benches/vector.rs` asks the same at full size.

use std::cell::Cell;

use super::synthetic::{Source, among, exact};
use super::*;

const K: usize = 10;
const EF: usize = 64;
const QUERIES: usize = 100;

/// The share of the ten nearest that is found, when so many in a thousand are allowed.
fn recall(index: &Index, vectors: &[Vec<f32>], source: &mut Source, per_thousand: u64) -> f64 {
    let live = |key: u64| index.read().by_key.contains_key(&key);
    let alive: Vec<bool> = (0..).take(vectors.len()).map(live).collect();
    let may = |key: u64| among(key, per_thousand);
    let filter: Option<&dyn Fn(u64) -> bool> = (per_thousand < 1000).then_some(&may);
    let (mut found, mut all) = (0, 0);
    for query in source.take(QUERIES) {
        let there = |key: u64| may(key) && alive[usize::try_from(key).unwrap()];
        let truth = exact(vectors, &query, K, there);
        let hits = index.search(&query, K, EF, filter).unwrap();
        assert_eq!(hits.len(), truth.len());
        found += hits.iter().filter(|hit| truth.contains(&hit.key)).count();
        all += truth.len();
    }
    f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(all).unwrap())
}

#[test]
fn nearly_all_of_the_nearest_are_found_under_any_filter() {
    println!("vectors    dimensions  allowed   recall at {K}, ef {EF}");
    for (count, dimensions) in [(6_000, 64), (2_500, 384), (2_500, 1536)] {
        let mut source = Source::new(dimensions, 11);
        let vectors = source.take(count);
        let index = Index::new(dimensions, Options::default()).unwrap();
        for (key, vector) in (0..).zip(&vectors) {
            index.put(key, vector).unwrap();
        }
        for per_thousand in [1000, 500, 100, 10] {
            let recall = recall(&index, &vectors, &mut source, per_thousand);
            let percent = per_thousand / 10;
            println!("{count:>7} {dimensions:>13} {percent:>7}%   {recall:.4}");
            assert!(recall >= 0.98);
        }
    }
}

#[test]
fn a_walk_that_meets_nothing_allowed_is_given_up_for_a_look_at_each() {
    // Two in five are allowed, which promises a short walk; but all of them are at the far side.
    let far = |key: u64| key % 5 < 2;
    let index = Index::new(32, Options::default()).unwrap();
    let mut source = Source::new(32, 13);
    let mut vectors = source.take(6_000);
    for (key, vector) in (0..).zip(&mut vectors) {
        vector[0] = if far(key) { -9.0 } else { 9.0 };
        index.put(key, vector).unwrap();
    }
    let mut query = source.next();
    query[0] = 9.0;
    let asked = Cell::new(0);
    let counted = |key: u64| {
        asked.set(asked.get() + 1);
        far(key)
    };
    let hits = index.search(&query, K, EF, Some(&counted)).unwrap();
    assert_eq!(keys(&hits), exact(&vectors, &query, K, far));
    // The sample, most of the near side on the walk, and then each of them.
    assert!(asked.get() > 8_000, "asked {} times", asked.get());
}

#[test]
fn what_is_found_does_not_wear_out() {
    let index = Index::new(64, Options::default()).unwrap();
    let mut source = Source::new(64, 17);
    let mut vectors = source.take(3_000);
    for (key, vector) in (0..).zip(&vectors) {
        index.put(key, vector).unwrap();
    }
    let whole = |key: u64| usize::try_from(key).unwrap();
    for round in 0..4_u64 {
        // A third moves elsewhere, and another one goes and comes back.
        for key in (0..3_000).filter(|key| key % 3 == round % 3) {
            vectors[whole(key)] = source.next();
            index.put(key, &vectors[whole(key)]).unwrap();
        }
        let coming = |key: &u64| key % 3 == (round + 1) % 3;
        for key in (0..3_000).filter(coming) {
            index.remove(key);
        }
        let without = recall(&index, &vectors, &mut source, 1000);
        for key in (0..3_000).filter(coming) {
            index.put(key, &vectors[whole(key)]).unwrap();
        }
        let with = recall(&index, &vectors, &mut source, 1000);
        println!("round {round}: {without:.4} with a third gone, {with:.4} when it is back");
        assert!(without >= 0.98 && with >= 0.98);
    }
    let slots = index.read().slots.len();
    assert!(slots < 4_800, "{slots} slots for 3000 vectors");
}
