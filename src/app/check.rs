//! Verification of the whole: records, what is derived from them, the log, and that they agree.

use std::collections::{BTreeMap, HashSet};

use eventlog::Message;
use kernel::Result;
use store::{Findings, Snapshot};

use crate::feature::{Ending, Feature, Witness};

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
struct Told<'a> {
    witness: &'a dyn Witness,
    keys: HashSet<Vec<u8>>,
    /// Whether retention has removed events that told of some.
    trimmed: bool,
}

impl Told<'_> {
    /// Takes an event into account: one that tells of a record, or that one is gone.
    fn hear(&mut self, (position, message): (u64, &Message), findings: &mut Findings) {
        let subject = message.subject.as_str();
        let told = if subject == self.witness.subject() {
            self.witness.key(message).map(|key| {
                let first = self.keys.insert(key) || self.witness.recurs();
                findings.expect(first, || format!("{subject} at {position} tells it again"));
            })
        } else if let Some(removal) = self.witness.removal()
            && subject == removal.subject()
        {
            removal.key(message).map(|key| {
                let there = self.keys.remove(&key);
                findings.expect(there || self.trimmed, || {
                    format!("{subject} at {position} tells of what was not there")
                });
            })
        } else {
            return;
        };
        if let Err(error) = told {
            findings.fault(format!("the event at {position}: {error}"));
        }
    }
}

fn compare_events(
    snapshot: &Snapshot,
    features: &[&Feature],
    findings: &mut Findings,
) -> Result<()> {
    let witnesses = features.iter().flat_map(|feature| feature.witnesses);
    let mut told = Vec::new();
    for witness in witnesses {
        let removal = witness.removal().map(Ending::subject);
        let mut trimmed = false;
        for subject in std::iter::once(witness.subject()).chain(removal) {
            trimmed |= eventlog::is_trimmed(snapshot, subject, 0)?;
        }
        told.push(Told {
            witness: *witness,
            keys: HashSet::new(),
            trimmed,
        });
    }
    let mut listeners: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, told) in told.iter().enumerate() {
        let removal = told.witness.removal().map(Ending::subject);
        for subject in std::iter::once(told.witness.subject()).chain(removal) {
            listeners.entry(subject).or_default().push(at);
        }
    }
    for entry in eventlog::read(snapshot, 0)? {
        // A message that does not decode is reported by the log's own verification.
        let Ok((position, message)) = entry else {
            continue;
        };
        for at in listeners
            .get(message.subject.as_str())
            .into_iter()
            .flatten()
        {
            if let Some(told) = told.get_mut(*at) {
                told.hear((position, &message), findings);
            }
        }
    }
    for told in &told {
        told.witness
            .compare(snapshot, (&told.keys, told.trimmed), findings)?;
    }
    Ok(())
}
