//! Pages of long lists: how many, after which cursor, and what came back.
//!
//! A cursor is the position in the list's own order, in hexadecimal: opaque to clients, stable when
//! entries are added or removed before it.

use std::fmt;

use crate::{Result, problems};

/// Where a page starts: the encoded key of the last entry of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(Vec<u8>);

/// The longest key that a cursor may hold, in bytes.
const CURSOR_BYTES_MAX: usize = 1_024;

impl Cursor {
    /// The cursor at an encoded key.
    pub fn at(key: Vec<u8>) -> Self {
        Self(key)
    }

    /// The encoded key.
    pub fn key(&self) -> &[u8] {
        &self.0
    }

    /// Reads the text that [`Display`](fmt::Display) wrote; `CURSOR_INVALID` for any other.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = text.as_bytes();
        if !bytes.len().is_multiple_of(2) || bytes.len() > 2 * CURSOR_BYTES_MAX {
            return problems::CURSOR_INVALID.refuse();
        }
        let digit = |c: u8| {
            char::from(c)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        bytes
            .chunks_exact(2)
            .map(|pair| match pair {
                [high, low] => Some((digit(*high)? << 4) | digit(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()
            .map(Self)
            .ok_or_else(|| problems::CURSOR_INVALID.error())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    first: usize,
    after: Option<Cursor>,
}

impl PageRequest {
    /// The most entries of one page.
    pub const MAX: usize = 100;

    /// The first `first` entries, at most [`PageRequest::MAX`].
    pub fn first(first: usize) -> Self {
        Self {
            first: first.min(Self::MAX),
            after: None,
        }
    }

    /// What a client asked for: `PAGE_INVALID` for a size that is not 1 to 100, `CURSOR_INVALID`
    /// for a cursor that is none.
    pub fn parse(first: Option<i64>, after: Option<&str>) -> Result<Self> {
        const DEFAULT: i64 = 20;
        let first = usize::try_from(first.unwrap_or(DEFAULT))
            .ok()
            .filter(|first| (1..=Self::MAX).contains(first))
            .ok_or_else(|| problems::PAGE_INVALID.on("first"))?;
        let after = after
            .map(Cursor::parse)
            .transpose()
            .map_err(|error| error.on("after"))?;
        Ok(Self { first, after })
    }

    /// How many entries are wanted, 1 to 100.
    pub fn size(&self) -> usize {
        self.first
    }

    /// The cursor to continue behind.
    pub fn after(&self) -> Option<&Cursor> {
        self.after.as_ref()
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, each with the cursor behind it.
    pub entries: Vec<(Cursor, T)>,
    /// Whether entries come after the last one.
    pub has_next: bool,
    /// Whether the page was asked for with a cursor, so that entries come before the first one.
    pub has_previous: bool,
    /// How many entries the whole list has.
    pub total: u64,
}

impl<T> Page<T> {
    /// The same page of other things.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            entries: self
                .entries
                .into_iter()
                .map(|(cursor, item)| (cursor, change(item)))
                .collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
            total: self.total,
        }
    }

    /// The same page of what its entries lead to; what they lead to no more is left out.
    pub fn read<U>(self, mut read: impl FnMut(T) -> Result<Option<U>>) -> Result<Page<U>> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (cursor, item) in self.entries {
            entries.extend(read(item)?.map(|found| (cursor, found)));
        }
        Ok(Page {
            entries,
            has_next: self.has_next,
            has_previous: self.has_previous,
            total: self.total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_forgeries_are_refused() {
        let cursor = Cursor::at(vec![0, 1, 0xfe]);
        assert_eq!(cursor.to_string(), "0001fe");
        assert_eq!(Cursor::parse("0001fe").unwrap(), cursor);
        for forged in ["0", "zz", "é", &"00".repeat(2_000)] {
            let error = Cursor::parse(forged).unwrap_err();
            assert_eq!(error.problem(), Some(problems::CURSOR_INVALID), "{forged}");
        }
    }

    #[test]
    fn a_page_has_one_to_a_hundred_entries() {
        assert_eq!(PageRequest::parse(None, None).unwrap().size(), 20);
        for wrong in [0, -1, 101, i64::MAX] {
            let error = PageRequest::parse(Some(wrong), None).unwrap_err();
            assert_eq!(error.problem(), Some(problems::PAGE_INVALID), "{wrong}");
        }
    }

    #[test]
    fn what_entries_lead_to_no_more_is_left_out_of_the_page() {
        let at = |byte| Cursor::at(vec![byte]);
        let page = Page {
            entries: vec![(at(1), 1), (at(2), 2), (at(3), 3)],
            has_next: true,
            has_previous: false,
            total: 9,
        };
        let read = page
            .clone()
            .read(|item| Ok((item != 2).then_some(item * 10)));
        let read = read.unwrap();
        assert_eq!(read.entries, [(at(1), 10), (at(3), 30)]);
        assert_eq!((read.has_next, read.total), (true, 9));
        let failed = page.read::<i32>(|_| problems::PAGE_INVALID.refuse());
        assert!(failed.is_err());
    }
}
