//! Records that are over after a while and are removed then, so that they do not fill the disk.
//!
//! A sweep goes through the tables that say so, a bounded batch of records at a time: a batch is
//! read from a snapshot, and what is over in it is removed in a transaction that looks again.

use kernel::{Fault, Result, Timestamp};
use store::{All, Key, Range, Record, Snapshot, Table};

use crate::run::App;

/// The most records that are read for one transaction.
const BATCH: usize = 500;

/// Records that are over after a while, of a table.
pub trait Expiry: Sync {
    /// The keys of those that are over among the next records behind a key.
    fn next(&self, snapshot: &Snapshot, after: Option<&[u8]>, now: Timestamp) -> Result<Batch>;
    /// Removes those that are still over.
    fn remove(&self, tx: &mut store::Tx, keys: &[Vec<u8>]) -> Result<()>;
}

/// Some records of a table.
#[derive(Debug)]
pub struct Batch {
    over: Vec<Vec<u8>>,
    /// The last key, where more records come behind it.
    last: Option<Vec<u8>>,
}

/// The records of a table are over when this says so.
pub struct Expires<K: 'static, R: 'static> {
    table: &'static Table<K, R>,
    over: fn(&R, Timestamp) -> bool,
}

impl<K, R> Expires<K, R> {
    /// Declares when records are over.
    pub const fn new(table: &'static Table<K, R>, over: fn(&R, Timestamp) -> bool) -> Self {
        Self { table, over }
    }
}

impl<K: Key, R: Record> Expiry for Expires<K, R> {
    fn next(&self, snapshot: &Snapshot, after: Option<&[u8]>, now: Timestamp) -> Result<Batch> {
        let range = Range {
            after,
            backwards: false,
        };
        let (mut over, mut read, mut last) = (Vec::new(), 0, None);
        for entry in snapshot.scan(self.table, &All, range)?.take(BATCH) {
            let (key, record) = entry?;
            let key = key.encoded();
            if (self.over)(&record, now) {
                over.push(key.clone());
            }
            (read, last) = (read + 1, Some(key));
        }
        Ok(Batch {
            over,
            last: last.filter(|_| read == BATCH),
        })
    }

    fn remove(&self, tx: &mut store::Tx, keys: &[Vec<u8>]) -> Result<()> {
        for key in keys {
            let Some(key) = K::read(&mut key.as_slice()) else {
                return Err(Fault::new(format!("no key of {}", self.table.name())).into());
            };
            let now = tx.now();
            if tx
                .get(self.table, &key)?
                .is_some_and(|record| (self.over)(&record, now))
            {
                tx.remove(self.table, &key)?;
            }
        }
        Ok(())
    }
}

/// Removes what is over, of all features.
pub async fn sweep(app: &App) -> Result<()> {
    for expiry in app.features().iter().flat_map(|feature| feature.expiries) {
        let mut last = None;
        loop {
            let batch = expiry.next(&app.snapshot(), last.as_deref(), app.now())?;
            if !batch.over.is_empty() {
                let over = batch.over;
                let remove = move |tx: &mut store::Tx| expiry.remove(tx, &over);
                app.store().submit(remove).await?;
            }
            last = batch.last;
            if last.is_none() {
                break;
            }
        }
    }
    Ok(())
}
