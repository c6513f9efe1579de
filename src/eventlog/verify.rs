//! Verification of the log: no gap in the sequences of a stream, positions and sequences agree, and
//! the chain of digests is whole.

use std::collections::BTreeMap;

use kernel::Result;
use store::{All, Findings, Range, Snapshot, Verify};

use crate::chain::Digest;
use crate::consumer::{CONSUMER_STATES, CONSUMERS, DEAD_LETTERS, FAILURES};
use crate::log::{HEADS, LOG, SEQUENCES, WHOLE_LOG, read};
use crate::stream::{DIRECTORIES, STATES, StreamState, all_streams, state_of};

/// What the walk has seen of a stream.
struct Walked {
    sequence: u64,
    digest: Digest,
    bytes: u64,
}

impl Walked {
    /// Begins behind what retention has removed.
    fn behind(state: &StreamState) -> Self {
        Self {
            sequence: state.removed,
            digest: state.removed_digest,
            bytes: 0,
        }
    }
}

/// Walks the log and notes every gap and disagreement.
pub fn verify(snapshot: &Snapshot, findings: &mut Findings) -> Result<()> {
    verify_tables(snapshot, findings)?;
    let mut streams: BTreeMap<u16, Walked> = BTreeMap::new();
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
        last = position;
        let number = message.stream;
        let walked = match streams.entry(number) {
            std::collections::btree_map::Entry::Occupied(there) => there.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(Walked::behind(&state_of(snapshot, number)?))
            }
        };
        let sequence = message.sequence;
        findings.expect(sequence == walked.sequence + 1, || {
            let before = walked.sequence;
            format!("stream {number}: sequence {sequence} follows {before}")
        });
        let digest = Digest::of(walked.digest, &message);
        findings.expect(digest == message.digest, || {
            format!("stream {number}: the chain is broken at sequence {sequence}")
        });
        let listed = snapshot.get(&SEQUENCES, &(number, sequence))?;
        findings.expect(listed == Some(position), || {
            format!("stream {number}: {sequence} is listed at {listed:?}, not {position}")
        });
        *walked = Walked {
            sequence,
            digest: message.digest,
            bytes: walked.bytes + message.bytes(),
        };
    }
    compare(snapshot, &streams, findings)?;
    let head = snapshot.get(&HEADS, &WHOLE_LOG)?.unwrap_or(0);
    findings.expect(head >= last, || {
        format!("the log's head is {head}, its last entry {last}")
    });
    Ok(())
}

fn verify_tables(snapshot: &Snapshot, findings: &mut Findings) -> Result<()> {
    let tables: [&dyn Verify; 7] = [
        &HEADS,
        &DIRECTORIES,
        &STATES,
        &CONSUMERS,
        &CONSUMER_STATES,
        &FAILURES,
        &DEAD_LETTERS,
    ];
    tables
        .iter()
        .try_for_each(|table| table.verify(snapshot, findings))
}

/// Compares what each stream says of itself with what was walked.
fn compare(
    snapshot: &Snapshot,
    walked: &BTreeMap<u16, Walked>,
    findings: &mut Findings,
) -> Result<()> {
    let mut messages = 0;
    for stream in all_streams(snapshot)? {
        let (name, state) = (&stream.config.name, &stream.state);
        let empty = Walked::behind(state);
        let walked = walked.get(&stream.number).unwrap_or(&empty);
        messages += state.messages();
        let last = (walked.sequence, walked.digest, walked.bytes);
        findings.expect(
            last == (state.last_sequence, state.digest, state.bytes),
            || {
                let (sequence, kept) = (walked.sequence, state.last_sequence);
                format!("{name}: ends at {sequence} in the log, and says {kept} of itself; or its bytes or digest disagree")
            },
        );
    }
    let listed = snapshot.scan(&SEQUENCES, &All, Range::ALL)?.count();
    let listed = u64::try_from(listed).unwrap_or(u64::MAX);
    findings.expect(listed == messages, || {
        format!("{listed} sequences are listed for {messages} messages")
    });
    Ok(())
}
