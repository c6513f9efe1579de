//! Durable commits: many callers, a lone one, and the event log in batches.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first error"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]

#[path = "measure/mod.rs"]
mod measure;

use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;

use eventlog::Draft;
use kernel::{Id, id_kind};
use serde::{Deserialize, Serialize};
use store::{Options, Quarantine, Record, Store, Table, Tx};

use measure::{median, report, time};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

id_kind!(NoteKind, NoteId, "note");

#[derive(Serialize, Deserialize)]
struct Note {
    text: String,
}

impl Record for Note {
    const VERSION: u8 = 1;
}

static NOTES: Table<NoteId, Note> = Table::new(0x7e01, "notes");

const CALLERS: usize = 64;
const COMMITS_A_CALLER: usize = 1_500;
const LONE_COMMITS: u64 = 300;
const EVENTS: usize = 100_000;

fn note(tx: &mut Tx) -> kernel::Result<()> {
    let id = tx.new_id();
    tx.put(
        &NOTES,
        &id,
        &Note {
            text: "x".repeat(200),
        },
    )?;
    event(tx, id, 200)
}

fn event(tx: &mut Tx, id: Id<NoteKind>, bytes: usize) -> kernel::Result<()> {
    let draft = Draft {
        subject: "edusphere.courses.noted".into(),
        key: id.to_string(),
        actor: "bench".to_owned(),
        trace_parent: None,
        version: 1,
        body: vec![b'x'; bytes].into(),
        headers: Vec::new(),
    };
    eventlog::append(tx, draft).map(drop)
}

fn open(root: &Path) -> Store {
    let quarantine = Quarantine {
        folder: root.join("quarantine"),
        label: "bench".to_owned(),
    };
    Store::on_disk(&root.join("records"), &quarantine, Options::default()).unwrap()
}

fn crowd(store: &Store) -> f64 {
    let taken = time(|| {
        std::thread::scope(|scope| {
            for _ in 0..CALLERS {
                scope.spawn(|| {
                    for _ in 0..COMMITS_A_CALLER {
                        store.submit(note).wait().unwrap();
                    }
                });
            }
        });
    });
    (CALLERS * COMMITS_A_CALLER) as f64 / taken.as_secs_f64()
}

/// A lone caller's commit, in times of the disk's own `fdatasync` of an appended page.
fn lone(store: &Store, root: &Path) -> f64 {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(root.join("raw"))
        .unwrap();
    file.write_all(&vec![1; 1 << 20]).unwrap();
    file.sync_all().unwrap();
    let ratios = (0..LONE_COMMITS).map(|n| {
        let commit = time(|| {
            store.submit(note).wait().unwrap();
        });
        let sync = time(|| {
            file.write_all_at(&[7; 600], (1 << 20) + 600 * n).unwrap();
            file.sync_data().unwrap();
        });
        (commit.as_secs_f64(), sync.as_secs_f64())
    });
    let (commits, syncs): (Vec<f64>, Vec<f64>) = ratios.unzip();
    median(commits) / median(syncs)
}

fn batched(store: &Store) -> f64 {
    let taken = time(|| {
        let mut waiting = std::collections::VecDeque::new();
        for _ in 0..EVENTS {
            waiting.push_back(store.submit(|tx| {
                let id = tx.new_id();
                event(tx, id, 1_024)
            }));
            if waiting.len() >= 2_048 {
                waiting.pop_front().unwrap().wait().unwrap();
            }
        }
        for pending in waiting {
            pending.wait().unwrap();
        }
    });
    EVENTS as f64 / taken.as_secs_f64()
}

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = open(root.path());
    report("durable_commits_64_callers_per_second", || crowd(&store));
    report("lone_commit_in_fsyncs", || lone(&store, root.path()));
    report("events_1kib_batched_per_second", || batched(&store));
}
