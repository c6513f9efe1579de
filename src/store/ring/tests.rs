//! Crashes between the two syncs, rotted journals and harmed rings, and what a start makes of them.

use proptest::prelude::*;
use tempfile::TempDir;

use kernel::problems;

use super::*;
use crate::{Engine, Options, Quarantine, Store};

static NOTES: Table<u64, u64> = Table::new(0x7f11, "notes");

/// A data directory of nothing but records and a ring.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One with so many acknowledged groups.
    fn with(groups: u64) -> Self {
        let place = Self::new();
        let store = place.open();
        (1..=groups).for_each(|key| put(&store, key).unwrap());
        store.close();
        place
    }

    fn open(&self) -> Store {
        let quarantine = Quarantine {
            folder: self.0.path().join("quarantine"),
            label: "now".to_owned(),
        };
        Store::on_disk(&self.records(), &quarantine, Options::default()).unwrap()
    }

    fn records(&self) -> PathBuf {
        self.0.path().join("records")
    }

    fn ring(&self) -> PathBuf {
        self.0.path().join("ack.ring")
    }

    /// Has the last byte of the journal that is not zero rot.
    fn rot_the_last_group(&self) {
        let journal = self.records().join("0.jnl");
        let mut bytes = fs::read(&journal).unwrap();
        let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        bytes[last - 20] ^= 4;
        fs::write(&journal, bytes).unwrap();
    }
}

fn put(store: &Store, key: u64) -> Result<()> {
    let pending = store.submit(move |tx| tx.put(&NOTES, &key, &key));
    pending.wait().map(drop)
}

fn keys(store: &Store) -> Vec<u64> {
    let snapshot = store.snapshot();
    (1..=50)
        .filter(|key| snapshot.has(&NOTES, key).unwrap())
        .collect()
}

#[test]
fn what_was_acknowledged_is_there_after_a_start_and_writing_goes_on() {
    let place = Place::with(3);
    let store = place.open();
    assert_eq!(store.loss(), None);
    put(&store, 4).unwrap();
    drop(store);
    assert_eq!(keys(&place.open()), [1, 2, 3, 4]);
}

#[test]
fn an_acknowledged_group_that_rots_leaves_the_school_readable_and_takes_no_writes() {
    let place = Place::with(5);
    place.rot_the_last_group();
    let ring = fs::read(place.ring()).unwrap();
    for start in 0..2 {
        let store = place.open();
        let loss = Loss::Groups {
            records: place.records(),
            ring: place.ring(),
            found: 4,
            acknowledged: 5,
        };
        assert_eq!(store.loss(), Some(&loss), "start {start}");
        assert_eq!(keys(&store), [1, 2, 3, 4], "reads go on");
        let refused = put(&store, 6).unwrap_err();
        assert_eq!(refused.problem(), Some(problems::READ_ONLY));
        assert!(!*store.failed().borrow(), "it is no failure of the disk");
    }
    assert_eq!(fs::read(place.ring()).unwrap(), ring, "the proof is kept");
}

#[test]
fn a_group_that_a_crash_kept_from_its_callers_may_be_there_or_not() {
    for torn in [false, true] {
        let place = Place::with(4);
        let ring = fs::read(place.ring()).unwrap();
        let store = place.open();
        put(&store, 5).unwrap();
        drop(store);
        // The crash came when the group was on the disk, and not yet the ring.
        fs::write(place.ring(), &ring).unwrap();
        if torn {
            place.rot_the_last_group();
        }
        let store = place.open();
        assert_eq!(store.loss(), None);
        put(&store, 6).unwrap();
        drop(store);
        let wanted: &[u64] = if torn {
            &[1, 2, 3, 4, 6]
        } else {
            &[1, 2, 3, 4, 5, 6]
        };
        assert_eq!(keys(&place.open()), wanted);
    }
}

/// What was shown since a start counts as acknowledged.
#[test]
fn a_start_notes_what_it_shows() {
    let place = Place::with(4);
    let ring = fs::read(place.ring()).unwrap();
    put(&place.open(), 5).unwrap();
    fs::write(place.ring(), &ring).unwrap();
    drop(place.open());
    place.rot_the_last_group();
    assert!(place.open().loss().is_some());
}

#[test]
fn one_harmed_slot_of_the_ring_does_no_harm() {
    for slot in [0, SLOT_BYTES] {
        let place = Place::with(6);
        let mut ring = fs::read(place.ring()).unwrap();
        ring[slot + 9] ^= 1;
        fs::write(place.ring(), &ring).unwrap();
        let store = place.open();
        assert_eq!(store.loss(), None);
        put(&store, 7).unwrap();
        assert_eq!(keys(&store).len(), 7);
    }
}

#[test]
fn without_a_ring_nothing_is_proved() {
    type Harm = fn(&Path);
    let harms: [Harm; 3] = [
        |ring| fs::remove_file(ring).unwrap(),
        |ring| fs::write(ring, "").unwrap(),
        |ring| fs::write(ring, [7; 2 * SLOT_BYTES]).unwrap(),
    ];
    for harm in harms {
        let place = Place::with(6);
        harm(&place.ring());
        let store = place.open();
        let loss = Loss::Unproved {
            records: place.records(),
            ring: place.ring(),
            found: 6,
        };
        assert_eq!(store.loss(), Some(&loss));
        assert_eq!(keys(&store).len(), 6);
        assert!(put(&store, 7).is_err());
    }
}

#[test]
fn the_ring_of_another_history_proves_nothing_for_this_one() {
    let place = Place::with(3);
    let store = place.open();
    put(&store, 40).unwrap();
    drop(store);
    fs::copy(place.ring(), place.0.path().join("kept")).unwrap();
    let other = Place::with(4);
    fs::rename(place.0.path().join("kept"), other.ring()).unwrap();
    let loss = Loss::OtherGroup {
        records: other.records(),
        ring: other.ring(),
        number: 4,
    };
    assert_eq!(other.open().loss(), Some(&loss));
}

/// A disk that takes the group and not the ring.
#[test]
fn a_group_that_the_ring_cannot_note_is_neither_acknowledged_nor_shown() {
    let engine = Engine::in_memory();
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let ring = AckRing {
        file: full.unwrap(),
        last: Group::default(),
    };
    let store = Store::start(engine, Options::default(), Some(ring));
    for key in [1, 2] {
        let refused = put(&store, key).unwrap_err();
        assert_eq!(refused.problem(), Some(problems::WRITES_STOPPED));
    }
    assert!(*store.failed().borrow());
    assert_eq!(keys(&store), [0; 0]);
}

#[test]
fn the_forms_on_the_disk_stay_as_they_are() {
    let group = Group {
        number: 258,
        digest: 0x0102_0304_0506_0708,
    };
    let record = [1, 0x92, 0xcd, 1, 2, 0xcf, 1, 2, 3, 4, 5, 6, 7, 8];
    assert_eq!(encode(&group).unwrap(), record);
    assert_eq!(decode::<Group>(&record).unwrap(), group);
    let mark = [
        b'E', b'S', b'A', 1, 2, 1, 0, 0, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1,
    ];
    assert_eq!(group.mark()[..20], mark);
    assert_eq!(Group::in_slot(&group.mark()), Some(group));
}

proptest! {
    #[test]
    fn a_slot_with_a_wrong_bit_tells_nothing(number: u64, digest: u64, bit in 0..MARK_BYTES * 8) {
        let mut mark = Group { number, digest }.mark();
        mark[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(Group::in_slot(&mark), None);
    }

    #[test]
    fn any_bytes_can_be_looked_at(bytes: Vec<u8>) {
        prop_assert_eq!(Group::in_slot(&bytes), None);
    }

    /// Also where the same bytes are cut otherwise into keys and values.
    #[test]
    fn other_changes_have_another_digest(key: Vec<u8>, value: Vec<u8>, cut: prop::sample::Index) {
        let after = |key: &[u8], value: Option<&[u8]>| {
            Group::default().next(&[(Space::Records, Slice::from(key), value.map(Slice::from))])
        };
        let this = after(&key, Some(&value));
        prop_assert_ne!(this, after(&key, None));
        let all = [key.clone(), value].concat();
        let (left, right) = all.split_at(cut.index(all.len() + 1));
        prop_assert_eq!(after(left, Some(right)) == this, left.len() == key.len());
    }
}
