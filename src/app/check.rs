//! Verification of the whole: records, what is derived from them, the log, and that they agree.

use std::collections::{BTreeMap, HashSet};

use kernel::Result;
use store::{Findings, Snapshot};

use crate::feature::{Feature, Witness};

/// Reads everything and reports what does not agree.
pub fn check(snapshot: &Snapshot, features: &[&Feature]) -> Result<Findings> {
    let mut findings = Findings::default();
    for table in features.iter().flat_map(|feature| feature.tables) {
        table.verify(snapshot, &mut findings)?;
    }
    eventlog::verify(snapshot, &mut findings)?;
    compare_events(snapshot, features, &mut findings)?;
    Ok(findings)
}

/// A promise, and the keys that its events have told of.
type Told<'a> = (&'a dyn Witness, HashSet<Vec<u8>>);

fn compare_events(
    snapshot: &Snapshot,
    features: &[&Feature],
    findings: &mut Findings,
) -> Result<()> {
    let mut witnesses: BTreeMap<&str, Vec<Told<'_>>> = BTreeMap::new();
    for witness in features.iter().flat_map(|feature| feature.witnesses) {
        witnesses
            .entry(witness.subject())
            .or_default()
            .push((*witness, HashSet::new()));
    }
    for entry in eventlog::read(snapshot, 0)? {
        // A message that does not decode is reported by the log's own verification.
        let Ok((position, message)) = entry else {
            continue;
        };
        let Some(witnesses) = witnesses.get_mut(message.subject.as_str()) else {
            continue;
        };
        for (witness, told) in witnesses {
            match witness.key(&message) {
                Ok(key) => {
                    let subject = &message.subject;
                    let first = told.insert(key) || witness.recurs();
                    findings.expect(first, || format!("{subject} at {position} tells it again"));
                }
                Err(error) => findings.fault(format!("the event at {position}: {error}")),
            }
        }
    }
    for (witness, told) in witnesses.values().flatten() {
        witness.compare(snapshot, told, findings)?;
    }
    Ok(())
}
