//! Reads of records through a snapshot: kept ones, and ones that are decoded each time.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first error"
)]

#[path = "measure/mod.rs"]
mod measure;

use kernel::{Id, id_kind};
use serde::{Deserialize, Serialize};
use store::{Options, Quarantine, Record, Store, Table};

use measure::{report, time};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

id_kind!(NoteKind, NoteId, "note");

#[derive(Serialize, Deserialize)]
struct Note {
    title: String,
    text: String,
    tags: Vec<String>,
}

impl Record for Note {
    const VERSION: u8 = 1;
}

static NOTES: Table<NoteId, Note> = Table::new(0x7e02, "notes");

const RECORDS: usize = 10_000;
const READS: u32 = 1_000_000;

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let quarantine = Quarantine {
        folder: root.path().join("quarantine"),
        label: "bench".to_owned(),
    };
    let records = root.path().join("records");
    let store = Store::on_disk(&records, &quarantine, Options::default()).unwrap();
    let ids = store.submit(|tx| {
        let put = |_| {
            let id: Id<NoteKind> = tx.new_id();
            let note = Note {
                title: "A course of some kind".to_owned(),
                text: "x".repeat(300),
                tags: vec!["one".to_owned(), "two".to_owned()],
            };
            tx.put(&NOTES, &id, &note)?;
            Ok(id)
        };
        (0..RECORDS).map(put).collect::<kernel::Result<Vec<_>>>()
    });
    let ids = ids.wait().unwrap().out;
    let mut place = 0;
    let mut next = || {
        place = (place + 7_919) % RECORDS;
        ids.get(place).unwrap()
    };
    report("cached_record_reads_per_second", || {
        // A snapshot serves one request: some fifty reads.
        let taken = time(|| {
            for _ in 0..READS / 50 {
                let snapshot = store.snapshot();
                for _ in 0..50 {
                    std::hint::black_box(snapshot.shared(&NOTES, next()).unwrap().unwrap());
                }
            }
        });
        f64::from(READS) / taken.as_secs_f64()
    });
    report("decoded_record_reads_per_second", || {
        let snapshot = store.snapshot();
        let taken = time(|| {
            for _ in 0..READS / 10 {
                std::hint::black_box(snapshot.get(&NOTES, next()).unwrap().unwrap());
            }
        });
        f64::from(READS / 10) / taken.as_secs_f64()
    });
}
