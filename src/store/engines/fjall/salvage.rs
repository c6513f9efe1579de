//! Cuts a torn batch off the end of fjall's journals before fjall opens them.
//!
//! A power cut can leave the last batch with some of its pages written and others not. Such a
//! batch was never acknowledged, but fjall 3.1.13 refuses to open when its end marker is there and
//! a page before it is not (`JournalRecovery(ChecksumMismatch)`), and a server that nobody watches
//! would stay down. For other damage fjall goes to the opposite extreme: it truncates the journal
//! at the first entry that it cannot parse, along with each acknowledged batch behind it, and says
//! so at log level debug. So this module reads every journal first, with its own reader of the
//! format, and gives one of three answers:
//!
//! - **clean**: whole batches, then nothing but zeros (fjall preallocates 64 MiB);
//! - **cut**: the very last batch is broken and no whole batch follows it. The journal is copied
//!   aside, the copy synced, and only then is the journal truncated to its last whole batch;
//! - **damaged**: a whole batch follows the broken one, so what is broken was acknowledged. Nothing
//!   is changed; the error says where it is and that the way out is a backup.
//!
//! This supposes what the committer does: each batch is synced before the next one is written.
//! Journals are `N.jnl`, replayed by ascending N; the highest is the active one. A journal is
//! synced before the next is created, so all but the newest one that holds anything are whole, and
//! each may end in zeros.
//!
//! # What it does not do
//!
//! It does not look at tables or manifests, and keeps no budget for the quarantine. It cannot tell
//! a torn last batch from an acknowledged one that rotted, or whose sector broke under the next
//! write: that is what the ring is for, which is compared once the database is open. The checksum
//! does not cover the seqno, which fjall trusts; here it is only checked to rise from batch to
//! batch, so a flipped bit that lowers the seqno of the oldest batch or raises that of the newest
//! passes. A record that carries the bytes of a whole batch inside makes a torn tail look like
//! damage, which errs on the side of changing nothing.

mod batches;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    fs::TryLockError,
    io::{self, ErrorKind, Read},
    ops::Range,
    path::{Path, PathBuf},
};

use fs_err::{self as fs, File, OpenOptions};

use batches::{Batch, Limits, MAGIC, PROBE_WINDOW, START, Source, WINDOW, read_batch};

/// What was cut, for the log and for the operator.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) journal: PathBuf,
    /// The new length of the journal: where its last whole batch ends.
    pub(crate) offset: u64,
    /// What was written behind that, without the zeros at the end.
    pub(crate) removed_bytes: u64,
    /// The journal as it was before.
    pub(crate) copy: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum SalvageError {
    #[error(
        "{file} is damaged at byte {offset}: {why}; nothing was changed, \
         and the way out is to restore a backup"
    )]
    Damaged {
        file: PathBuf,
        offset: u64,
        why: &'static str,
    },
    #[error("{file} has {found} in place of the database format \"FJL\\x03\"; nothing was changed")]
    Format { file: PathBuf, found: String },
    #[error("the database {dir} is in use by another process; nothing was changed")]
    Locked { dir: PathBuf },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Looks at every journal of the database in `dir`, and cuts a torn tail after copying the journal
/// to `quarantine/<label>/`. `None` when there was nothing to cut, also without a database.
pub(crate) fn salvage(
    dir: &Path,
    quarantine: &Path,
    label: &str,
) -> Result<Option<Cut>, SalvageError> {
    let journals = journals(dir)?;
    if journals.is_empty() {
        return Ok(None);
    }
    let _held = hold(dir)?;
    let Some(tail) = torn_tail(dir, &journals)? else {
        return Ok(None);
    };

    let copy = set_aside(&tail, &quarantine.join(label))?;
    sync_folder(quarantine)?;
    sync_folder(quarantine.parent().unwrap_or(quarantine))?;
    let journal = OpenOptions::new().write(true).open(&tail.journal)?;
    journal.set_len(tail.whole)?;
    journal.sync_all()?;
    sync_folder(dir)?;

    let cut = Cut {
        journal: tail.journal,
        offset: tail.whole,
        removed_bytes: tail.written - tail.whole,
        copy,
    };
    tracing::warn!(
        journal = %cut.journal.display(),
        offset = cut.offset,
        removed_bytes = cut.removed_bytes,
        copy = %cut.copy.display(),
        "cut a torn batch off the end of the journal"
    );
    Ok(Some(cut))
}

/// The journals in the order in which fjall replays them. A journal whose name is not a number is
/// left for fjall to refuse.
fn journals(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".jnl")?.parse::<u64>().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// Takes fjall's own lock: the tail of a journal that is being written always looks torn.
fn hold(dir: &Path) -> Result<Option<File>, SalvageError> {
    let lock = match OpenOptions::new()
        .read(true)
        .write(true)
        .open(dir.join("lock"))
    {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        lock => lock?,
    };
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(SalvageError::Locked { dir: dir.into() }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// What is in a journal: whole batches to `whole`, other bytes to `written`, zeros to `len`.
struct Tail {
    journal: PathBuf,
    whole: u64,
    written: u64,
    len: u64,
}

/// Reads all journals. The damage of a journal is a torn tail only if nothing was written later.
///
/// "Later" may be a further journal that was created and never written: when a full disk breaks a
/// batch, fjall takes no more writes, but a flush that was queued before still rotates the journal.
fn torn_tail(dir: &Path, journals: &[PathBuf]) -> Result<Option<Tail>, SalvageError> {
    let marked = is_marked(dir)?;
    let mut order = Order::new(dir)?;
    let mut torn: Option<Tail> = None;
    for journal in journals {
        let tail = read_journal(journal, &mut order)?;
        if !marked && tail.written > 0 {
            let found = "nothing".into();
            return Err(SalvageError::Format {
                file: dir.join("version"),
                found,
            });
        }
        let why = if torn.is_some() && tail.written > 0 {
            Some("a newer journal was written after it")
        } else if tail.written > tail.whole && batch_follows(&tail, &order)? {
            Some("a whole batch follows it")
        } else {
            None
        };
        if let Some(why) = why {
            let Tail { journal, whole, .. } = torn.unwrap_or(tail);
            return Err(SalvageError::Damaged {
                file: journal,
                offset: whole,
                why,
            });
        }
        if tail.written > tail.whole {
            torn = Some(tail);
        }
    }
    Ok(torn)
}

/// Whether the directory is marked with the one format that this reader knows. `false` without a
/// mark: fjall writes it last, after an empty journal.
fn is_marked(dir: &Path) -> Result<bool, SalvageError> {
    let file = dir.join("version");
    let mut found = Vec::new();
    match File::open(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        mark => mark?.take(16).read_to_end(&mut found)?,
    };
    if found.starts_with(&MAGIC) {
        return Ok(true);
    }
    Err(SalvageError::Format {
        file,
        found: format!("\"{}\"", found.escape_ascii()),
    })
}

fn read_journal(journal: &Path, order: &mut Order) -> Result<Tail, SalvageError> {
    let mut source = Source::open(journal, WINDOW)?;
    let mut unlimited = Limits {
        seqnos: 0..u64::MAX,
        effort: u64::MAX,
    };
    let mut whole = 0;
    while let Some(batch) = read_batch(&mut source, whole, &order.keyspaces, &mut unlimited)? {
        order.check(&batch).map_err(|why| SalvageError::Damaged {
            file: journal.into(),
            offset: whole,
            why,
        })?;
        whole = batch.end;
    }
    let written = source.end_of_content(whole)?;
    Ok(Tail {
        journal: journal.into(),
        whole,
        written,
        len: source.len()?,
    })
}

/// What a search may read for each byte that it searches: one jump in 32 bytes.
const EFFORT_PER_BYTE: u64 = PROBE_WINDOW as u64 / 32;

/// Whether a whole batch begins anywhere behind the first byte of the broken one. Also `true` when
/// the effort is spent, which takes content that was made for it: then nothing gets cut.
fn batch_follows(tail: &Tail, order: &Order) -> io::Result<bool> {
    let mut source = Source::open(&tail.journal, WINDOW)?;
    let mut probe = Source::open(&tail.journal, PROBE_WINDOW)?;
    let effort = (tail.written - tail.whole).saturating_mul(EFFORT_PER_BYTE);
    let mut limits = Limits {
        seqnos: order.later(),
        effort,
    };
    let mut at = tail.whole + 1;
    while at < tail.written {
        let bytes = source.some(at)?;
        if bytes.is_empty() {
            break;
        }
        let Some(skip) = bytes.iter().position(|byte| *byte == START) else {
            at += bytes.len() as u64;
            continue;
        };
        at += skip as u64;
        let found = read_batch(&mut probe, at, &order.keyspaces, &mut limits)?.is_some();
        if found || limits.effort == 0 {
            return Ok(true);
        }
        at += 1;
    }
    Ok(false)
}

/// fjall keeps the upper half of the seqnos for transactions, and panics when it gets there.
const SEQNO_END: u64 = 1 << 63;

/// More than any disk lives to see. It tells a batch from content that looks like one.
const SEQNO_SPAN: u64 = 1 << 40;

/// Checks that the seqnos rise, over all journals.
struct Order {
    last: Option<u64>,
    /// The keyspaces that exist.
    keyspaces: BTreeSet<u32>,
    /// Set by a batch that clears a keyspace or writes to one that was deleted since. After such a
    /// batch fjall may number on from a lower seqno when it is opened again.
    lax: bool,
}

impl Order {
    fn new(dir: &Path) -> io::Result<Self> {
        let mut keyspaces = BTreeSet::new();
        match fs::read_dir(dir.join("keyspaces")) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            entries => {
                for entry in entries? {
                    let name = entry?.file_name();
                    keyspaces.extend(name.to_str().and_then(|id| id.parse::<u32>().ok()));
                }
            }
        }
        Ok(Self {
            last: None,
            keyspaces,
            lax: false,
        })
    }

    /// The seqnos that a later batch may have. Lower ones too, as the last one may be wrong itself.
    fn later(&self) -> Range<u64> {
        0..self.last.unwrap_or(0).saturating_add(SEQNO_SPAN)
    }

    fn check(&mut self, batch: &Batch) -> Result<(), &'static str> {
        self.lax |= batch.forgets;
        if batch.seqno >= SEQNO_END {
            return Err("its seqno is one that fjall never gives");
        }
        if !self.lax && self.last.is_some_and(|last| batch.seqno <= last) {
            return Err("its seqno or the one before it is wrong, as they do not rise");
        }
        self.last = Some(batch.seqno);
        Ok(())
    }
}

const COPIES_MAX: u32 = 1000;

fn set_aside(tail: &Tail, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let name = tail.journal.file_stem().unwrap_or_default().display();
    // A clock that starts at the same second after each power cut gives the same label again.
    let (path, mut copy) = (0..COPIES_MAX)
        .map(|nth| {
            if nth == 0 {
                format!("{name}.jnl")
            } else {
                format!("{name}.{nth}.jnl")
            }
        })
        .map(|name| folder.join(name))
        .map(|path| File::create_new(&path).map(|copy| (path, copy)))
        .find(|made| !matches!(made, Err(error) if error.kind() == ErrorKind::AlreadyExists))
        .unwrap_or_else(|| Err(ErrorKind::AlreadyExists.into()))?;

    let mut copy_all = || {
        io::copy(
            &mut File::open(&tail.journal)?.take(tail.written),
            &mut copy,
        )?;
        copy.set_len(tail.len)?; // the zeros at the end, without writing them
        copy.sync_all()?;
        sync_folder(folder)
    };
    copy_all().inspect_err(|_| {
        // Half a copy on a full disk would only make the next start harder.
        fs::remove_file(&path).ok();
    })?;
    Ok(path)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    let here = folder.as_os_str().is_empty();
    File::open(if here { Path::new(".") } else { folder })?.sync_all()
}
