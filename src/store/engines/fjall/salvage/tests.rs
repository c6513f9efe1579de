//! Tears, rots and garbles journals that a real fjall wrote, and opens what is left with it.

mod rig;

use fjall::KeyspaceCreateOptions;

use super::*;
use rig::{BATCHES, Chance, KEYSPACES, Place, SEED, WRITTEN, open, tear, trim};

/// A torn write loses what it wrote to a page, never what an earlier synced write left there.
#[test]
fn a_torn_batch_goes_as_a_whole_and_nothing_else_goes() {
    let written = &*WRITTEN;
    let (from, to) = written.last;
    assert!(to - from > 20_000, "the last batch has several pages");
    let mut chance = Chance(SEED);
    let (mut cuts, mut clean, mut refused_by_fjall) = (0, 0, 0);

    for case in 0..100 {
        let at = format!("seed {SEED:#x} case {case}");
        let mut bytes = written.journal.clone();
        match case {
            0..60 => tear(&mut bytes, from, 4096, case % 2 == 0, &mut chance),
            60..80 => tear(&mut bytes, from, 512, case % 2 == 0, &mut chance),
            _ => bytes.truncate(from.next_multiple_of(4096) + 4096 * (case - 80) / 2),
        }
        let is_whole = bytes == written.journal;
        if case % 3 == 0 {
            bytes.resize(bytes.len() + (1 << 20), 0); // as if it were still preallocated
        }
        if case < 60 {
            refused_by_fjall += u32::from(written.place_with(&bytes).state().is_err());
        }

        let place = written.place_with(&bytes);
        let expected = if is_whole {
            &written.all
        } else {
            &written.acknowledged
        };
        if let Some(cut) = place.run().expect(&at) {
            cuts += 1;
            assert!(!is_whole, "{at}");
            assert_eq!(cut.offset, from as u64, "{at}");
            assert_eq!(cut.removed_bytes, (trim(&bytes) - from) as u64, "{at}");
            assert!(fs::read(&cut.copy).unwrap() == bytes, "{at}");
        } else {
            clean += 1;
            assert!(is_whole || trim(&bytes) <= from, "{at}");
        }
        assert!(place.state().expect(&at) == *expected, "{at}");
        assert!(
            place.run().expect(&at).is_none(),
            "{at}: nothing is left for a second run"
        );
    }
    println!(
        "seed {SEED:#x}: {cuts} cut, {clean} clean; fjall alone refused {refused_by_fjall} of 60"
    );
    assert!(
        refused_by_fjall > 0,
        "else this module is not needed any more"
    );
    assert!(cuts >= 80 && clean > 0);
}

#[test]
fn rot_before_the_last_batch_is_never_cut() {
    let written = &*WRITTEN;
    let place = written.place();
    let untouched = place.files();
    let mut chance = Chance(SEED);
    for case in 0..400 {
        let (at, bit) = (chance.below(written.last.0), chance.below(8));
        let damaged = written.journal_with(at, bit);
        fs::write(place.journal(), &damaged).unwrap();
        match place.run() {
            Err(SalvageError::Damaged { offset, .. }) => {
                let begin = written
                    .ends
                    .iter()
                    .rev()
                    .find(|end| **end <= at)
                    .unwrap_or(&0);
                // Of two seqnos that do not rise, the second is named.
                let next = written.ends.iter().find(|end| *end > begin).unwrap();
                assert!(
                    [*begin as u64, *next as u64].contains(&offset),
                    "byte {at}: {offset}"
                );
            }
            other => panic!("seed {SEED:#x} case {case} byte {at} bit {bit}: {other:?}"),
        }
        let mut files = place.files();
        assert!(files.insert("db/0.jnl".into(), written.journal.clone()) == Some(damaged));
        assert!(files == untouched);
    }
}

/// The checksum does not cover the seqno. What goes through must do no harm.
#[test]
fn rot_in_a_seqno_loses_nothing() {
    let written = &*WRITTEN;
    let middle = written.ends[BATCHES / 2];
    let starts = [0, middle, written.last.0];
    let mut passed = 0;
    for (start, bit) in starts
        .into_iter()
        .flat_map(|start| (0..64).map(move |bit| (start, bit)))
    {
        let place = written.place_with(&written.journal_with(start + 5 + bit / 8, bit % 8));
        match place.run() {
            Err(SalvageError::Damaged { .. }) => {}
            Ok(None) if start != middle => {
                passed += 1;
                assert!(place.state().unwrap() == written.all);
            }
            other => panic!("batch at {start}, bit {bit} of the seqno: {other:?}"),
        }
    }
    println!("{passed} of 192 flips in a seqno passed, without loss");
}

/// In the last batch a flip cannot be told from a tear.
#[test]
fn rot_in_the_last_batch_cuts_it_whole() {
    let written = &*WRITTEN;
    let (from, to) = written.last;
    let mut chance = Chance(SEED);
    for bit in 0..20 {
        let at = from + 13 + chance.below(to - from - 13);
        let place = written.place_with(&written.journal_with(at, bit % 8));
        assert_eq!(place.run().unwrap().unwrap().offset, from as u64);
        assert!(place.state().unwrap() == written.acknowledged);
    }
}

#[test]
fn what_is_clean_stays_as_it_is() {
    let place = WRITTEN.place();
    let before = place.files();
    assert!(place.run().unwrap().is_none());
    assert!(place.files() == before);
    assert!(place.state().unwrap() == WRITTEN.all);

    let empty = Place::new();
    assert!(empty.run().unwrap().is_none(), "no directory");
    fs::create_dir(empty.db()).unwrap();
    assert!(empty.run().unwrap().is_none(), "nothing in it");
    fs::write(empty.journal(), b"").unwrap();
    assert!(empty.run().unwrap().is_none(), "an empty journal");

    let fresh = Place::new();
    drop(open(&fresh.db()).unwrap());
    let before = fresh.files();
    assert_eq!(before[Path::new("db/0.jnl")].len(), 64 << 20, "zeros only");
    assert!(fresh.run().unwrap().is_none());
    assert!(fresh.files() == before);
}

#[test]
fn a_copy_is_never_overwritten() {
    let place = WRITTEN.place();
    for name in ["0.jnl", "0.1.jnl", "0.2.jnl"] {
        fs::write(
            place.journal(),
            WRITTEN.journal_with(WRITTEN.last.0 + 100, 0),
        )
        .unwrap();
        let cut = place.run().unwrap().unwrap();
        assert!(cut.copy.ends_with(Path::new("quarantine/label").join(name)));
    }
}

#[test]
fn sealed_journals_are_read_in_order() {
    let written = &*WRITTEN;
    let split = written.ends[20];
    let (first, second) = written.journal.split_at(split);
    let last = written.last.0;
    let zeros = vec![0; 1 << 20];
    let torn = [written.journal.get(..last + 5000).unwrap(), &zeros].concat();
    let broken = [first.get(..split - 1).unwrap(), &zeros].concat();
    let in_two = |first: &[u8], second: &[u8]| {
        let place = written.place_with(first);
        fs::write(place.db().join("1.jnl"), second).unwrap();
        place
    };

    let clean = in_two(&[first, &zeros].concat(), second);
    assert!(clean.run().unwrap().is_none());
    assert!(clean.state().unwrap() == written.all);

    let active_torn = in_two(first, torn.get(split..).unwrap());
    assert_eq!(
        active_torn.run().unwrap().unwrap().offset,
        (last - split) as u64
    );
    assert!(active_torn.state().unwrap() == written.acknowledged);

    let rotated_after_the_tear = in_two(&torn, &zeros);
    assert!(
        rotated_after_the_tear
            .run()
            .unwrap()
            .unwrap()
            .journal
            .ends_with("0.jnl")
    );
    assert!(rotated_after_the_tear.state().unwrap() == written.acknowledged);

    for (first, second) in [(&broken[..], second), (second, first), (&torn, b"x")] {
        let place = in_two(first, second);
        let before = place.files();
        assert!(matches!(place.run(), Err(SalvageError::Damaged { .. })));
        assert!(place.files() == before);
    }
}

#[test]
fn the_error_says_what_to_do() {
    let place = WRITTEN.place_with(&WRITTEN.journal_with(WRITTEN.ends[7] + 30, 3));
    let said = place.run().unwrap_err().to_string();
    let begin = format!(
        "{} is damaged at byte {}",
        place.journal().display(),
        WRITTEN.ends[7]
    );
    assert!(said.starts_with(&begin), "{said}");
    assert!(
        said.contains("nothing was changed") && said.contains("restore a backup"),
        "{said}"
    );
}

#[test]
fn an_unknown_format_is_left_alone() {
    for mark in [
        Some(&b"FJL\x04"[..]),
        Some(b"FJL\x02"),
        Some(b"FJ"),
        Some(b""),
        None,
    ] {
        let place = WRITTEN.place_with(WRITTEN.journal.get(..WRITTEN.last.1 - 1).unwrap());
        match mark {
            Some(mark) => fs::write(place.db().join("version"), mark).unwrap(),
            None => fs::remove_file(place.db().join("version")).unwrap(),
        }
        let before = place.files();
        assert!(matches!(place.run(), Err(SalvageError::Format { .. })));
        assert!(place.files() == before);
    }
}

#[test]
fn an_open_database_is_left_alone() {
    let place = WRITTEN.place();
    let database = open(&place.db()).unwrap();
    assert!(matches!(place.run(), Err(SalvageError::Locked { .. })));
    drop(database);
    assert!(place.run().unwrap().is_none());
    open(&place.db()).expect("the lock is free again");
}

/// fjall numbers on from the highest seqno that is still stored, so that after clearing a keyspace
/// it may give a seqno twice.
#[test]
fn seqnos_may_fall_after_a_keyspace_was_cleared() {
    let place = WRITTEN.place();
    let database = open(&place.db()).unwrap();
    let [records, events] = KEYSPACES.map(|name| {
        database
            .keyspace(name, KeyspaceCreateOptions::default)
            .unwrap()
    });
    for _ in 0..20 {
        records.insert("k", "v").unwrap();
    }
    records.clear().unwrap();
    drop((records, events, database));

    let database = open(&place.db()).unwrap();
    let events = database
        .keyspace(KEYSPACES[1], KeyspaceCreateOptions::default)
        .unwrap();
    events.insert("k", "v").unwrap();
    drop((events, database));
    assert!(place.run().unwrap().is_none());
}

#[test]
fn garbage_does_no_harm() {
    let written = &*WRITTEN;
    let mut chance = Chance(SEED);
    for case in 0..300 {
        let garbage = match chance.below(3) {
            0 => chance.bytes_below(5000),
            1 => (0..chance.below(2000))
                .map(|_| [0, 1, 2, 3, 4, 255][chance.below(6)])
                .collect(),
            _ => {
                // Part of some batches, its lengths and counts overwritten.
                let mut part = written.journal.get(..chance.below(3000)).unwrap().to_vec();
                part.splice(0..chance.below(part.len() + 1).min(30), chance.bytes(20));
                part
            }
        };
        let bytes = match case % 3 {
            0 => [&written.journal, &garbage[..]].concat(),
            1 => written
                .journal
                .get(chance.below(written.last.1)..)
                .unwrap()
                .to_vec(),
            _ => garbage,
        };
        let place = Place::without_tables(&bytes);
        let before = place.files();
        match place.run() {
            Ok(Some(_)) => assert!(place.run().unwrap().is_none(), "case {case}"),
            Ok(None) | Err(_) => assert!(place.files() == before, "case {case}"),
        }
        assert!(
            bytes.starts_with(&fs::read(place.journal()).unwrap()),
            "case {case}"
        );
    }
}

#[test]
fn appended_garbage_is_cut_where_it_begins() {
    let mut chance = Chance(SEED);
    for case in 0..40 {
        let garbage = chance.bytes_below(9000);
        let place = Place::without_tables(&[&WRITTEN.journal, &garbage[..], b"x"].concat());
        let cut = place.run().unwrap().expect("something to cut");
        assert_eq!(cut.offset, WRITTEN.last.1 as u64, "case {case}");
        assert!(fs::read(place.journal()).unwrap() == WRITTEN.journal);
    }
}

/// The limit that the documentation of the module names.
#[test]
fn a_batch_inside_a_torn_record_is_taken_for_a_later_one() {
    let inner = WRITTEN.journal.get(..WRITTEN.ends[0]).unwrap();
    let place = Place::without_tables(&[&WRITTEN.journal, &b"torn"[..], inner, b"torn"].concat());
    assert!(matches!(place.run(), Err(SalvageError::Damaged { .. })));
}

/// A thousand starts that lead into one chain of 200,000 entries: hours, if each were followed.
#[test]
fn content_made_for_the_search_ends_it() {
    let mut bytes = [&WRITTEN.journal, &b"torn"[..]].concat();
    for to_the_chain in (0..1000_u32).rev().map(|rest| rest * 34) {
        bytes.extend(
            [1].iter()
                .chain(&200_000_u32.to_le_bytes())
                .chain(&1000_u64.to_le_bytes()),
        );
        bytes.extend([2, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(to_the_chain.to_le_bytes());
    }
    bytes.extend([4, 1, 0, 0, 0, 0, 0, 0, 0].repeat(199_999));
    let place = Place::without_tables(&bytes);
    assert!(matches!(place.run(), Err(SalvageError::Damaged { .. })));
}
