//! Verification: every record of the tables that are known decodes, and what is derived from them
//! is there, all of it and nothing else.

use std::collections::BTreeMap;
use std::ops::Bound;

use kernel::Result;

use crate::engines::{Bounds, Space};
use crate::key::{Key, end_of_prefix};
use crate::record::{Record, decode};
use crate::snapshot::{Snapshot, read_count};
use crate::table::{Row, Table};

/// The most findings that are kept; further ones are counted.
const FINDINGS_MAX: usize = 1_000;

/// What a verification found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Records looked at.
    pub records: u64,
    /// Derived rows looked at.
    pub derived: u64,
    /// Events looked at.
    pub events: u64,
    /// Files looked at.
    pub files: u64,
    /// One sentence each, the first thousand.
    pub faults: Vec<String>,
    /// How many there are in all.
    pub fault_count: u64,
}

impl Findings {
    /// Notes something that is not as it must be.
    pub fn fault(&mut self, sentence: String) {
        self.fault_count += 1;
        if self.faults.len() < FINDINGS_MAX {
            self.faults.push(sentence);
        }
    }

    /// Notes a fault when `holds` is false.
    pub fn expect(&mut self, holds: bool, sentence: impl FnOnce() -> String) {
        if !holds {
            self.fault(sentence());
        }
    }
}

/// A table that can be verified without knowing its types.
pub trait Verify: Sync {
    /// The two bytes the table's keys begin with.
    fn table_id(&self) -> u16;
    /// The table's name.
    fn table_name(&self) -> &'static str;
    /// The ids of what is derived from it.
    fn derived_ids(&self) -> Vec<u16>;
    /// Reads every record and every derived row of the table.
    fn verify(&self, snapshot: &Snapshot, findings: &mut Findings) -> Result<()>;
}

impl<K: Key, R: Record> Verify for Table<K, R> {
    fn table_id(&self) -> u16 {
        self.id()
    }

    fn table_name(&self) -> &'static str {
        self.name()
    }

    fn derived_ids(&self) -> Vec<u16> {
        self.derived().iter().map(|derived| derived.id()).collect()
    }

    fn verify(&self, snapshot: &Snapshot, findings: &mut Findings) -> Result<()> {
        let mut expected = Expected::default();
        for pair in snapshot.scan_bytes(self.space(), all_of(self.id()), false) {
            let (key, value) = pair?;
            findings.records += 1;
            let typed = key
                .get(2..)
                .and_then(|mut rest| K::read(&mut rest).filter(|_| rest.is_empty()));
            let Some(typed) = typed else {
                findings.fault(format!(
                    "{}: the key {} is malformed",
                    self.name(),
                    hex(&key)
                ));
                continue;
            };
            match decode::<R>(&value) {
                Ok(record) => {
                    self.expect_rows(snapshot, findings, &mut expected, (&typed, &record))?;
                }
                Err(error) => {
                    findings.fault(format!(
                        "{}: the record {}: {error}",
                        self.name(),
                        hex(&key)
                    ));
                }
            }
        }
        for derived in self.derived() {
            expected.compare(snapshot, findings, (derived.id(), derived.name()))?;
        }
        Ok(())
    }
}

/// What must be there, by derived id: how many entries, and the value of each count.
#[derive(Default)]
struct Expected {
    entries: BTreeMap<u16, u64>,
    counts: BTreeMap<Vec<u8>, u64>,
}

impl<K: Key, R: Record> Table<K, R> {
    fn expect_rows(
        &self,
        snapshot: &Snapshot,
        findings: &mut Findings,
        expected: &mut Expected,
        (key, record): (&K, &R),
    ) -> Result<()> {
        for derived in self.derived() {
            let there = match derived.row(key, record) {
                None => continue,
                Some(Row::One(bytes)) => {
                    *expected.counts.entry(bytes).or_default() += 1;
                    continue;
                }
                Some(Row::Entry(bytes)) => snapshot.get_bytes(Space::Indexes, &bytes)?.is_some(),
                Some(Row::Sole(bytes, value)) => snapshot
                    .get_bytes(Space::Indexes, &bytes)?
                    .is_some_and(|found| *found == *value),
            };
            *expected.entries.entry(derived.id()).or_default() += 1;
            findings.expect(there, || {
                format!(
                    "{}: the record {} is missing",
                    derived.name(),
                    hex(&key.encoded())
                )
            });
        }
        Ok(())
    }
}

impl Expected {
    /// Compares what must be there with what is, for one index or count.
    fn compare(
        &self,
        snapshot: &Snapshot,
        findings: &mut Findings,
        (id, name): (u16, &'static str),
    ) -> Result<()> {
        let prefix = id.encoded();
        let mut counts: BTreeMap<&[u8], u64> = self
            .counts
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix))
            .map(|(key, count)| (key.as_slice(), *count))
            .collect();
        let counting = !counts.is_empty();
        let mut rows = 0;
        for pair in snapshot.scan_bytes(Space::Indexes, all_of(id), false) {
            let (key, value) = pair?;
            findings.derived += 1;
            rows += 1;
            if counting {
                let wanted = counts.remove(key.as_ref()).unwrap_or(0);
                let found = read_count(&value);
                findings.expect(found == wanted, || {
                    format!(
                        "{name}: {} says {found}, the records say {wanted}",
                        hex(&key)
                    )
                });
            }
        }
        for (key, wanted) in counts {
            findings.fault(format!(
                "{name}: {} is missing, the records say {wanted}",
                hex(key)
            ));
        }
        let wanted = self.entries.get(&id).copied().unwrap_or(0);
        findings.expect(counting || rows == wanted, || {
            format!("{name}: {rows} rows, the records ask for {wanted}")
        });
        Ok(())
    }
}

fn all_of(id: u16) -> Bounds {
    let prefix = id.encoded();
    let end = end_of_prefix(&prefix).map_or(Bound::Unbounded, Bound::Excluded);
    (Bound::Included(prefix), end)
}

fn hex(bytes: &[u8]) -> String {
    kernel::Cursor::at(bytes.to_vec()).to_string()
}
