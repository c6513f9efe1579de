//! The name of the request that is being served: what a person who reports a fault and the log
//! have in common.
//!
//! It is for logs and faults only. Nothing decides by it, so it need not be passed along: whoever
//! serves a request says so for as long as its thread works on it.

use std::cell::Cell;
use std::fmt;

/// The longest name, in bytes.
const BYTES_MAX: usize = 64;

/// The name of a request: 1 to 64 letters, digits or one of `-_.`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    bytes: [u8; BYTES_MAX],
    length: usize,
}

thread_local! {
    static CURRENT: Cell<Option<RequestId>> = const { Cell::new(None) };
}

impl RequestId {
    /// The name that a client gave, if it is well formed.
    pub fn parse(text: &str) -> Option<Self> {
        let formed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        if text.is_empty() || !text.bytes().all(formed) {
            return None;
        }
        let mut bytes = [0; BYTES_MAX];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self {
            bytes,
            length: text.len(),
        })
    }

    /// The name of the request with this number, in a run of the program that drew `run`: 32
    /// hexadecimal digits.
    pub fn numbered(run: u64, number: u64) -> Self {
        let mut bytes = [0; BYTES_MAX];
        let number = (u128::from(run) << 64) | u128::from(number);
        for (place, byte) in bytes.iter_mut().take(32).enumerate() {
            let digit = (number >> (124 - 4 * place)) & 0xf;
            *byte = u32::try_from(digit)
                .ok()
                .and_then(|digit| char::from_digit(digit, 16))
                .and_then(|digit| u8::try_from(digit).ok())
                .unwrap_or(b'0');
        }
        Self { bytes, length: 32 }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The request that this thread works on, if it works on one.
    pub fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// Does something as a part of this request.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        /// Also when the work panics, the thread is free of the request afterwards.
        struct Before(Option<RequestId>);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _before = Before(CURRENT.replace(Some(self)));
        work()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_name_is_taken_from_a_client() {
        let longest = "a".repeat(64);
        for good in [
            "1",
            "0af7651916cd43dd8448eb211c80319c",
            "web-1.a_b",
            &longest,
        ] {
            assert_eq!(RequestId::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a\nb", "é", "a\"", &"a".repeat(65)] {
            assert_eq!(RequestId::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_number_has_the_same_length_always() {
        let id = RequestId::numbered(0xfeed, 258);
        assert_eq!(id.as_str(), "000000000000feed0000000000000102");
        assert_eq!(RequestId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn a_request_is_current_only_while_it_is_worked_on() {
        let (outer, inner) = (RequestId::numbered(1, 1), RequestId::numbered(1, 2));
        outer.during(|| {
            inner.during(|| assert_eq!(RequestId::current(), Some(inner)));
            assert_eq!(RequestId::current(), Some(outer));
        });
        let panicked = std::panic::catch_unwind(|| outer.during(|| panic!("on purpose")));
        assert!(panicked.is_err());
        assert_eq!(RequestId::current(), None);
    }
}
