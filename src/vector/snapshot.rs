//! An index as a file.
//!
//! ```text
//! snapshot = head slot* blake3(all before):32
//! head     = "ESV\x01" dimensions:u32 links:u16 ef_construction:u16 seed:u64
//!            position:u64 slots:u32 entry:u32
//! slot     = state:u8 level:u8 key:u64 scale:f32 coarse:[i8] fine:[i8] links:[u32 * 2 links]
//!            ([u32 * links] for each level above 0)
//! ```
//! Numbers are little-endian, places without a link are `ff ff ff ff`. A file is written beside
//! the old one, synced, and takes its place. When it is loaded its sum is compared before anything
//! in it is believed; and what is read then is checked nevertheless, for a sum is no signature.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use fs_err as fs;

use crate::code::Code;
use crate::graph::{Graph, LEVEL_MAX, NOBODY, Relink, SLOTS_MAX};
use crate::{Index, Options};

const MAGIC: [u8; 4] = *b"ESV\x01";
const SUM_BYTES: u64 = 32;

const FREE: u8 = 0;
const DEAD: u8 = 1;
const LIVE: u8 = 2;

/// An index with what was noted beside it.
#[derive(Debug)]
pub struct Loaded {
    /// The index.
    pub index: Index,
    /// The position that it was saved with. What was removed behind it is still there: whoever
    /// loads an index takes up the events from here on before anybody may search it.
    pub position: u64,
}

/// Why a snapshot was not loaded. The index has to be made anew.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read; perhaps there is none.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is of another kind, or of another version of the program.
    #[error("not a snapshot of vectors that this version can read")]
    Foreign,
    /// The file is not what was written.
    #[error("the snapshot of vectors is damaged: {0}")]
    Damaged(&'static str),
}

impl Index {
    /// Writes the index to a file, with the position of the last event that it has taken up.
    /// Searches go on meanwhile; puts and removals wait.
    pub fn save(&self, path: &Path, position: u64) -> io::Result<()> {
        let _writing = self.writer();
        let new = beside(path);
        let written = write(&self.read(), &new, position).and_then(|()| fs::rename(&new, path));
        written.inspect_err(|_| {
            // Half a file on a full disk helps nobody.
            fs::remove_file(&new).ok();
        })?;
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Reads an index from a file, if it is whole.
    pub fn load(path: &Path) -> Result<Loaded, LoadError> {
        let mut file = fs::File::open(path)?;
        let body = verify(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        let mut source = Source(BufReader::with_capacity(1 << 16, file.take(body)));
        let (graph, position) = source.graph()?;
        if source.0.read(&mut [0])? != 0 {
            return Err(LoadError::Damaged("something follows the last vector"));
        }
        let index = Self::over(graph);
        Ok(Loaded { index, position })
    }
}

/// Where a file is written before it takes the place of the old one.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".new");
    PathBuf::from(name)
}

fn write(graph: &Graph, path: &Path, position: u64) -> io::Result<()> {
    let mut sink = Sink {
        file: BufWriter::with_capacity(1 << 16, fs::File::create(path)?),
        sum: blake3::Hasher::new(),
    };
    sink.head(graph, position)?;
    let mut row = Vec::new();
    for slot in (0..).take(graph.slots.len()) {
        row.clear();
        push_slot(graph, slot, &mut row);
        sink.put(&row)?;
    }
    let sum = sink.sum.finalize();
    sink.file.write_all(sum.as_bytes())?;
    let file = sink
        .file
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}

struct Sink {
    file: BufWriter<fs::File>,
    sum: blake3::Hasher,
}

impl Sink {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.file.write_all(bytes)
    }

    fn head(&mut self, graph: &Graph, position: u64) -> io::Result<()> {
        let options = graph.options;
        let count = |count: usize| u32::try_from(count).unwrap_or(NOBODY).to_le_bytes();
        self.put(&MAGIC)?;
        self.put(&count(graph.dimensions))?;
        self.put(&options.links.to_le_bytes())?;
        self.put(&options.ef_construction.to_le_bytes())?;
        self.put(&options.seed.to_le_bytes())?;
        self.put(&position.to_le_bytes())?;
        self.put(&count(graph.slots.len()))?;
        self.put(&graph.entry.unwrap_or(NOBODY).to_le_bytes())
    }
}

fn push_slot(graph: &Graph, number: u32, row: &mut Vec<u8>) {
    let Some(slot) = graph.slots.get(number as usize) else {
        return;
    };
    // What is free has no vector; of what is dead the scale is left, which is never zero.
    let state = match (slot.live, slot.scale == 0.0) {
        (true, _) => LIVE,
        (false, false) => DEAD,
        (false, true) => FREE,
    };
    let levels = graph.level(number);
    row.extend([state, u8::try_from(levels).unwrap_or_default()]);
    row.extend(slot.key.to_le_bytes());
    row.extend(slot.scale.to_le_bytes());
    let code = graph.code(number);
    let bytes = code.coarse.iter().chain(code.fine);
    row.extend(bytes.map(|byte| byte.cast_unsigned()));
    for level in 0..=levels {
        let links = graph.links(number, level).chain(std::iter::repeat(NOBODY));
        let places = links.take(graph.links_max(level));
        row.extend(places.flat_map(u32::to_le_bytes));
    }
}

/// Compares the sum of a file, and says where the sum begins.
fn verify(file: &mut fs::File) -> Result<u64, LoadError> {
    let mut magic = [0; MAGIC.len()];
    match file.read_exact(&mut magic) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(LoadError::Damaged("it is too short"));
        }
        read => read?,
    }
    if magic != MAGIC {
        return Err(LoadError::Foreign);
    }
    let length = file.metadata()?.len();
    let Some(body) = length.checked_sub(SUM_BYTES) else {
        return Err(LoadError::Damaged("it is too short"));
    };
    file.seek(SeekFrom::Start(0))?;
    let mut sum = blake3::Hasher::new();
    sum.update_reader(Read::by_ref(file).take(body))?;
    let mut told = [0; 32];
    file.read_exact(&mut told)?;
    if sum.finalize() == told {
        Ok(body)
    } else {
        Err(LoadError::Damaged("its checksum is another one"))
    }
}

/// Takes a file apart.
struct Source<R>(R);

impl<R: Read> Source<R> {
    fn graph(&mut self) -> Result<(Graph, u64), LoadError> {
        self.bytes::<4>()?;
        let dimensions = self.word()? as usize;
        let options = Options {
            links: u16::from_le_bytes(self.bytes()?),
            ef_construction: u16::from_le_bytes(self.bytes()?),
            seed: u64::from_le_bytes(self.bytes()?),
        };
        let empty = Index::new(dimensions, options);
        let empty = empty.map_err(|_| LoadError::Damaged("such an index cannot be"))?;
        let position = u64::from_le_bytes(self.bytes()?);
        let (slots, entry) = (self.word()?, self.word()?);
        if slots as usize > SLOTS_MAX {
            return Err(LoadError::Damaged("it has too many vectors"));
        }
        let graph = empty.graph.into_inner();
        let mut graph = graph.unwrap_or_else(PoisonError::into_inner);
        graph.entry = (entry != NOBODY).then_some(entry);
        let nowhere = graph.entry.is_some_and(|entry| entry >= slots);
        if nowhere || (graph.entry.is_none() && slots > 0) {
            return Err(LoadError::Damaged("it has no beginning"));
        }
        let mut free = Vec::new();
        for slot in 0..slots {
            if self.slot(&mut graph, slots)? == FREE {
                free.push(slot);
            }
        }
        for slot in free {
            graph.set_free(slot);
        }
        Ok((graph, position))
    }

    fn slot(&mut self, graph: &mut Graph, slots: u32) -> Result<u8, LoadError> {
        let [state, levels] = self.bytes()?;
        let key = u64::from_le_bytes(self.bytes()?);
        let scale = f32::from_le_bytes(self.bytes()?);
        if state > LIVE || usize::from(levels) > LEVEL_MAX {
            return Err(LoadError::Damaged("a vector in no known state"));
        }
        if !scale.is_finite() || (state == FREE) != (scale == 0.0) {
            return Err(LoadError::Damaged("a vector without a length"));
        }
        let code = Code {
            coarse: self.numbers(graph.dimensions)?,
            fine: self.numbers(graph.dimensions)?,
            scale,
        };
        let slot = graph.occupy(key, &code, usize::from(levels));
        let slot = slot.ok_or(LoadError::Damaged("it has too many vectors"))?;
        for level in 0..=usize::from(levels) {
            let links = self.links(graph.links_max(level), slots)?;
            graph.relink(&Relink { slot, level, links });
        }
        if state == LIVE {
            if graph.by_key.contains_key(&key) {
                return Err(LoadError::Damaged("two vectors have one key"));
            }
            let entry = graph.entry;
            graph.bring_to_life(slot);
            graph.entry = entry;
        }
        Ok(state)
    }

    fn links(&mut self, places: usize, slots: u32) -> Result<Vec<u32>, LoadError> {
        let mut links = Vec::with_capacity(places);
        for _ in 0..places {
            match self.word()? {
                NOBODY => {}
                link if link < slots => links.push(link),
                _ => return Err(LoadError::Damaged("a link to nowhere")),
            }
        }
        Ok(links)
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<i8>, LoadError> {
        let mut bytes = vec![0; count];
        self.fill(&mut bytes)?;
        Ok(bytes.into_iter().map(u8::cast_signed).collect())
    }

    fn word(&mut self) -> Result<u32, LoadError> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], LoadError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), LoadError> {
        self.0.read_exact(bytes).map_err(|error| {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                LoadError::Damaged("it is too short")
            } else {
                LoadError::Io(error)
            }
        })
    }
}
