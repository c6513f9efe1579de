//! The index from outside, and what it may keep of what was removed.

mod model;
mod recall;
mod snapshots;
mod synthetic;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::*;
use synthetic::{Source, cosine};

/// An index with a graph that shows its mistakes, as it has few links.
fn sparse(dimensions: usize) -> Index {
    let options = Options {
        links: 4,
        ef_construction: 32,
        seed: 7,
    };
    Index::new(dimensions, options).unwrap()
}

fn filled(index: &Index, count: u64) -> Vec<Vec<f32>> {
    let vectors = Source::new(index.dimensions(), 3).take(usize::try_from(count).unwrap());
    for (key, vector) in (0..).zip(&vectors) {
        index.put(key, vector).unwrap();
    }
    vectors
}

fn keys(hits: &[Hit]) -> Vec<u64> {
    hits.iter().map(|hit| hit.key).collect()
}

#[test]
fn what_is_no_direction_is_refused_and_changes_nothing() {
    let index = sparse(3);
    index.put(1, &[1.0, 0.0, 0.0]).unwrap();
    let unfit: [(&[f32], Unfit); 6] = [
        (&[0.0; 3], Unfit::Zero),
        (&[-0.0; 3], Unfit::Zero),
        (&[1.0, f32::NAN, 0.0], Unfit::NotFinite),
        (&[1.0, f32::INFINITY, 0.0], Unfit::NotFinite),
        (
            &[],
            Unfit::Dimensions {
                expected: 3,
                found: 0,
            },
        ),
        (
            &[1.0; 4],
            Unfit::Dimensions {
                expected: 3,
                found: 4,
            },
        ),
    ];
    for (vector, why) in unfit {
        assert_eq!(index.put(1, vector), Err(why));
        assert_eq!(index.put(2, vector), Err(why));
        assert_eq!(index.search(vector, 1, 64, None), Err(why));
    }
    let hits = index.search(&[2.0, 0.0, 0.0], 5, 64, None).unwrap();
    assert_eq!(keys(&hits), [1]);
    assert!((hits[0].score - 1.0).abs() < 1e-4);
}

#[test]
fn an_index_that_cannot_be_is_refused() {
    let usual = Options::default();
    let with = |links, ef_construction| Options {
        links,
        ef_construction,
        seed: 0,
    };
    for (dimensions, options) in [
        (0, usual),
        (DIMENSIONS_MAX + 1, usual),
        (8, with(3, 200)),
        (8, with(65, 200)),
        (8, with(16, 15)),
        (8, with(16, 1025)),
    ] {
        let refused = Index::new(dimensions, options).err();
        assert_eq!(refused, Some(Unfit::Options), "{dimensions} {options:?}");
    }
}

#[test]
fn an_empty_index_finds_nothing_and_can_be_emptied_again() {
    let index = sparse(2);
    for _ in 0..3 {
        assert!(index.is_empty());
        assert_eq!(index.search(&[1.0, 1.0], 3, 64, None), Ok(Vec::new()));
        assert!(!index.remove(1));
        index.put(1, &[1.0, 0.0]).unwrap();
        index.put(2, &[0.0, 1.0]).unwrap();
        let hits = index.search(&[0.1, 1.0], usize::MAX, 0, None).unwrap();
        assert_eq!(keys(&hits), [2, 1]);
        assert_eq!(index.search(&[0.1, 1.0], 0, 64, None), Ok(Vec::new()));
        assert!(index.remove(1));
        assert!(!index.remove(1));
        assert_eq!(index.len(), 1);
        assert!(index.remove(2));
    }
}

#[test]
fn a_lone_key_that_is_put_again_and_again_leads_to_those_that_follow() {
    let index = sparse(4);
    let mut source = Source::new(4, 5);
    for _ in 0..50 {
        index.put(0, &source.next()).unwrap();
    }
    let vectors = filled(&index, 1_000);
    let found = vectors.iter().zip(0..).filter(|(vector, key)| {
        let hits = index.search(vector, 1, 32, None).unwrap();
        keys(&hits) == [*key]
    });
    let found = found.count();
    assert!(found > 980, "{found} of 1000 find themselves");
}

#[test]
fn the_same_calls_make_the_same_file() {
    let root = tempfile::tempdir().unwrap();
    let written = |name: &str| {
        let index = sparse(16);
        filled(&index, 1_500);
        for key in (0..1_500).filter(|key| key % 3 == 0) {
            index.remove(key);
        }
        let path = root.path().join(name);
        index.save(&path, 9).unwrap();
        fs_err::read(path).unwrap()
    };
    assert!(written("one") == written("other"));
}

#[test]
fn what_was_removed_is_wiped_and_its_place_is_used_again() {
    let index = sparse(16);
    let vectors = filled(&index, 2_000);
    // Each round puts as much as it removes: a removal and a put of a key that was there.
    for round in 0..10_u64 {
        for key in (0..2_000).filter(|key| key % 5 == round % 5) {
            index.remove(key);
            let vector = &vectors[usize::try_from(key).unwrap()];
            index.put(key, vector).unwrap();
        }
    }
    let slots = index.read().slots.len();
    assert!(slots < 2_700, "{slots} slots for 2000 vectors");

    let gone = Code::of(&vectors[77], 16).unwrap();
    let bytes: Vec<u8> = gone
        .coarse
        .iter()
        .map(|byte| byte.cast_unsigned())
        .collect();
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("vectors");
    let is_in_file = || {
        index.save(&path, 1).unwrap();
        let file = fs_err::read(&path).unwrap();
        file.windows(bytes.len()).any(|window| window == bytes)
    };
    assert!(is_in_file());
    index.remove(77);
    index.compact();
    assert!(!is_in_file());
    assert_eq!(index.read().dead(), 0);
    let back = Index::load(&path).unwrap().index;
    let hits = back.search(&vectors[77], 2_000, 64, None).unwrap();
    assert_eq!(hits.len(), 1_999);
    assert!(hits.iter().all(|hit| hit.key != 77));
}

#[test]
fn searches_beside_a_writer_find_what_stays_and_nothing_that_was_removed_before() {
    let index = sparse(16);
    let vectors = filled(&index, 3_000);
    // Keys from 1000 on are removed in order and put in order again; those below stay.
    let removed_up_to = AtomicU64::new(1_000);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = || {
            let mut asked = 0;
            while !over.load(Ordering::Acquire) {
                for vector in vectors.iter().take(1_000).step_by(10) {
                    let before = removed_up_to.load(Ordering::Acquire);
                    let hits = index.search(vector, 20, 64, None).unwrap();
                    assert_eq!(hits.len(), 20);
                    assert!(hits.iter().all(|hit| !(1_000..before).contains(&hit.key)));
                    for hit in &hits {
                        let other = &vectors[usize::try_from(hit.key).unwrap()];
                        assert!((cosine(vector, other) - hit.score).abs() < 1e-3);
                    }
                    asked += 1;
                }
            }
            asked
        };
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        for key in 1_000..3_000 {
            assert!(index.remove(key));
            removed_up_to.store(key + 1, Ordering::Release);
        }
        index.compact();
        over.store(true, Ordering::Release);
        for reader in readers {
            assert!(reader.join().unwrap() > 0);
        }
    });
    assert_eq!(index.len(), 1_000);
}
