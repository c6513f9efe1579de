//! Stories of the cache: what is kept, what goes, and what damage does.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::{Cache, Key, Opened, Stats, VALUE_BYTES_MAX};

const MIB: u64 = 1 << 20;

fn key(number: u32) -> Key {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&number.to_le_bytes());
    key
}

/// A value that tells whose it is.
fn value(number: u32) -> Vec<u8> {
    number.to_le_bytes().repeat(100)
}

fn opened(folder: &Path, bytes_max: u64) -> Cache {
    let Opened { cache, notes } = Cache::open_or_throw_away(folder, bytes_max);
    assert_eq!(notes, Vec::<String>::new());
    cache
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs_err::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn bytes_of(folder: &Path) -> u64 {
    let files = files(folder);
    let lengths = files
        .iter()
        .map(|file| fs_err::metadata(file).unwrap().len());
    lengths.sum()
}

/// A folder with a cache of `count` values in two files.
fn filled(count: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let cache = opened(folder.path(), u64::from(count) * 600);
    for number in 0..count {
        cache.put(&key(number), &value(number));
    }
    assert_eq!(cache.stats().entries, count as usize);
    assert_eq!(files(folder.path()).len(), 2);
    folder
}

/// Whether a file lost values at its end and nothing else, which is as if they were never put.
fn is_cut_between_values(left: &[u8], whole: &[u8]) -> bool {
    let records = left.len().checked_sub(8);
    whole.starts_with(left) && records.is_some_and(|bytes| bytes.is_multiple_of(444))
}

/// How many of the values are there. Each is what it was or is not there at all.
fn found(cache: &Cache, count: u32) -> usize {
    let found = (0..count).filter(|number| match cache.get(&key(*number)) {
        Some(found) => {
            assert_eq!(found, value(*number), "{number}");
            true
        }
        None => false,
    });
    found.count()
}

#[test]
fn what_was_put_is_there_and_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let cache = opened(folder.path(), MIB);
    assert_eq!(cache.get(&key(1)), None);
    cache.put(&key(1), b"first");
    cache.put(&key(2), b"");
    cache.put(&key(1), b"second");
    assert_eq!(cache.get(&key(1)).unwrap(), b"second");
    assert_eq!(cache.get(&key(2)).unwrap(), b"");
    let Stats {
        hits,
        misses,
        failures,
        entries,
        bytes,
    } = cache.stats();
    assert_eq!((hits, misses, failures, entries), (2, 1, 0, 2));
    assert_eq!(bytes, bytes_of(folder.path()));
    drop(cache);

    let cache = opened(folder.path(), MIB);
    assert_eq!(cache.get(&key(1)).unwrap(), b"second");
    assert_eq!(cache.get(&key(2)).unwrap(), b"");
    assert_eq!(cache.stats().bytes, bytes);
}

#[test]
fn the_oldest_go_when_it_is_full_and_it_never_takes_more_than_its_room() {
    let folder = tempfile::tempdir().unwrap();
    let room = 64 * 1024;
    let cache = opened(folder.path(), room);
    for number in 0..1_000 {
        cache.put(&key(number), &value(number));
        assert!(bytes_of(folder.path()) <= room);
        assert_eq!(cache.get(&key(number)), Some(value(number)));
    }
    // Half of the room at least holds the newest: 73 records of 444 bytes.
    for number in 927..1_000 {
        assert_eq!(cache.get(&key(number)), Some(value(number)), "{number}");
    }
    assert_eq!(cache.get(&key(0)), None);
    let entries = cache.stats().entries;
    drop(cache);

    let cache = opened(folder.path(), room);
    assert_eq!(cache.stats().entries, entries);
    assert_eq!(found(&cache, 1_000), entries);
}

#[test]
fn what_is_too_large_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let cache = opened(folder.path(), 64 * MIB);
    cache.put(&key(1), &vec![1; VALUE_BYTES_MAX]);
    cache.put(&key(2), &vec![1; VALUE_BYTES_MAX + 1]);
    assert_eq!(cache.get(&key(1)).unwrap().len(), VALUE_BYTES_MAX);
    assert_eq!(cache.get(&key(2)), None);
    for room in [0, 1, 15, 16, 100] {
        let folder = tempfile::tempdir().unwrap();
        let cache = opened(folder.path(), room);
        cache.put(&key(1), &value(1));
        assert_eq!(cache.get(&key(1)), None, "{room}");
    }
}

#[test]
fn with_less_room_than_before_what_does_not_fit_is_thrown_away() {
    let folder = filled(100);
    let Opened { cache, notes } = Cache::open_or_throw_away(folder.path(), 10_000);
    assert!(!notes.is_empty());
    for number in 200..300 {
        cache.put(&key(number), &value(number));
    }
    assert!(bytes_of(folder.path()) <= 10_000);
}

#[test]
fn a_power_cut_that_leaves_zeros_or_half_a_value_costs_only_what_came_last() {
    let damages: [fn(&mut Vec<u8>); 3] = [
        |bytes| bytes.truncate(bytes.len() - 200),
        |bytes| bytes.extend([0; 5_000]),
        |bytes| {
            let end = bytes.len();
            bytes[end - 700..].fill(0);
        },
    ];
    for damage in damages {
        let folder = filled(100);
        let youngest = files(folder.path()).pop().unwrap();
        let mut bytes = fs_err::read(&youngest).unwrap();
        damage(&mut bytes);
        fs_err::write(&youngest, bytes).unwrap();

        let Opened { cache, notes } = Cache::open_or_throw_away(folder.path(), MIB);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("were cut off"), "{notes:?}");
        assert!(found(&cache, 100) >= 98);
        cache.put(&key(200), &value(200));
        drop(cache);
        let cache = opened(folder.path(), MIB);
        assert_eq!(cache.get(&key(200)), Some(value(200)));
    }
}

#[test]
fn values_that_are_gone_from_the_end_are_misses_and_no_damage() {
    let folder = filled(100);
    let youngest = files(folder.path()).pop().unwrap();
    let bytes = fs_err::read(&youngest).unwrap();
    let left = &bytes[..bytes.len() - 2 * 444];
    assert!(is_cut_between_values(left, &bytes));
    fs_err::write(&youngest, left).unwrap();
    assert_eq!(found(&opened(folder.path(), MIB), 100), 98);
}

#[test]
fn what_rots_while_it_is_open_is_a_miss() {
    let folder = filled(100);
    let cache = opened(folder.path(), MIB);
    for file in files(folder.path()) {
        let mut bytes = fs_err::read(&file).unwrap();
        for byte in &mut bytes {
            *byte ^= 1;
        }
        fs_err::write(&file, bytes).unwrap();
    }
    assert_eq!(found(&cache, 100), 0);
    assert_eq!(cache.stats().entries, 0);
    cache.put(&key(1), &value(1));
    assert_eq!(cache.get(&key(1)), Some(value(1)));
}

#[test]
fn files_that_vanish_under_it_or_are_cut_short_are_misses_and_no_errors() {
    let folder = filled(100);
    let cache = opened(folder.path(), 60_000);
    for file in files(folder.path()) {
        fs_err::write(&file, b"").unwrap();
    }
    assert_eq!(found(&cache, 100), 0);
    assert_eq!(cache.stats().failures, 100);
    fs_err::remove_dir_all(folder.path()).unwrap();
    for number in 0..1_000 {
        cache.put(&key(number), &value(number));
    }
    assert!(cache.stats().failures > 100);
}

#[test]
fn without_a_folder_it_keeps_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs_err::write(&file, b"in the way").unwrap();
    let Opened { cache, notes } = Cache::open_or_throw_away(&file, MIB);
    assert!(
        notes[0].starts_with("the cache keeps nothing: "),
        "{notes:?}"
    );
    cache.put(&key(1), &value(1));
    assert_eq!(cache.get(&key(1)), None);
    assert_eq!(cache.stats().misses, 1);
}

#[test]
fn files_of_others_are_left_and_files_of_nobody_are_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "notes.txt",
        "007.cache",
        "18446744073709551615.cache",
        "5.cache",
        "4.cache",
    ];
    for name in names {
        fs_err::write(folder.path().join(name), b"garbage of some length").unwrap();
    }
    fs_err::write(folder.path().join("3.cache"), b"").unwrap();
    let Opened { cache, notes } = Cache::open_or_throw_away(folder.path(), MIB);
    assert_eq!(notes.len(), 2, "{notes:?}");
    cache.put(&key(1), &value(1));
    drop(cache);
    let cache = opened(folder.path(), MIB);
    assert_eq!(cache.get(&key(1)), Some(value(1)));
    let left = files(folder.path());
    let left: Vec<_> = left
        .iter()
        .filter_map(|file| file.file_name()?.to_str())
        .collect();
    assert_eq!(
        left,
        [
            "007.cache",
            "18446744073709551615.cache",
            "6.cache",
            "notes.txt"
        ]
    );
}

#[test]
fn many_threads_read_what_others_write_and_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let cache = opened(folder.path(), 64 * 1024);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let cache = &cache;
            scope.spawn(move || {
                for step in 0..2_000 {
                    let number = (step * 7 + thread) % 300;
                    if let Some(found) = cache.get(&key(number)) {
                        assert_eq!(found, value(number));
                    } else {
                        cache.put(&key(number), &value(number));
                    }
                }
            });
        }
    });
    let stats = cache.stats();
    assert_eq!((stats.hits + stats.misses, stats.failures), (8_000, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens to the bytes, it opens, what it answers is right, and it keeps what comes.
    #[test]
    fn damage_is_a_miss_and_nothing_else(
        flips in prop::collection::vec((0..2_usize, any::<prop::sample::Index>(), 1_u8..), 1..5),
        cuts in prop::collection::vec((0..2_usize, any::<prop::sample::Index>()), 0..2),
    ) {
        let folder = filled(60);
        let files = files(folder.path());
        let whole: Vec<Vec<u8>> = files.iter().map(|file| fs_err::read(file).unwrap()).collect();
        let mut damaged = whole.clone();
        for (file, at, flip) in flips {
            let at = at.index(damaged[file].len());
            damaged[file][at] ^= flip;
        }
        for (file, at) in cuts {
            let at = at.index(damaged[file].len());
            damaged[file].truncate(at);
        }
        prop_assume!(damaged != whole);
        for (file, bytes) in files.iter().zip(&damaged) {
            fs_err::write(file, bytes).unwrap();
        }
        let Opened { cache, notes } = Cache::open_or_throw_away(folder.path(), MIB);
        let are_whole = damaged.iter().zip(&whole).all(|(left, whole)| is_cut_between_values(left, whole));
        prop_assert_eq!(notes.is_empty(), are_whole);
        let before = found(&cache, 60);
        prop_assert!(before < 60);
        cache.put(&key(100), &value(100));
        drop(cache);
        let cache = opened(folder.path(), MIB);
        prop_assert_eq!(found(&cache, 60), before);
        prop_assert_eq!(cache.get(&key(100)), Some(value(100)));
    }
}
