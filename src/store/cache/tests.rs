//! The cache by itself, and behind the snapshots of readers that run beside a writer.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use kernel::{Id, id_kind};

use super::*;
use crate::{Engine, Index, Options, Range, Record, Snapshot, Store, Table, Tx};

fn number(value: Option<Value>) -> Option<u64> {
    match value? {
        Value::Decoded(any) => any.downcast_ref::<u64>().copied(),
        Value::Absent | Value::Bytes(_) => None,
    }
}

fn keep(cache: &RecordCache, key: &[u8], version: u64, value: u64) {
    cache.keep(key, version, Value::Decoded(Arc::new(value)), 8);
}

#[test]
fn a_changed_key_is_gone_for_new_readers_and_never_shown_to_old_ones() {
    let cache = RecordCache::new(1 << 20);
    keep(&cache, b"course", 3, 30);
    assert_eq!(number(cache.get(b"course", 3)), Some(30));
    assert_eq!(number(cache.get(b"course", 9)), Some(30), "unchanged since");
    cache.change(b"course", 10, None);
    assert_eq!(number(cache.get(b"course", 9)), None);
    assert_eq!(number(cache.get(b"course", 10)), None);
    keep(&cache, b"course", 9, 30);
    assert_eq!(number(cache.get(b"course", 10)), None, "stale when it came");
    keep(&cache, b"course", 10, 100);
    assert_eq!(number(cache.get(b"course", 12)), Some(100));
    assert_eq!(number(cache.get(b"course", 9)), None, "ahead of this one");
}

#[test]
fn bytes_that_are_kept_follow_what_is_written_and_nothing_else_does() {
    let cache = RecordCache::new(1 << 20);
    let bytes = |value: Option<Value>| match value {
        Some(Value::Bytes(bytes)) => Some(bytes.to_vec()),
        Some(Value::Absent | Value::Decoded(_)) | None => None,
    };
    let (old, new) = (Slice::from(&[1][..]), Slice::from(&[2][..]));
    cache.keep(b"count", 1, Value::Bytes(old), 1);
    keep(&cache, b"course", 1, 10);
    cache.change(b"count", 2, Some(&new));
    cache.change(b"course", 2, Some(&new));
    assert_eq!(bytes(cache.get(b"count", 2)), Some(vec![2]));
    assert_eq!(bytes(cache.get(b"count", 1)), None, "ahead of this one");
    assert!(cache.get(b"course", 2).is_none());
    cache.change(b"count", 3, None);
    assert!(cache.get(b"count", 3).is_none(), "removed");
}

#[test]
fn a_late_reader_keeps_nothing_of_a_key_that_changed_while_it_had_no_slot() {
    let cache = RecordCache::new(1 << 20);
    cache.change(b"course", 5, None);
    keep(&cache, b"course", 4, 40);
    assert_eq!(number(cache.get(b"course", 6)), None);
    keep(&cache, b"course", 5, 50);
    assert_eq!(number(cache.get(b"course", 6)), Some(50));
}

#[test]
fn a_change_of_a_row_drops_the_list_it_is_in() {
    let cache = RecordCache::new(1 << 20);
    let list = [7_u8; LIST_PREFIX_BYTES];
    keep(&cache, &list, 1, 11);
    let mut row = list.to_vec();
    row.push(1);
    cache.change(&row, 2, None);
    assert_eq!(number(cache.get(&list, 2)), None);
}

#[test]
fn eviction_keeps_within_the_memory_and_forgets_no_change() {
    let cache = RecordCache::new(64 * 4096);
    for n in 0..10_000_u64 {
        keep(&cache, &n.to_be_bytes(), 1, n);
        cache.change(&n.to_be_bytes(), 2, None);
    }
    let stats = cache.stats();
    assert!(stats.bytes <= 64 * 4096, "{stats:?}");
    for n in 0..10_000_u64 {
        keep(&cache, &n.to_be_bytes(), 1, n);
        assert_eq!(number(cache.get(&n.to_be_bytes(), 2)), None, "{n}");
    }
}

id_kind!(ShelfKind, ShelfId, "shelf");

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Book {
    edition: u64,
}
impl Record for Book {
    const VERSION: u8 = 1;
}

static BOOKS: Table<(ShelfId, u64), Book> = Table::new(0x7f40, "books").derives(&[&EDITIONS, &ODD]);
static EDITIONS: Index<(ShelfId, u64), Book, (ShelfId, u64)> =
    Index::new(0x7f41, "editions", |(shelf, _), book| {
        Some((*shelf, book.edition))
    });
static ODD: crate::Count<(ShelfId, u64), Book, ShelfId> =
    crate::Count::new(0x7f42, "odd", |(shelf, _), book| {
        (book.edition % 2 == 1).then_some(*shelf)
    });

const SHELVES: u64 = 6;
const BOOKS_A_SHELF: u64 = 5;

fn shelf(number: u64) -> ShelfId {
    Id::from_bytes([u8::try_from(number).unwrap(); 16])
}

/// What the cache says about one shelf is what the engine says, through this very snapshot.
fn agrees(snapshot: &Snapshot, shelf: ShelfId) {
    for book in 0..BOOKS_A_SHELF {
        let key = (shelf, book);
        let kept = snapshot.shared(&BOOKS, &key).unwrap();
        assert_eq!(
            kept.as_deref(),
            snapshot.get(&BOOKS, &key).unwrap().as_ref()
        );
    }
    let rows = snapshot.scan(&BOOKS, &shelf, Range::ALL).unwrap();
    let rows: Vec<_> = rows.map(Result::unwrap).collect();
    assert_eq!(*snapshot.listed(&BOOKS, &shelf).unwrap(), *rows);
    let entries = snapshot.entries(&EDITIONS, &shelf, Range::ALL).unwrap();
    let entries: Vec<_> = entries.map(Result::unwrap).collect();
    assert_eq!(
        *snapshot.listed_entries(&EDITIONS, &shelf).unwrap(),
        *entries
    );
    let odd = rows.iter().filter(|(_, book)| book.edition % 2 == 1);
    assert_eq!(snapshot.count(&ODD, &shelf).unwrap(), odd.count() as u64);
}

/// A few random changes in one command, which sees what it wrote itself.
fn scribble(tx: &mut Tx, chance: &mut StdRng) -> kernel::Result<()> {
    for _ in 0..chance.random_range(1..4) {
        let shelf = shelf(chance.random_range(0..SHELVES));
        let key = (shelf, chance.random_range(0..BOOKS_A_SHELF));
        if chance.random_bool(0.3) {
            tx.remove(&BOOKS, &key)?;
        } else {
            let edition = chance.random_range(0..1_000);
            tx.put(&BOOKS, &key, &Book { edition })?;
        }
        agrees(tx, shelf);
    }
    if chance.random_bool(0.2) {
        return kernel::problems::FORBIDDEN.refuse();
    }
    Ok(())
}

/// Reads with the newest snapshots and with some that it has kept for long.
fn read_until(done: &AtomicBool, store: &Store, seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut held = VecDeque::new();
    while !done.load(Ordering::Relaxed) {
        held.push_back(store.snapshot());
        if held.len() > 8 {
            held.remove(chance.random_range(0..held.len()));
        }
        for _ in 0..4 {
            let snapshot = &held[chance.random_range(0..held.len())];
            agrees(snapshot, shelf(chance.random_range(0..SHELVES)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn what_is_kept_is_never_stale_and_never_ahead_of_its_snapshot(
        seed in any::<u64>(),
        // So small that most is evicted at once, or large enough for everything.
        bytes in prop_oneof![Just(64 * 8 * 400_u64), Just(64 * 8 * 2_000), Just(1 << 24)],
    ) {
        let options = Options { seed: Some(seed), record_cache_bytes: bytes, ..Options::default() };
        let store = Store::over(Engine::in_memory(), options);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for reader in 0..3 {
                let (done, store) = (&done, &store);
                scope.spawn(move || read_until(done, store, seed ^ reader));
            }
            let mut chance = StdRng::seed_from_u64(seed);
            let mut waiting = VecDeque::new();
            for _ in 0..400 {
                let mut chance = StdRng::seed_from_u64(chance.random());
                waiting.push_back(store.submit(move |tx| scribble(tx, &mut chance)));
                if waiting.len() > 20 {
                    drop(waiting.pop_front().unwrap().wait());
                }
            }
            for pending in waiting {
                drop(pending.wait());
            }
            done.store(true, Ordering::Relaxed);
        });
        let stats = store.cache_stats();
        prop_assert!(stats.hits > 0 && stats.misses > 0, "{:?}", stats);
        prop_assert!(stats.bytes <= bytes);
    }
}
