//! A database that a real fjall wrote, places to copy it to, and chance.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use fjall::{Database, KeyspaceCreateOptions, PersistMode};
use fs_err as fs;

use super::super::{Cut, SalvageError, salvage};

pub(super) const SEED: u64 = 0x5eed_0f5a_17a6_e001;
pub(super) const KEYSPACES: [&str; 2] = ["records", "events"];
pub(super) const BATCHES: usize = 40;

type State = BTreeMap<(usize, Vec<u8>), Vec<u8>>;

pub(super) static WRITTEN: LazyLock<Written> = LazyLock::new(Written::new);

/// A database with `BATCHES` acknowledged batches and one more.
pub(super) struct Written {
    place: Place,
    pub(super) journal: Vec<u8>,
    /// Where each batch ends, the last one too.
    pub(super) ends: Vec<usize>,
    pub(super) last: (usize, usize),
    pub(super) acknowledged: State,
    pub(super) all: State,
}

impl Written {
    fn new() -> Self {
        let place = Place::new();
        drop(open(&place.db()).unwrap()); // opened again, the journal is as long as its batches
        let mut chance = Chance(SEED);
        let mut model = State::new();
        let mut ends = Vec::new();
        let database = open(&place.db()).unwrap();
        for nth in 0..BATCHES {
            commit(
                &database,
                nth,
                &[1500, 0, 200, 300],
                &mut model,
                &mut chance,
            );
            ends.push(fs::read(place.journal()).unwrap().len());
        }
        let acknowledged = model.clone();
        let sizes = [200, 12_000, 300, 5000, 0, 14_000, 900];
        commit(&database, BATCHES, &sizes, &mut model, &mut chance);
        drop(database);
        let journal = fs::read(place.journal()).unwrap();
        let last = (ends[BATCHES - 1], journal.len());
        ends.push(last.1);
        Self {
            place,
            journal,
            ends,
            last,
            acknowledged,
            all: model,
        }
    }

    pub(super) fn place(&self) -> Place {
        self.place_with(&self.journal)
    }

    /// A copy of the database, but for its journal.
    pub(super) fn place_with(&self, journal: &[u8]) -> Place {
        let place = Place::new();
        for (name, bytes) in self.place.files() {
            let to = place.0.path().join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
        fs::write(place.journal(), journal).unwrap();
        place
    }

    pub(super) fn journal_with(&self, at: usize, bit: usize) -> Vec<u8> {
        let mut journal = self.journal.clone();
        journal[at] ^= 1 << bit;
        journal
    }
}

/// Writes plain and compressed values and tombstones to both keyspaces, and syncs them.
fn commit(db: &Database, nth: usize, sizes: &[usize], model: &mut State, chance: &mut Chance) {
    let keyspaces = KEYSPACES.map(|name| db.keyspace(name, KeyspaceCreateOptions::default));
    let mut batch = db.batch().durability(Some(PersistMode::SyncData));
    for (item, size) in sizes.iter().enumerate() {
        let keyspace = keyspaces[item % 2].as_ref().unwrap();
        let key = format!("{}/{item}", nth % 30).into_bytes();
        if chance.below(10) == 0 {
            batch.remove(keyspace, key.clone());
            model.remove(&(item % 2, key));
            continue;
        }
        // From 4 KiB on fjall compresses; of random bytes that makes more than there were.
        let value = match chance.below(8) {
            0 => [b"all alike, ", &chance.bytes(10)[..]].concat().repeat(300),
            _ => chance.bytes(*size),
        };
        batch.insert(keyspace, key.clone(), value.clone());
        model.insert((item % 2, key), value);
    }
    batch.commit().unwrap();
}

pub(super) fn open(db: &Path) -> fjall::Result<Database> {
    let database = Database::builder(db).worker_threads(1).open()?;
    for name in KEYSPACES {
        database.keyspace(name, KeyspaceCreateOptions::default)?;
    }
    Ok(database)
}

/// Loses what was written at or after `from` to some of the pages, one of them for sure.
pub(super) fn tear(
    bytes: &mut [u8],
    from: usize,
    page: usize,
    keep_end: bool,
    chance: &mut Chance,
) {
    let pages = (from / page)..bytes.len().div_ceil(page);
    let sure = pages.start + chance.below(pages.len() - 1);
    for nth in pages.clone() {
        let is_end = nth + 1 == pages.end;
        if nth == sure || (is_end && !keep_end) || (!is_end && chance.below(4) == 0) {
            let end = bytes.len().min((nth + 1) * page);
            bytes[from.max(nth * page)..end].fill(0);
        }
    }
}

pub(super) fn trim(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1)
}

/// A folder with a database `db`, and the quarantine beside it.
pub(super) struct Place(tempfile::TempDir);

impl Place {
    /// In memory where there is such a place: the tests make their power cuts by hand, and a real
    /// sync for each would take most of their time.
    pub(super) fn new() -> Self {
        Self(
            tempfile::tempdir_in("/dev/shm")
                .or_else(|_| tempfile::tempdir())
                .unwrap(),
        )
    }

    /// As much of a database as the salvage looks at.
    pub(super) fn without_tables(journal: &[u8]) -> Self {
        let place = Self::new();
        for keyspace in ["0", "1", "2"] {
            fs::create_dir_all(place.db().join("keyspaces").join(keyspace)).unwrap();
        }
        fs::write(place.db().join("version"), b"FJL\x03").unwrap();
        fs::write(place.journal(), journal).unwrap();
        place
    }

    pub(super) fn db(&self) -> PathBuf {
        self.0.path().join("db")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.db().join("0.jnl")
    }

    pub(super) fn run(&self) -> Result<Option<Cut>, SalvageError> {
        salvage(&self.db(), &self.0.path().join("quarantine"), "label")
    }

    /// What fjall makes of it.
    pub(super) fn state(&self) -> fjall::Result<State> {
        let database = open(&self.db())?;
        let mut state = State::new();
        for (which, name) in KEYSPACES.into_iter().enumerate() {
            for pair in database
                .keyspace(name, KeyspaceCreateOptions::default)?
                .iter()
            {
                let (key, value) = pair.into_inner()?;
                state.insert((which, key.to_vec()), value.to_vec());
            }
        }
        Ok(state)
    }

    /// Each file and what is in it.
    pub(super) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.0.path()).unwrap().to_path_buf();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        found
    }
}

/// xorshift64*: the same on each machine.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = u32::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32);
        high.unwrap() as usize % end
    }

    pub(super) fn bytes_below(&mut self, end: usize) -> Vec<u8> {
        let len = self.below(end);
        self.bytes(len)
    }

    pub(super) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.below(256).to_le_bytes()[0]).collect()
    }
}
