//! Records: typed tables with declared indexes, snapshots to read from, and one committer that
//! makes changes durable in groups.
//!
//! - A [`Table`] names a record type and its key; [`Index`], [`Unique`] and [`Count`] are declared
//!   on it and kept by the transaction.
//! - Reads go through a [`Snapshot`], always. Later versions record there what a query read.
//! - Writes happen in a command, a closure on a [`Tx`] that [`Store::submit`] queues. One thread
//!   applies commands one after another, writes them as one batch, syncs it, notes in the ring that
//!   it is there, and then answers.
//!
//! Nothing above this crate knows which engine keeps the bytes, and nothing here knows of schools.

mod cache;
mod check;
mod committer;
mod data_dir;
mod engines;
mod job;
mod key;
mod loss;
mod meter;
mod record;
mod ring;
mod snapshot;
mod table;
mod tx;

pub use cache::CacheStats;
pub use check::{Findings, Verify};
pub use committer::{Options, Store};
pub use data_dir::{DataDir, OpenError, Quarantine};
pub use engines::{Engine, Space};
pub use job::{Commit, Pending};
pub use key::{All, Key, KeyPrefix, Newest};
pub use loss::Loss;
pub use meter::WriteStats;
pub use record::{Record, decode, encode};
pub use snapshot::{Range, Snapshot};
pub use table::{Count, Index, Table, Unique};
pub use tx::{Mark, Tx};

#[cfg(test)]
mod tests;
