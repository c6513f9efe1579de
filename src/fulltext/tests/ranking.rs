//! What may be found by whom, in which order, and what the owner gets back.

use super::*;
use crate::{Courses, Entry, Filter, RANKED_MAX};

const BIOLOGY: u128 = 0x0190_0000_0000_7000_8000_0000_0000_000a;
const CHEMISTRY: u128 = 0x0190_0000_0000_7000_8000_0000_0000_000b;
/// Half of its id is that of another.
const PHYSICS: u128 = 0x0191_0000_0000_7000_8000_0000_0000_000a;

fn about_vectors() -> Index {
    let of = |name: &str, course: Option<u128>, kind: u8, public| Document {
        kind,
        course,
        public,
        ..page(name, "Vectors", "about vectors")
    };
    index_of([
        of("mine", Some(BIOLOGY), PAGE, false),
        of("theirs", Some(CHEMISTRY), PAGE, false),
        of("open", Some(PHYSICS), TOPIC, true),
        of("nobodys", None, TOPIC, false),
    ])
}

fn found(index: &Index, filter: &Filter) -> String {
    let asked = Query {
        filter: filter.clone(),
        ..query("vectors")
    };
    let ranked = index.rank(&asked, &mut |_| true).unwrap();
    // What may not be seen is not counted either.
    assert_eq!(ranked.total, ranked.hits.len() as u64);
    let suggested = index.suggest("vec", (filter, &mut |_| true), 5).unwrap();
    assert_eq!(suggested.len(), ranked.hits.len());
    names(&ranked).join(" ")
}

#[test]
fn who_may_see_some_courses_finds_those_and_what_is_public() {
    let index = about_vectors();
    let only = |courses: &[u128]| Courses::Only(courses.to_vec());
    let cases: [(Courses, &[u8], &str); 6] = [
        (only(&[BIOLOGY]), &[], "mine open"),
        (only(&[]), &[], "open"),
        (only(&[0]), &[], "open"),
        (only(&[CHEMISTRY, BIOLOGY]), &[PAGE], "mine theirs"),
        (Courses::All, &[], "mine nobodys open theirs"),
        (Courses::All, &[TOPIC, 255], "nobodys open"),
    ];
    for (courses, kinds, expected) in cases {
        let filter = Filter {
            courses,
            kinds: kinds.to_vec(),
            within: None,
        };
        assert_eq!(found(&index, &filter), expected, "{filter:?}");
    }
}

#[test]
fn who_looks_within_a_course_finds_no_other_and_sees_no_more() {
    let index = about_vectors();
    let cases = [
        (Courses::All, BIOLOGY, "mine"),
        (Courses::All, CHEMISTRY, "theirs"),
        (Courses::Only(vec![BIOLOGY]), BIOLOGY, "mine"),
        (Courses::Only(vec![BIOLOGY]), CHEMISTRY, ""),
        (Courses::Only(vec![BIOLOGY]), PHYSICS, "open"),
        (Courses::All, 0, ""),
    ];
    for (courses, within, expected) in cases {
        let filter = Filter {
            courses,
            within: Some(within),
            kinds: Vec::new(),
        };
        assert_eq!(found(&index, &filter), expected, "{filter:?}");
    }
}

#[test]
fn a_hit_says_what_it_is_without_being_told_of() {
    let index = about_vectors();
    let ranked = search(&index, "vectors");
    let said = |wanted: &str| {
        let hit = ranked.hits.iter().find(|hit| hit.key == key(wanted));
        let hit = hit.unwrap();
        (hit.kind, hit.course)
    };
    assert_eq!(said("mine"), (PAGE, Some(BIOLOGY)));
    assert_eq!(said("open"), (TOPIC, Some(PHYSICS)));
    assert_eq!(said("nobodys"), (TOPIC, None));
}

#[test]
fn equals_come_in_the_order_of_their_keys_however_they_were_written() {
    let tide = |n: u64| page(&format!("{n:04}"), "Tides", "of the sea");
    let index = index_of((0..150).rev().map(tide));
    for n in (150..1_500).rev() {
        index.put(&tide(n)).unwrap();
        if n % 100 == 0 {
            index.commit(n).unwrap();
        }
    }
    index.commit(2).unwrap();
    let first = |limit| {
        let asked = Query {
            limit,
            ..query("tides")
        };
        let ranked = index.rank(&asked, &mut |_| true).unwrap();
        assert_eq!(ranked.total, 1_500);
        names(&ranked)
    };
    let all = first(usize::MAX);
    let expected: Vec<String> = (0..RANKED_MAX).map(|n| format!("{n:04}")).collect();
    assert_eq!(all, expected);
    // A page more begins with the same.
    for limit in [0, 1, 20, 150, 999] {
        assert_eq!(first(limit), all[..limit]);
    }
}

#[test]
fn better_ones_come_before_others_whatever_their_keys() {
    let index = index_of((0..300).map(|n| {
        let body = "tides ".repeat(1 + n % 7);
        page(&format!("{:03}", 300 - n), "Of the sea", &body)
    }));
    let asked = Query {
        limit: 40,
        ..query("tides")
    };
    let ranked = index.rank(&asked, &mut |_| true).unwrap();
    let pairs = ranked.hits.windows(2);
    let in_order = |one: &crate::Ranking, other: &crate::Ranking| {
        one.score > other.score
            || one.score.to_bits() == other.score.to_bits() && one.key < other.key
    };
    for pair in pairs {
        assert!(in_order(&pair[0], &pair[1]), "{pair:?}");
    }
    assert_eq!((ranked.hits.len(), ranked.total), (40, 300));
}

#[test]
fn the_owner_gets_back_what_it_gave() {
    let given = |n: u32| Document {
        key: u128::MAX - u128::from(n),
        kind: u8::try_from(n % 256).unwrap(),
        course: (!n.is_multiple_of(3)).then_some(u128::from(n % 3) << 64 | 7),
        public: n.is_multiple_of(2),
        digest: u64::MAX - u64::from(n),
        passages: (0..n as usize).map(|at| at..at + 1).collect(),
        ..page("", "A title", "and a body")
    };
    let index = index_of((0..500).map(given));
    index.remove(given(7).key).unwrap();
    index
        .put(&Document {
            digest: 1,
            ..given(8)
        })
        .unwrap();
    index.commit(2).unwrap();

    let mut entries = index.entries().unwrap();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.key));
    let expected: Vec<Entry> = (0..500)
        .filter(|n| *n != 7)
        .map(|n| {
            let document = given(n);
            Entry {
                key: document.key,
                kind: document.kind,
                course: document.course,
                public: document.public,
                digest: if n == 8 { 1 } else { document.digest },
                passages: n,
            }
        })
        .collect();
    assert_eq!(entries, expected);
    assert_eq!(index_of([]).entries().unwrap(), []);
}
