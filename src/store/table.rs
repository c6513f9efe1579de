//! Tables and what is derived from them: secondary indexes, unique indexes, counts.
//!
//! Each has a two-byte id that is never reused. Declared as statics beside the feature they belong
//! to:
//!
//! ```
//! # use serde::{Serialize, Deserialize};
//! # use store::{Table, Unique, Record};
//! # use edusphere_store as store;
//! # #[derive(Serialize, Deserialize)] pub struct Reader { card: String }
//! # impl Record for Reader { const VERSION: u8 = 1; }
//! static READERS: Table<u64, Reader> = Table::new(0x7001, "readers").derives(&[&READERS_BY_CARD]);
//! static READERS_BY_CARD: Unique<u64, Reader, String> =
//!     Unique::new(0x7002, "readers_by_card", |_, reader| Some(reader.card.clone()));
//! ```

use std::marker::PhantomData;

use crate::engines::Space;
use crate::key::Key;
use crate::record::Record;

/// Records of type `R` under keys of type `K`, in the order of the keys.
pub struct Table<K: 'static, R: 'static> {
    id: u16,
    name: &'static str,
    space: Space,
    derived: &'static [&'static dyn Derived<K, R>],
}

impl<K, R> Table<K, R> {
    /// A table of records. The id is for ever.
    pub const fn new(id: u16, name: &'static str) -> Self {
        Self {
            id,
            name,
            space: Space::Records,
            derived: &[],
        }
    }

    /// The same table with what is derived from it.
    #[must_use]
    pub const fn derives(self, derived: &'static [&'static dyn Derived<K, R>]) -> Self {
        Self { derived, ..self }
    }

    /// The same table in another part of the store, for the engines of the house.
    #[must_use]
    pub const fn within(self, space: Space) -> Self {
        Self { space, ..self }
    }

    /// The two bytes its keys begin with.
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// Its name, plural, for reports.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn space(&self) -> Space {
        self.space
    }

    pub(crate) const fn derived(&self) -> &'static [&'static dyn Derived<K, R>] {
        self.derived
    }
}

impl<K: Key, R: Record> Table<K, R> {
    /// The bytes under which the record with this key stands.
    pub(crate) fn key_bytes(&self, key: &K) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(40);
        self.id.write(&mut bytes);
        key.write(&mut bytes);
        bytes
    }
}

/// One row that follows from a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The record can be found here, among others.
    Entry(Vec<u8>),
    /// The record alone is here; the value is its key.
    Sole(Vec<u8>, Vec<u8>),
    /// The record counts one here.
    One(Vec<u8>),
}

/// Something derived from each record of a table and kept with it in the same transaction.
pub trait Derived<K, R>: Sync {
    /// The two bytes its keys begin with.
    fn id(&self) -> u16;
    /// Its name, for reports.
    fn name(&self) -> &'static str;
    /// The row that follows from a record, if one does.
    fn row(&self, key: &K, record: &R) -> Option<Row>;
}

macro_rules! declare {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<K, R, I> {
            id: u16,
            name: &'static str,
            of: fn(&K, &R) -> Option<I>,
            kinds: PhantomData<fn() -> (K, R)>,
        }

        impl<K, R, I> $name<K, R, I> {
            /// Declares it. `of` says under what a record is found, `None` to leave it out.
            pub const fn new(id: u16, name: &'static str, of: fn(&K, &R) -> Option<I>) -> Self {
                Self { id, name, of, kinds: PhantomData }
            }

            pub(crate) const fn id(&self) -> u16 {
                self.id
            }
        }

        impl<K: Key, R, I: Key> $name<K, R, I> {
            fn bytes(&self, key: &K, record: &R) -> Option<Vec<u8>> {
                let of = (self.of)(key, record)?;
                let mut bytes = Vec::with_capacity(64);
                self.id.write(&mut bytes);
                of.write(&mut bytes);
                Some(bytes)
            }
        }
    };
}

declare! {
    /// A secondary index: finds the keys of records by something in them, in its order.
    Index
}
declare! {
    /// A unique index: at most one record has each value.
    Unique
}
declare! {
    /// How many records have each value, without reading them.
    Count
}

macro_rules! derive {
    ($name:ident, |$key:ident, $bytes:ident| $row:expr) => {
        impl<K: Key, R: Record, I: Key> Derived<K, R> for $name<K, R, I> {
            fn id(&self) -> u16 {
                self.id
            }
            fn name(&self) -> &'static str {
                self.name
            }
            fn row(&self, $key: &K, record: &R) -> Option<Row> {
                self.bytes($key, record).map(|$bytes| $row)
            }
        }
    };
}
derive!(Index, |key, bytes| {
    let mut bytes = bytes;
    key.write(&mut bytes);
    Row::Entry(bytes)
});
derive!(Unique, |key, bytes| Row::Sole(bytes, key.encoded()));
derive!(Count, |_key, bytes| Row::One(bytes));
