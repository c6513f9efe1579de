//! Verification of the log: no gap in positions or sequences, and both agree.

use std::collections::BTreeMap;

use kernel::Result;
use store::{All, Findings, Range, Snapshot, Verify};

use crate::log::{HEADS, LOG, SEQUENCES, WHOLE_LOG, read};
use crate::stream::Stream;

/// Walks the log and notes every gap and disagreement.
pub fn verify(snapshot: &Snapshot, findings: &mut Findings) -> Result<()> {
    HEADS.verify(snapshot, findings)?;
    let mut sequences: BTreeMap<u8, u64> = BTreeMap::new();
    let mut last = 0;
    for entry in read(snapshot, 0)? {
        let (position, message) = match entry {
            Ok(entry) => entry,
            Err(error) => {
                findings.fault(format!("{} behind position {last}: {error}", LOG.name()));
                continue;
            }
        };
        findings.events += 1;
        findings.expect(position == last + 1, || {
            format!("{}: position {position} follows {last}", LOG.name())
        });
        last = position;
        let Some(stream) = Stream::of(&message.subject) else {
            findings.fault(format!("{}: {position} has no stream", LOG.name()));
            continue;
        };
        let sequence = sequences.entry(stream.number()).or_default();
        findings.expect(message.sequence == *sequence + 1, || {
            format!(
                "{}: sequence {} follows {sequence}",
                stream.name(),
                message.sequence
            )
        });
        *sequence = message.sequence;
        let listed = snapshot.get(&SEQUENCES, &(stream.number(), message.sequence))?;
        findings.expect(listed == Some(position), || {
            format!(
                "{}: {} is listed at {listed:?}, not {position}",
                stream.name(),
                message.sequence
            )
        });
    }
    sequences.insert(WHOLE_LOG, last);
    for (number, sequence) in sequences {
        let head = snapshot.get(&HEADS, &number)?.unwrap_or(0);
        findings.expect(head == sequence, || {
            format!("the log's head {number} is {head}, its last entry {sequence}")
        });
    }
    let listed = snapshot.scan(&SEQUENCES, &All, Range::ALL)?.count();
    findings.expect(
        u64::try_from(listed).is_ok_and(|listed| listed == last),
        || format!("{listed} sequences are listed for {last} messages"),
    );
    Ok(())
}
