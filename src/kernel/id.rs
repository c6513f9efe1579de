//! Typed ids: UUIDv7 in records and keys, `TypeID` text (`course_01h455vb4pex5vsknk084sn02q`) outside.
//!
//! The text form follows the `TypeID` specification 0.3: a lower-case prefix, an underscore, and the
//! 128 bits as 26 characters of Crockford's base 32, most significant first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Timestamp;

/// What an id names. Declared by [`id_kind!`](crate::id_kind), one empty enum a kind.
pub trait Kind: 'static {
    /// The prefix of the text form, 1 to 63 lower-case letters.
    const PREFIX: &'static str;
}

/// Declares the kind of an id and its alias: `id_kind!(pub CourseKind, CourseId, "course");`.
#[macro_export]
macro_rules! id_kind {
    ($vis:vis $kind:ident, $alias:ident, $prefix:literal) => {
        #[doc = concat!("The kind of ids that begin with `", $prefix, "_`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $kind {}
        impl $crate::Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        #[doc = concat!("An id written `", $prefix, "_...`.")]
        $vis type $alias = $crate::Id<$kind>;
    };
}

/// A `UUIDv7` that names a thing of kind `K`: 16 bytes in keys and records, a `TypeID` in text.
pub struct Id<K> {
    bytes: [u8; 16],
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// The id with these 16 bytes, big-endian as in RFC 9562.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self {
            bytes,
            kind: PhantomData,
        }
    }

    /// The 16 bytes, big-endian as in RFC 9562: their order is the order of creation.
    pub const fn bytes(&self) -> [u8; 16] {
        self.bytes
    }

    /// The same bits under another kind, for places that hold ids of several kinds.
    pub const fn cast<T>(self) -> Id<T> {
        Id::from_bytes(self.bytes)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        f.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl<K: Kind> Id<K> {
    /// The id as text, allocated once: an answer has a hundred of them.
    pub fn to_text(self) -> String {
        let digits = self.digits();
        let mut text = String::with_capacity(K::PREFIX.len() + 1 + digits.len());
        text.push_str(K::PREFIX);
        text.push('_');
        text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
        text
    }

    /// The digits of its 128 bits in base 32, the highest first.
    fn digits(self) -> [u8; 26] {
        let bits = u128::from_be_bytes(self.bytes);
        let mut digits = [0; 26];
        for (place, slot) in digits.iter_mut().rev().enumerate() {
            let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
            *slot = ALPHABET.get(digit).copied().unwrap_or(b'0');
        }
        digits
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no id of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdError {
    /// It does not begin with the prefix of the kind.
    WrongKind,
    /// What follows the prefix is not 26 characters of base 32, or is beyond 128 bits.
    Malformed,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongKind => "the id names another kind of thing",
            Self::Malformed => "the id is malformed",
        })
    }
}

impl std::error::Error for IdError {}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(IdError::WrongKind)?
            .as_bytes();
        if digits.len() != 26 || digits.first().is_some_and(|first| *first > b'7') {
            return Err(IdError::Malformed);
        }
        let mut bits = 0_u128;
        for digit in digits {
            let value = ALPHABET
                .iter()
                .position(|c| c == digit)
                .ok_or(IdError::Malformed)?;
            bits = (bits << 5) | value as u128;
        }
        Ok(Self::from_bytes(bits.to_be_bytes()))
    }
}

impl<K: Kind> JsonSchema for Id<K> {
    fn schema_name() -> Cow<'static, str> {
        format!("Id_{}", K::PREFIX).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pattern = format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", K::PREFIX);
        json_schema!({ "type": "string", "pattern": pattern })
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.bytes)
        }
    }
}

struct IdVisitor<K>(PhantomData<K>);

impl<K: Kind> Visitor<'_> for IdVisitor<K> {
    type Value = Id<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id that begins with {}_, or its 16 bytes", K::PREFIX)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        bytes
            .try_into()
            .map(Id::from_bytes)
            .map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(IdVisitor(PhantomData))
        } else {
            deserializer.deserialize_bytes(IdVisitor(PhantomData))
        }
    }
}

/// Makes `UUIDv7` bits whose order is the order of making, from a time and random bits that the
/// caller owns (RFC 9562, section 6.2, method 1: a counter in `rand_a`).
#[derive(Debug, Default)]
pub struct Uuid7 {
    last_ms: u64,
    counter: u16,
}

impl Uuid7 {
    /// The next id. More than 4,096 in a millisecond borrow from the next one.
    pub fn next<K>(&mut self, now: Timestamp, random: u64) -> Id<K> {
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(0);
        if now_ms > self.last_ms {
            self.last_ms = now_ms;
            self.counter = 0;
        } else if self.counter == 0xfff {
            self.last_ms += 1;
            self.counter = 0;
        } else {
            self.counter += 1;
        }
        let high = (self.last_ms << 16) | 0x7000 | u64::from(self.counter);
        let low = (random & (u64::MAX >> 2)) | (1 << 63);
        Id::from_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    id_kind!(CourseKind, CourseId, "course");
    id_kind!(UserKind, UserId, "user");

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = CourseId::from_bytes([
            0x01, 0x89, 0x0a, 0x5d, 0xac, 0x96, 0x77, 0x4b, 0xbc, 0xce, 0xb3, 0x02, 0x09, 0x9a,
            0x80, 0x57,
        ]);
        assert_eq!(id.to_string(), "course_01h455vb4pex5vsknk084sn02q");
        assert_eq!(id.to_text(), id.to_string());
        assert_eq!("course_01h455vb4pex5vsknk084sn02q".parse(), Ok(id));
    }

    #[test]
    fn the_extremes_of_the_specification_hold() {
        let max = CourseId::from_bytes([0xff; 16]);
        assert_eq!(max.to_string(), "course_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_eq!(
            CourseId::from_bytes([0; 16]).to_string(),
            "course_00000000000000000000000000"
        );
    }

    #[test]
    fn other_kinds_and_malformed_texts_are_told_apart() {
        let wrong = "course_01h455vb4pex5vsknk084sn02q".parse::<UserId>();
        assert_eq!(wrong, Err(IdError::WrongKind));
        for bad in [
            "course_",
            "course_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "course_01H455VB4PEX5VSKNK084SN02Q",
        ] {
            assert_eq!(bad.parse::<CourseId>(), Err(IdError::Malformed), "{bad}");
        }
        assert!(
            "course_01h455vb4pex5vsknk084sn02é"
                .parse::<CourseId>()
                .is_err()
        );
    }

    #[test]
    fn ids_made_in_one_millisecond_keep_their_order() {
        let mut ids = Uuid7::default();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let made: Vec<CourseId> = (0..10_000).map(|n| ids.next(now, !n)).collect();
        assert!(made.is_sorted());
        let version = made.first().expect("ten thousand were made").bytes()[6] >> 4;
        assert_eq!(version, 7);
    }
}
