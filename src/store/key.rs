//! Keys in an encoding whose byte order is the order of the values.
//!
//! Integers and ids are big-endian; text is escaped (`00` becomes `00 ff`) and ends in `00 01`, so
//! that a shorter text sorts before a longer one and no part runs into the next.

use kernel::{Id, Timestamp};

/// A value that can stand in a key.
pub trait Key: Sized + Send + Sync + 'static {
    /// Appends the encoding.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes the value off the front of `from`; `None` when the bytes are no such value.
    fn read(from: &mut &[u8]) -> Option<Self>;

    /// The encoding by itself.
    fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(40);
        self.write(&mut out);
        out
    }
}

/// A leading part of a key of type `K`, to scan by.
pub trait KeyPrefix<K> {
    /// Appends the encoding of the part.
    fn write_prefix(&self, out: &mut Vec<u8>);
}

/// The prefix of every key: scans the whole table.
#[derive(Debug, Clone, Copy)]
pub struct All;

impl<K> KeyPrefix<K> for All {
    fn write_prefix(&self, _: &mut Vec<u8>) {}
}

impl<K: Key> KeyPrefix<K> for K {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

/// Takes `N` bytes off the front.
fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*head)
}

impl<K: 'static> Key for Id<K> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes());
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from).map(Self::from_bytes)
    }
}

macro_rules! integer_keys {
    ($($integer:ty),*) => {$(
        impl Key for $integer {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
            fn read(from: &mut &[u8]) -> Option<Self> {
                take(from).map(Self::from_be_bytes)
            }
        }
    )*};
}
integer_keys!(u8, u16, u32, u64);

impl Key for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        u8::read(from).map(|byte| byte != 0)
    }
}

impl Key for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        (self.cast_unsigned() ^ (1 << 63)).write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        u64::read(from).map(|bits| (bits ^ (1 << 63)).cast_signed())
    }
}

impl Key for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_micros().write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        i64::read(from).map(Self::from_micros)
    }
}

/// A moment that sorts backwards: the newest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest(pub Timestamp);

impl Key for Newest {
    fn write(&self, out: &mut Vec<u8>) {
        (!self.0.as_micros()).write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        i64::read(from).map(|micros| Self(Timestamp::from_micros(!micros)))
    }
}

impl<const N: usize> Key for [u8; N] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        take(from)
    }
}

impl Key for String {
    fn write(&self, out: &mut Vec<u8>) {
        for byte in self.as_bytes() {
            out.push(*byte);
            if *byte == 0 {
                out.push(0xff);
            }
        }
        out.extend_from_slice(&[0, 1]);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        let mut text = Vec::new();
        loop {
            match take::<1>(from)? {
                [0] => match take::<1>(from)? {
                    [0xff] => text.push(0),
                    [1] => return Self::from_utf8(text).ok(),
                    _ => return None,
                },
                [byte] => text.push(byte),
            }
        }
    }
}

impl<A: Key> Key for (A,) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?,))
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
        self.2.write(out);
    }
    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?, C::read(from)?))
    }
}

impl<A: Key, B: Key> KeyPrefix<(A, B)> for A {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

impl<A: Key, B: Key, C: Key> KeyPrefix<(A, B, C)> for A {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

impl<A: Key, B: Key, C: Key> KeyPrefix<(A, B, C)> for (A, B) {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

/// The first key after all that begin with `prefix`, or `None` when there is none.
pub(crate) fn end_of_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_of_bytes_is_order_of_values(
            a in (".{0,6}", any::<i64>(), any::<u32>()),
            b in (".{0,6}", any::<i64>(), any::<u32>()),
        ) {
            prop_assert_eq!(a.encoded().cmp(&b.encoded()), a.cmp(&b));
        }

        #[test]
        fn a_key_reads_back_and_leaves_the_rest(key in ("\\PC{0,6}\0?", any::<bool>(), any::<u64>())) {
            let mut bytes = key.encoded();
            bytes.extend_from_slice(b"rest");
            let mut from = bytes.as_slice();
            prop_assert_eq!(<(String, bool, u64)>::read(&mut from), Some(key));
            prop_assert_eq!(from, b"rest");
        }

        #[test]
        fn newest_comes_first(a in any::<i64>(), b in any::<i64>()) {
            let encoded = |micros| Newest(Timestamp::from_micros(micros)).encoded();
            prop_assert_eq!(encoded(a).cmp(&encoded(b)), b.cmp(&a));
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            drop(<(String, Timestamp, [u8; 4])>::read(&mut bytes.as_slice()));
        }
    }

    #[test]
    fn a_prefix_ends_where_the_next_begins() {
        assert_eq!(end_of_prefix(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(end_of_prefix(&[1, 0xff]), Some(vec![2]));
        assert_eq!(end_of_prefix(&[0xff, 0xff]), None);
    }
}
