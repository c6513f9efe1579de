//! What the index knows of a document without unpacking it: numbers in columns, opened once for
//! each commit, as opening one takes longer than reading a hundred values.

use std::sync::Arc;

use tantivy::{
    DocAddress, DocId, Searcher, SegmentReader, columnar::ColumnValues, fastfield::Column,
    index::SegmentId,
};

use crate::{
    Document,
    document::halves,
    fields::{COURSE_HIGH, COURSE_LOW, DIGEST, KEY_HIGH, KEY_LOW, MARKS, PASSAGES, TIME},
    likeness::Likenesses,
};

/// A document of the index, as its owner knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: u128,
    /// What it is.
    pub kind: u8,
    /// The course that it belongs to.
    pub course: Option<u128>,
    /// Whether it is found by those whose courses do not include its own.
    pub public: bool,
    /// As it was put.
    pub digest: u64,
    /// How many passages it has.
    pub passages: u32,
}

/// What filters ask of a document, in one small number: its kind, whether it is public, and its
/// course as a tag of a few bits.
#[derive(Clone, Copy)]
pub(crate) struct Marks(pub(crate) u64);

impl Marks {
    const PUBLIC: u64 = 1 << 8;
    const COURSE: u64 = 1 << 9;
    const TAG_FROM: u32 = 10;
    const TAG_BITS: u32 = 22;

    pub(crate) fn of(document: &Document) -> Self {
        let mut marks = u64::from(document.kind);
        if document.public {
            marks |= Self::PUBLIC;
        }
        if let Some(course) = document.course {
            marks |= Self::COURSE | Self::tag_of(course) << Self::TAG_FROM;
        }
        Self(marks)
    }

    /// A few bits of a course, by which to tell that it is none of some.
    pub(crate) fn tag_of(course: u128) -> u64 {
        let (high, low) = halves(course);
        let mixed = (high ^ low).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed >> (u64::BITS - Self::TAG_BITS)
    }

    pub(crate) fn kind(self) -> u8 {
        let [kind, ..] = self.0.to_le_bytes();
        kind
    }

    pub(crate) fn is_public(self) -> bool {
        self.0 & Self::PUBLIC != 0
    }

    fn has_course(self) -> bool {
        self.0 & Self::COURSE != 0
    }

    /// The tag of its course, if it has one.
    pub(crate) fn tag(self) -> Option<u64> {
        self.has_course().then_some(self.0 >> Self::TAG_FROM)
    }
}

type Values<T> = Arc<dyn ColumnValues<T>>;

/// The columns of a segment.
pub(crate) struct Columns {
    segment: SegmentId,
    key_high: Values<u64>,
    key_low: Values<u64>,
    course_high: Values<u64>,
    course_low: Values<u64>,
    marks: Values<u64>,
    digest: Values<u64>,
    passages: Values<u64>,
    times: Values<i64>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let numbers = |name| fast.u64(name).map(values);
        Ok(Self {
            segment: segment.segment_id(),
            key_high: numbers(KEY_HIGH)?,
            key_low: numbers(KEY_LOW)?,
            course_high: numbers(COURSE_HIGH)?,
            course_low: numbers(COURSE_LOW)?,
            marks: numbers(MARKS)?,
            digest: numbers(DIGEST)?,
            passages: numbers(PASSAGES)?,
            times: fast.i64(TIME).map(values)?,
        })
    }

    pub(crate) fn key(&self, doc: DocId) -> u128 {
        whole(self.key_high.get_val(doc), self.key_low.get_val(doc))
    }

    pub(crate) fn marks(&self, doc: DocId) -> Marks {
        Marks(self.marks.get_val(doc))
    }

    pub(crate) fn course(&self, doc: DocId) -> Option<u128> {
        let course = || whole(self.course_high.get_val(doc), self.course_low.get_val(doc));
        self.marks(doc).has_course().then(course)
    }

    pub(crate) fn time(&self, doc: DocId) -> i64 {
        self.times.get_val(doc)
    }

    pub(crate) fn entry(&self, doc: DocId) -> Entry {
        let marks = self.marks(doc);
        Entry {
            key: self.key(doc),
            kind: marks.kind(),
            course: self.course(doc),
            public: marks.is_public(),
            digest: self.digest.get_val(doc),
            passages: u32::try_from(self.passages.get_val(doc)).unwrap_or(u32::MAX),
        }
    }
}

/// Every document has a value, so the values can be read without asking where they stand.
fn values<T: PartialOrd + Copy + Default + Send + Sync + 'static + std::fmt::Debug>(
    column: Column<T>,
) -> Values<T> {
    if column.get_cardinality().is_full() {
        column.values
    } else {
        column.first_or_default_col(T::default())
    }
}

fn whole(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// The index as of a commit.
pub(crate) struct Edition {
    pub(crate) searcher: Searcher,
    /// Which words are like which, once somebody asked.
    pub(crate) likenesses: Likenesses,
    segments: Vec<Arc<Columns>>,
}

impl Edition {
    pub(crate) fn of(searcher: Searcher) -> tantivy::Result<Self> {
        let segments = searcher.segment_readers().iter();
        let segments = segments.map(|segment| Columns::of(segment).map(Arc::new));
        let segments = segments.collect::<tantivy::Result<_>>()?;
        Ok(Self {
            searcher,
            likenesses: Likenesses::default(),
            segments,
        })
    }

    /// The columns of the segment in which a document is.
    pub(crate) fn columns(&self, address: DocAddress) -> Option<&Arc<Columns>> {
        self.segments
            .get(usize::try_from(address.segment_ord).ok()?)
    }

    /// The columns of a segment that the engine hands over.
    pub(crate) fn columns_of(&self, segment: &SegmentReader) -> tantivy::Result<Arc<Columns>> {
        let id = segment.segment_id();
        let known = self.segments.iter().find(|columns| columns.segment == id);
        match known {
            Some(columns) => Ok(Arc::clone(columns)),
            None => Columns::of(segment).map(Arc::new),
        }
    }

    /// All documents.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let segments = self.searcher.segment_readers().iter().zip(&self.segments);
        segments
            .flat_map(|(segment, columns)| segment.doc_ids_alive().map(|doc| columns.entry(doc)))
            .collect()
    }
}
