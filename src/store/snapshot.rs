//! What a query reads from: the store as it was after one commit, with the changes of the running
//! transaction on top when there is one.
//!
//! Every read of every query passes through this object: it is the one place where reads are
//! counted and cached, and can be recorded. What is read often is asked for with
//! [`Snapshot::shared`] and [`Snapshot::listed`], which the record cache answers.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering as Atomic};

use kernel::{Cursor, Fault, Page, PageRequest, Result, problems};

use crate::cache::{LIST_PREFIX_BYTES, RecordCache, Value};
use crate::engines::{Bounds, EngineSnapshot, Pair, Pairs, PerSpace, Slice, Space};
use crate::key::{Key, KeyPrefix, end_of_prefix};
use crate::record::{Record, decode};
use crate::table::{Count, Index, Table, Unique};

/// The state that the committer publishes after each group.
pub(crate) struct Published {
    pub(crate) engine: EngineSnapshot,
    pub(crate) version: u64,
    pub(crate) cache: Arc<RecordCache>,
}

/// Changes that are not committed yet; `None` is a removal.
pub(crate) type Overlay = PerSpace<BTreeMap<Slice, Option<Slice>>>;

/// A stable view of the store.
pub struct Snapshot {
    pub(crate) base: Arc<Published>,
    pub(crate) overlay: Overlay,
    reads: AtomicU64,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("version", &self.base.version)
            .finish_non_exhaustive()
    }
}

/// Where a scan starts within its prefix, and which way it goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Range<'a> {
    /// Continue behind this key, encoded, without the id of the table or index.
    pub after: Option<&'a [u8]>,
    /// From the end to the beginning.
    pub backwards: bool,
}

impl<'a> Range<'a> {
    /// All, forwards.
    pub const ALL: Self = Self {
        after: None,
        backwards: false,
    };
    /// All, backwards.
    pub const BACKWARDS: Self = Self {
        after: None,
        backwards: true,
    };

    /// Forwards, behind the cursor of a page request.
    pub fn of(page: &'a PageRequest) -> Self {
        Self {
            after: page.after().map(Cursor::key),
            backwards: false,
        }
    }

    /// Refuses a cursor that is no key of this kind with `CURSOR_INVALID`.
    pub fn require_cursor<K: Key>(&self) -> Result<()> {
        let Some(mut after) = self.after else {
            return Ok(());
        };
        match K::read(&mut after) {
            Some(_) if after.is_empty() => Ok(()),
            Some(_) | None => problems::CURSOR_INVALID.refuse(),
        }
    }
}

impl Snapshot {
    pub(crate) fn new(base: Arc<Published>) -> Self {
        Self {
            base,
            overlay: Overlay::default(),
            reads: AtomicU64::new(0),
        }
    }

    /// The same state again, to be read by another thread; it counts its own reads.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            base: Arc::clone(&self.base),
            overlay: self.overlay.clone(),
            reads: AtomicU64::new(0),
        }
    }

    /// How many groups had been committed when the view was taken.
    pub fn version(&self) -> u64 {
        self.base.version
    }

    /// How many points and scans were read through this view so far.
    pub fn reads(&self) -> u64 {
        self.reads.load(Atomic::Relaxed)
    }

    /// The record under a key.
    pub fn get<K: Key, R: Record>(&self, table: &Table<K, R>, key: &K) -> Result<Option<R>> {
        let bytes = self.get_bytes(table.space(), &table.key_bytes(key))?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }

    /// Whether there is a record under a key.
    pub fn has<K: Key, R: Record>(&self, table: &Table<K, R>, key: &K) -> Result<bool> {
        Ok(self
            .get_bytes(table.space(), &table.key_bytes(key))?
            .is_some())
    }

    /// The records whose keys begin with `prefix`, in the order of their keys, read as the
    /// iterator is driven.
    pub fn scan<'a, K: Key, R: Record, P: KeyPrefix<K>>(
        &'a self,
        table: &Table<K, R>,
        prefix: &P,
        range: Range<'_>,
    ) -> Result<impl Iterator<Item = Result<(K, R)>> + use<'a, K, R, P>> {
        range.require_cursor::<K>()?;
        let bounds = bounds(table.id(), |bytes| prefix.write_prefix(bytes), range)?;
        Ok(self
            .scan_bytes(table.space(), bounds, range.backwards)
            .map(|pair| {
                let (key, value) = pair?;
                Ok((read_key(&key)?, decode(&value)?))
            }))
    }

    /// The keys of the records that the index lists under values beginning with `prefix`, with
    /// the values, in their order.
    pub fn entries<'a, K: Key, R: Record, I: Key, P: KeyPrefix<I>>(
        &'a self,
        index: &Index<K, R, I>,
        prefix: &P,
        range: Range<'_>,
    ) -> Result<impl Iterator<Item = Result<(I, K)>> + use<'a, K, R, I, P>> {
        range.require_cursor::<(I, K)>()?;
        let bounds = bounds(index.id(), |bytes| prefix.write_prefix(bytes), range)?;
        Ok(self
            .scan_bytes(Space::Indexes, bounds, range.backwards)
            .map(|pair| pair.and_then(|(key, _)| read_key(&key))))
    }

    /// The key of the one record that has this value.
    pub fn find<K: Key, R: Record, I: Key>(
        &self,
        index: &Unique<K, R, I>,
        value: &I,
    ) -> Result<Option<K>> {
        let mut bytes = Vec::with_capacity(40);
        index.id().write(&mut bytes);
        value.write(&mut bytes);
        let found = self.kept_bytes(Space::Indexes, &bytes)?;
        found
            .map(|key| {
                K::read(&mut key.as_ref())
                    .ok_or_else(|| Fault::new("a unique index holds a malformed key").into())
            })
            .transpose()
    }

    /// How many records have this value.
    pub fn count<K: Key, R: Record, I: Key>(
        &self,
        count: &Count<K, R, I>,
        value: &I,
    ) -> Result<u64> {
        let mut bytes = Vec::with_capacity(40);
        count.id().write(&mut bytes);
        value.write(&mut bytes);
        Ok(self
            .kept_bytes(Space::Indexes, &bytes)?
            .map_or(0, |value| read_count(&value)))
    }

    /// The record under a key, shared with other readers: the way to read what is read often. It
    /// is decoded once and kept until it changes.
    pub fn shared<K: Key, R: Record>(
        &self,
        table: &Table<K, R>,
        key: &K,
    ) -> Result<Option<Arc<R>>> {
        let key = table.key_bytes(key);
        if let Some(pending) = self.overlay.of(table.space()).get(key.as_slice()) {
            let pending = pending.as_ref().map(|bytes| decode(bytes));
            return Ok(pending.transpose()?.map(Arc::new));
        }
        self.reads.fetch_add(1, Atomic::Relaxed);
        match self.base.cache.get(&key, self.base.version) {
            Some(Value::Absent) => return Ok(None),
            Some(Value::Decoded(kept)) => {
                if let Ok(record) = kept.downcast::<R>() {
                    return Ok(Some(record));
                }
            }
            Some(Value::Bytes(_)) | None => {}
        }
        let bytes = self.base.engine.get(table.space(), &key)?;
        let record = bytes.as_ref().map(|bytes| decode::<R>(bytes)).transpose()?;
        let record = record.map(Arc::new);
        let value = record.as_ref().map_or(Value::Absent, |record| {
            Value::Decoded(Arc::clone(record) as _)
        });
        self.keep(&key, value, bytes.map_or(0, |bytes| 2 * bytes.len()));
        Ok(record)
    }

    /// All records whose keys begin with an id, in the order of their keys, shared with other
    /// readers. For lists that are short by their nature, as the modules of a course.
    pub fn listed<K: Key, R: Record>(
        &self,
        table: &Table<K, R>,
        prefix: &impl KeyPrefix<K>,
    ) -> Result<Arc<[(K, R)]>> {
        let bounds = bounds(table.id(), |bytes| prefix.write_prefix(bytes), Range::ALL)?;
        self.kept_list(table.space(), bounds, |key, value| {
            Ok((read_key(key)?, decode(value)?))
        })
    }

    /// All entries of an index under an id, in their order, shared with other readers. For lists
    /// that are short by their nature, as the courses of a person.
    pub fn listed_entries<K: Key, R: Record, I: Key>(
        &self,
        index: &Index<K, R, I>,
        prefix: &impl KeyPrefix<I>,
    ) -> Result<Arc<[(I, K)]>> {
        let bounds = bounds(index.id(), |bytes| prefix.write_prefix(bytes), Range::ALL)?;
        self.kept_list(Space::Indexes, bounds, |key, _| read_key(key))
    }

    /// A page of the records whose keys begin with `prefix`. `total` says how many there are.
    pub fn page<K: Key, R: Record>(
        &self,
        table: &Table<K, R>,
        prefix: &impl KeyPrefix<K>,
        request: &PageRequest,
        total: u64,
    ) -> Result<Page<(K, R)>> {
        let entries = self.scan(table, prefix, Range::of(request))?;
        page_of(entries, request, total, |(key, _)| key.encoded())
    }

    /// A page of what an index lists. `total` says how many there are.
    pub fn entries_page<K: Key, R: Record, I: Key>(
        &self,
        index: &Index<K, R, I>,
        prefix: &impl KeyPrefix<I>,
        request: &PageRequest,
        total: u64,
    ) -> Result<Page<(I, K)>> {
        let entries = self.entries(index, prefix, Range::of(request))?;
        page_of(entries, request, total, |(value, key)| {
            let mut bytes = value.encoded();
            key.write(&mut bytes);
            bytes
        })
    }

    pub(crate) fn get_bytes(&self, space: Space, key: &[u8]) -> Result<Option<Slice>> {
        self.reads.fetch_add(1, Atomic::Relaxed);
        match self.overlay.of(space).get(key) {
            Some(pending) => Ok(pending.clone()),
            None => self.base.engine.get(space, key),
        }
    }

    /// The bytes under a key, kept for the next reader.
    pub(crate) fn kept_bytes(&self, space: Space, key: &[u8]) -> Result<Option<Slice>> {
        if let Some(pending) = self.overlay.of(space).get(key) {
            return Ok(pending.clone());
        }
        self.reads.fetch_add(1, Atomic::Relaxed);
        match self.base.cache.get(key, self.base.version) {
            Some(Value::Absent) => return Ok(None),
            Some(Value::Bytes(bytes)) => return Ok(Some(bytes)),
            Some(Value::Decoded(_)) | None => {}
        }
        let bytes = self.base.engine.get(space, key)?;
        let value = bytes.clone().map_or(Value::Absent, Value::Bytes);
        self.keep(key, value, bytes.as_ref().map_or(0, |bytes| bytes.len()));
        Ok(bytes)
    }

    /// The rows within bounds, kept for the next reader under the prefix that they begin with.
    fn kept_list<T: Send + Sync + 'static>(
        &self,
        space: Space,
        bounds: Bounds,
        read: impl Fn(&[u8], &[u8]) -> Result<T>,
    ) -> Result<Arc<[T]>> {
        let pending = self.overlay.of(space);
        let untouched =
            pending.is_empty() || pending.range::<[u8], _>(borrowed(&bounds)).next().is_none();
        let prefix = match &bounds.0 {
            Bound::Included(prefix) if prefix.len() == LIST_PREFIX_BYTES && untouched => {
                Some(prefix.clone())
            }
            Bound::Included(_) | Bound::Excluded(_) | Bound::Unbounded => None,
        };
        if let Some(prefix) = &prefix
            && let Some(Value::Decoded(kept)) = self.base.cache.get(prefix, self.base.version)
            && let Ok(list) = kept.downcast::<Arc<[T]>>()
        {
            self.reads.fetch_add(1, Atomic::Relaxed);
            return Ok(Arc::clone(&list));
        }
        let mut bytes = 0;
        let rows = self.scan_bytes(space, bounds, false).map(|pair| {
            let (key, value) = pair?;
            bytes += key.len() + 2 * value.len() + size_of::<T>();
            read(&key, &value)
        });
        let list: Arc<[T]> = rows.collect::<Result<Vec<T>>>()?.into();
        if let Some(prefix) = prefix {
            self.keep(&prefix, Value::Decoded(Arc::new(Arc::clone(&list))), bytes);
        }
        Ok(list)
    }

    fn keep(&self, key: &[u8], value: Value, bytes: usize) {
        self.base.cache.keep(key, self.base.version, value, bytes);
    }

    pub(crate) fn scan_bytes(&self, space: Space, bounds: Bounds, backwards: bool) -> Pairs<'_> {
        self.reads.fetch_add(1, Atomic::Relaxed);
        let overlay = self.overlay.of(space);
        if overlay.is_empty() {
            return self.base.engine.scan(space, bounds, backwards);
        }
        let pending = overlay.range::<[u8], _>(borrowed(&bounds));
        let base = self.base.engine.scan(space, bounds, backwards).peekable();
        if backwards {
            Box::new(Merge {
                base,
                pending: pending.rev().peekable(),
                backwards,
            })
        } else {
            Box::new(Merge {
                base,
                pending: pending.peekable(),
                backwards,
            })
        }
    }
}

/// The page that a lazily read list gives: one entry more than asked tells whether there is a next.
pub(crate) fn page_of<T>(
    entries: impl Iterator<Item = Result<T>>,
    request: &PageRequest,
    total: u64,
    key: impl Fn(&T) -> Vec<u8>,
) -> Result<Page<T>> {
    let mut entries = entries
        .take(request.size() + 1)
        .map(|entry| entry.map(|entry| (Cursor::at(key(&entry)), entry)))
        .collect::<Result<Vec<_>>>()?;
    let has_next = entries.len() > request.size();
    entries.truncate(request.size());
    Ok(Page {
        entries,
        has_next,
        has_previous: request.after().is_some(),
        total,
    })
}

/// The count that a count's row holds.
pub(crate) fn read_count(value: &[u8]) -> u64 {
    u64::read(&mut &*value).unwrap_or(0)
}

/// The typed key behind the two bytes of a table or index.
fn read_key<K: Key>(bytes: &[u8]) -> Result<K> {
    bytes
        .get(2..)
        .and_then(|mut rest| K::read(&mut rest))
        .ok_or_else(|| Fault::new("a key in the store is malformed").into())
}

/// The stretch of keys of one prefix, behind the cursor. A cursor of another list is refused, so
/// that no forged one reads beyond the prefix.
fn bounds(id: u16, prefix: impl Fn(&mut Vec<u8>), range: Range<'_>) -> Result<Bounds> {
    let mut from = Vec::with_capacity(40);
    id.write(&mut from);
    let id_bytes = from.len();
    prefix(&mut from);
    let end = end_of_prefix(&from).map_or(Bound::Unbounded, Bound::Excluded);
    let Some(after) = range.after else {
        return Ok((Bound::Included(from), end));
    };
    let prefix_bytes = from.get(id_bytes..).unwrap_or_default();
    if !after.starts_with(prefix_bytes) {
        return problems::CURSOR_INVALID.refuse();
    }
    let mut behind = Vec::with_capacity(id_bytes + after.len());
    id.write(&mut behind);
    behind.extend_from_slice(after);
    if range.backwards {
        Ok((Bound::Included(from), Bound::Excluded(behind)))
    } else {
        Ok((Bound::Excluded(behind), end))
    }
}

fn borrowed((from, to): &Bounds) -> (Bound<&[u8]>, Bound<&[u8]>) {
    let (from, to) = (from.as_ref(), to.as_ref());
    (from.map(Vec::as_slice), to.map(Vec::as_slice))
}

/// The pairs of the base with the pending changes over them.
struct Merge<'a, I: Iterator> {
    base: Peekable<Pairs<'a>>,
    pending: Peekable<I>,
    backwards: bool,
}

impl<'a, I: Iterator<Item = (&'a Slice, &'a Option<Slice>)>> Iterator for Merge<'a, I> {
    type Item = Result<Pair>;

    fn next(&mut self) -> Option<Result<Pair>> {
        loop {
            let order = match (self.base.peek(), self.pending.peek()) {
                (Some(Err(_)), _) | (Some(_), None) => return self.base.next(),
                (None, _) => Ordering::Greater,
                (Some(Ok((base, _))), Some((pending, _))) => {
                    let order = base.as_ref().cmp(pending.as_ref());
                    if self.backwards {
                        order.reverse()
                    } else {
                        order
                    }
                }
            };
            match order {
                Ordering::Less => return self.base.next(),
                Ordering::Equal => drop(self.base.next()),
                Ordering::Greater => {}
            }
            let (key, value) = self.pending.next()?;
            if let Some(value) = value {
                return Some(Ok((key.clone(), value.clone())));
            }
        }
    }
}
