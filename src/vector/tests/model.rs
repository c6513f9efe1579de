//! The index against a map of vectors that are compared one by one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::synthetic::cosine;
use super::*;

const KEYS: u64 = 400;
const DIMENSIONS: usize = 5;

#[derive(Debug, Clone)]
enum Step {
    Put(u64, Vec<f32>),
    Remove(u64),
    /// Removes all from the first key on, as many as the second says.
    RemoveMany(u64, u64),
    Compact,
    Reload,
    /// With the keys that leave this rest when divided by that.
    Search(Vec<f32>, u64, u64),
}

fn a_vector() -> impl Strategy<Value = Vec<f32>> {
    let numbers = prop::collection::vec(-8_i8..8, DIMENSIONS);
    let numbers = numbers.prop_filter("not zero", |v| v.iter().any(|x| *x != 0));
    numbers.prop_map(|v| v.into_iter().map(f32::from).collect())
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        120 => (0..KEYS, a_vector()).prop_map(|(key, vector)| Step::Put(key, vector)),
        30 => (0..KEYS).prop_map(Step::Remove),
        1 => (0..KEYS, 0..KEYS).prop_map(|(from, count)| Step::RemoveMany(from, count)),
        1 => Just(Step::Compact),
        1 => Just(Step::Reload),
        8 => (a_vector(), 1_u64..6, 0_u64..6)
            .prop_map(|(query, by, rest)| Step::Search(query, by, rest)),
    ]
}

type Model = BTreeMap<u64, Vec<f32>>;

/// All that is allowed is found, in the order of the scores, and each score is right.
fn compare(index: &Index, model: &Model, query: &[f32], allowed: Allowed<'_>) {
    let hits = index.search(query, usize::MAX, 1, allowed).unwrap();
    let mut found = keys(&hits);
    found.sort_unstable();
    let may = |key: &u64| allowed.is_none_or(|allowed| allowed(*key));
    let expected: Vec<u64> = model.keys().copied().filter(may).collect();
    assert_eq!(found, expected);
    right(model, query, &hits);

    // The few nearest of them, which a walk looks for once there is enough.
    let few = index.search(query, 3, 1, allowed).unwrap();
    assert_eq!(few.len(), expected.len().min(3));
    assert!(few.iter().all(|hit| may(&hit.key)));
    right(model, query, &few);
}

fn right(model: &Model, query: &[f32], hits: &[Hit]) {
    assert!(hits.is_sorted_by(|a, b| a.score >= b.score));
    for hit in hits {
        let score = cosine(query, &model[&hit.key]);
        assert!((score - hit.score).abs() < 1e-3, "{score} {hit:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_history_ends_with_what_a_map_has(
        start in prop::collection::vec(a_vector(), 0..400),
        steps in prop::collection::vec(a_step(), 1..600),
    ) {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("vectors");
        let mut index = sparse(DIMENSIONS);
        let mut model = Model::new();
        let first = (0..).zip(start).map(|(key, vector)| Step::Put(key, vector));
        for (number, step) in (0..).zip(first.chain(steps)) {
            match step {
                Step::Put(key, vector) => {
                    index.put(key, &vector).unwrap();
                    model.insert(key, vector);
                }
                Step::Remove(key) => {
                    prop_assert_eq!(index.remove(key), model.remove(&key).is_some());
                }
                Step::RemoveMany(from, count) => {
                    for key in from..from + count {
                        prop_assert_eq!(index.remove(key), model.remove(&key).is_some());
                    }
                }
                Step::Compact => {
                    index.compact();
                    prop_assert_eq!(index.read().dead(), 0);
                }
                Step::Reload => {
                    index.save(&path, number).unwrap();
                    let loaded = Index::load(&path).unwrap();
                    prop_assert_eq!(loaded.position, number);
                    index = loaded.index;
                }
                Step::Search(query, by, rest) => {
                    compare(&index, &model, &query, Some(&|key| key % by == rest));
                }
            }
            prop_assert_eq!(index.len(), model.len());
        }
        compare(&index, &model, &[1.0, -2.0, 3.0, 0.5, 1.0], None);
    }
}
