//! A value in a file: checksum, length, key, and the value itself.

use std::io::{self, BufRead, Read};

use xxhash_rust::xxh3::Xxh3Default;

use crate::Key;

/// The largest value.
pub const VALUE_BYTES_MAX: usize = 1024 * 1024;

/// The bytes before a value.
pub(crate) const HEAD_BYTES: usize = SUM_BYTES + LENGTH_BYTES + size_of::<Key>();
const SUM_BYTES: usize = 8;
const LENGTH_BYTES: usize = 4;

/// A value with its head. `None` for one that is too large.
pub(crate) fn written(key: &Key, value: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(value.len()).ok()?;
    if value.len() > VALUE_BYTES_MAX {
        return None;
    }
    let mut record = Vec::with_capacity(HEAD_BYTES + value.len());
    record.extend(sum(key, value).to_le_bytes());
    record.extend(length.to_le_bytes());
    record.extend(key);
    record.extend(value);
    Some(record)
}

/// The value of a record, if it is whole and that of this key.
pub(crate) fn value_of(mut record: &[u8], key: &Key) -> Option<Vec<u8>> {
    let (found, value) = next(&mut record).ok().flatten()?;
    (found == *key && record.is_empty()).then_some(value)
}

/// The next record; `None` where there is no whole one.
pub(crate) fn next(from: &mut impl BufRead) -> io::Result<Option<(Key, Vec<u8>)>> {
    let mut head = [0; HEAD_BYTES];
    match from.read_exact(&mut head) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let Some((sums, length, key)) = taken_apart(&head) else {
        return Ok(None);
    };
    if length > VALUE_BYTES_MAX {
        return Ok(None);
    }
    let mut value = Vec::with_capacity(length);
    from.take(length as u64).read_to_end(&mut value)?;
    let is_whole = value.len() == length && sum(&key, &value) == sums;
    Ok(is_whole.then_some((key, value)))
}

fn taken_apart(head: &[u8; HEAD_BYTES]) -> Option<(u64, usize, Key)> {
    let (sum, rest) = head.split_first_chunk::<SUM_BYTES>()?;
    let (length, key) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some((u64::from_le_bytes(*sum), length, key.try_into().ok()?))
}

fn sum(key: &Key, value: &[u8]) -> u64 {
    let mut sum = Xxh3Default::new();
    sum.update(key);
    sum.update(value);
    sum.digest()
}
