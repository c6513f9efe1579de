//! One wrong bit, anywhere in the records or the ring: it is found, or it does no harm. Nothing
//! goes silently, and nothing wrong is read.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use fs_err as fs;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;

use super::super::{Engine, Space};
use super::*;
use crate::{OpenError, Options, Store, Table};

const TRIALS: usize = 1_000;
const TRIALS_ALONE: usize = 600;
const SEED: u64 = 0x0f11_b0b5_7e57_ab1e;

static NOTES: Table<u64, u64> = Table::new(0x7f21, "notes");
static MARKS: Table<u64, u64> = Table::new(0x7f22, "marks").within(Space::Events);

type Pairs = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

/// A place in memory where there is such a thing: nothing here is about syncs.
fn place() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

fn quarantine(root: &Path) -> Quarantine {
    Quarantine {
        folder: root.join("quarantine"),
        label: "now".to_owned(),
    }
}

fn open(root: &Path) -> Result<Store, OpenError> {
    let options = Options {
        cache_bytes: 1 << 20,
        ..Options::default()
    };
    Store::on_disk(&root.join("records"), &quarantine(root), options)
}

/// What is opened by fjall alone: no salvage, nothing compared, no ring.
fn open_alone(root: &Path) -> Result<Store, OpenError> {
    let records = root.join("records");
    let opened = catch_unwind(|| FjallEngine::at(&records, 1 << 20));
    let Ok(Ok(engine)) = opened else {
        return Err(OpenError::Records(records.display().to_string()));
    };
    Ok(Store::over(Engine::Fjall(engine), Options::default()))
}

/// Acknowledges groups that tell of these keys.
fn acknowledge(root: &Path, keys: Range<u64>) {
    let store = open(root).unwrap();
    for key in keys {
        let put = store.submit(move |tx| {
            tx.put(&NOTES, &(key % 150), &key)?;
            tx.put(&MARKS, &key, &key)
        });
        put.wait().unwrap();
    }
}

/// Has what the journal holds sorted onto disk, so that there are tables to harm.
fn sort(root: &Path) {
    let engine = FjallEngine::open(&root.join("records"), &quarantine(root), 1 << 20).unwrap();
    for space in Space::ALL {
        let keyspace = engine.keyspaces.of(space);
        keyspace.rotate_memtable_and_wait().unwrap();
    }
}

/// What is there, and whether all of it could be read.
fn pairs(store: &Store) -> (Pairs, bool) {
    let snapshot = &store.snapshot().base.engine;
    let (mut found, mut readable) = (Pairs::new(), true);
    for space in Space::ALL {
        let all = snapshot.scan(space, (Bound::Unbounded, Bound::Unbounded), false);
        for pair in all {
            let Ok((key, value)) = pair else {
                readable = false;
                break;
            };
            found.insert((space, key.to_vec()), value.to_vec());
        }
    }
    (found, readable)
}

/// A directory of acknowledged groups, in tables and in the journal.
struct Template {
    root: TempDir,
    files: Vec<PathBuf>,
    known: Pairs,
}

impl Template {
    fn new() -> Self {
        let root = place();
        acknowledge(root.path(), 0..200);
        sort(root.path());
        acknowledge(root.path(), 200..300);
        sort(root.path());
        acknowledge(root.path(), 300..340);
        let (known, _) = pairs(&open(root.path()).unwrap());
        let mut files = Vec::new();
        below(root.path(), &mut files);
        files.sort();
        let in_tables = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "tables");
        assert!(files.iter().any(in_tables));
        Self { root, files, known }
    }

    fn copy(&self) -> TempDir {
        let copy = place();
        for path in &self.files {
            let to = copy.path().join(self.name(path));
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(path, to).unwrap();
        }
        copy
    }

    fn name<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(self.root.path()).unwrap()
    }

    /// A copy with one wrong bit in this file, and which one that is.
    fn harmed(&self, file: &Path, chance: &mut StdRng) -> (TempDir, String) {
        let copy = self.copy();
        let mut bytes = fs::read(file).unwrap();
        // Zeros that are only reserved say nothing; harm is done to what was written.
        let written = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) + 1;
        let (at, bit) = (chance.random_range(0..written), chance.random_range(0..8));
        bytes[at] ^= 1 << bit;
        fs::write(copy.path().join(self.name(file)), bytes).unwrap();
        let name = self.name(file).display();
        (copy, format!("seed {SEED:#x}: {name} byte {at} bit {bit}"))
    }

    /// What becomes of a directory.
    fn verdict(&self, opened: Result<Store, OpenError>) -> Verdict {
        let store = match opened {
            Ok(store) => store,
            Err(error) => return Verdict::Refused(error.to_string()),
        };
        if store.loss().is_some() {
            return Verdict::ReadOnly;
        }
        let scanned = catch_unwind(AssertUnwindSafe(|| pairs(&store)));
        let (found, mut readable) = scanned.unwrap_or_default();
        let wrong = |(key, value): (&_, &_)| self.known.get(key) != Some(value);
        if found.iter().any(wrong) {
            return Verdict::Silent;
        }
        if readable && found.len() != self.known.len() {
            return Verdict::Silent;
        }
        let snapshot = &store.snapshot().base.engine;
        for ((space, key), value) in &self.known {
            let read = catch_unwind(AssertUnwindSafe(|| snapshot.get(*space, key)));
            match read {
                Ok(Ok(read)) if read.as_deref() == Some(value) => {}
                Ok(Ok(_)) => return Verdict::Silent,
                Ok(Err(_)) | Err(_) => readable = false,
            }
        }
        if readable {
            Verdict::Harmless
        } else {
            Verdict::Unreadable
        }
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    /// It is not opened, and this is why.
    Refused(String),
    /// It is open for reading only, as it was before what is missing.
    ReadOnly,
    /// What is read is right, and something cannot be read.
    Unreadable,
    /// Everything is there.
    Harmless,
    /// Something is gone or wrong, and nobody is told.
    Silent,
}

/// Each file below a folder.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn a_wrong_bit_anywhere_is_found_or_does_no_harm() {
    let template = Template::new();
    let whole = template.copy();
    assert_eq!(template.verdict(open(whole.path())), Verdict::Harmless);
    let mut chance = StdRng::seed_from_u64(SEED);
    let [mut refused, mut read_only, mut unreadable, mut harmless] = [0; 4];
    let written = |path: &&PathBuf| path.metadata().unwrap().len() > 0;
    let files: Vec<&PathBuf> = template.files.iter().filter(written).collect();
    for _ in 0..TRIALS {
        let file = files[chance.random_range(0..files.len())];
        let (copy, what) = template.harmed(file, &mut chance);
        match template.verdict(open(copy.path())) {
            Verdict::Refused(said) => {
                let named = said.contains(copy.path().to_str().unwrap());
                assert!(named, "{what}: it names no file: {said}");
                refused += 1;
            }
            Verdict::ReadOnly => read_only += 1,
            Verdict::Unreadable => unreadable += 1,
            Verdict::Harmless => harmless += 1,
            Verdict::Silent => panic!("{what}: a loss that nobody is told of"),
        }
    }
    println!(
        "{TRIALS} wrong bits: {refused} refused, {read_only} read-only, {unreadable} unreadable in part, {harmless} harmless"
    );
    assert!(refused > 0 && unreadable > 0);
}

/// Were it otherwise, most of what guards the records would not be needed.
#[test]
fn fjall_alone_loses_silently_what_a_wrong_bit_in_its_journal_hits() {
    let template = Template::new();
    let mut chance = StdRng::seed_from_u64(SEED);
    let is_journal = |path: &&PathBuf| path.extension().is_some_and(|it| it == "jnl");
    let journal = template.files.iter().rfind(is_journal).unwrap();
    let mut silent = 0;
    for _ in 0..TRIALS_ALONE {
        let (copy, _) = template.harmed(journal, &mut chance);
        silent += usize::from(template.verdict(open_alone(copy.path())) == Verdict::Silent);
    }
    println!("{TRIALS_ALONE} wrong bits in the journal: {silent} silent losses by fjall alone");
    assert!(silent > 0);
}
