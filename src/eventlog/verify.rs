//! Verification of the log: no gap in the sequences of a stream, positions and sequences agree, and
//! the chain of digests is whole.

use std::collections::BTreeMap;

use kernel::Result;
use store::{All, Findings, Range, Snapshot, Verify};

use crate::chain::{BodyDigest, Digest};
use crate::consumer::{CONSUMER_STATES, CONSUMERS, DEAD_LETTERS, FAILURES};
use crate::log::{HEADS, LOG, Message, SEQUENCES, WHOLE_LOG, message_at, messages_behind, read};
use crate::stream::{DIRECTORIES, STATES, StreamInfo, StreamState, all_streams};

/// What the walk has seen of a stream.
struct Walked {
    name: String,
    sequence: u64,
    digest: Digest,
    bytes: u64,
}

impl Walked {
    /// Begins behind what retention has removed.
    fn behind(name: String, state: &StreamState) -> Self {
        Self {
            name,
            sequence: state.removed,
            digest: state.removed_digest,
            bytes: 0,
        }
    }

    /// Goes on to the next message, and notes what does not follow from those before.
    fn step(&mut self, message: &Message, findings: &mut Findings) {
        let (name, before, sequence) = (&self.name, self.sequence, message.sequence);
        findings.expect(sequence == before + 1, || {
            format!("{name}: sequence {sequence} follows {before}")
        });
        let digest = Digest::of(self.digest, message, BodyDigest::of(&message.body));
        findings.expect(digest == message.digest, || {
            format!("{name}: the chain is broken at sequence {sequence}")
        });
        self.sequence = sequence;
        self.digest = message.digest;
        self.bytes += message.bytes();
    }
}

/// Walks the log and notes every gap and disagreement.
pub fn verify(snapshot: &Snapshot, findings: &mut Findings) -> Result<()> {
    verify_tables(snapshot, findings)?;
    let mut streams: BTreeMap<u16, Walked> = BTreeMap::new();
    for stream in all_streams(snapshot)? {
        let walked = Walked::behind(stream.config.name, &stream.state);
        streams.insert(stream.number, walked);
    }
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
        let (number, sequence) = (message.stream, message.sequence);
        let walked = streams.entry(number).or_insert_with(|| {
            let name = format!("stream {number}, which there is not");
            Walked::behind(name, &StreamState::default())
        });
        walked.step(&message, findings);
        let listed = snapshot.get(&SEQUENCES, &(number, sequence))?;
        findings.expect(listed == Some(position), || {
            let name = &walked.name;
            format!("{name}: {sequence} is listed at {listed:?}, not {position}")
        });
    }
    compare(snapshot, &streams, findings)?;
    let head = snapshot.get(&HEADS, &WHOLE_LOG)?.unwrap_or(0);
    findings.expect(head >= last, || {
        format!("the log's head is {head}, its last entry {last}")
    });
    Ok(())
}

/// How far a stream was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The sequence up to which everything agrees.
    pub upto: u64,
    /// The first thing that does not agree.
    pub fault: Option<String>,
    /// Whether nothing is left to be looked at behind.
    pub is_end: bool,
}

/// Walks at most `max` messages of a stream behind a sequence, which an earlier walk has come to,
/// up to the first fault: no gap, and each message is the one that its digest was made of.
pub fn verify_stream(
    snapshot: &Snapshot,
    stream: &StreamInfo,
    after: u64,
    max: usize,
) -> Result<Verified> {
    let (name, state, number) = (&stream.config.name, &stream.state, stream.number);
    let mut walked = Walked::behind(name.clone(), state);
    let mut findings = Findings::default();
    if after > walked.sequence {
        walked.sequence = after.min(state.last_sequence);
        match message_at(snapshot, number, walked.sequence) {
            Ok(Some(message)) => walked.digest = message.digest,
            Ok(None) => findings.fault(format!("{name}: there is no {}", walked.sequence)),
            Err(error) => findings.fault(format!("{name}: {error}")),
        }
    }
    let mut upto = walked.sequence;
    let mut is_end = true;
    let messages = messages_behind(snapshot, number, upto)?;
    for (count, message) in messages.enumerate() {
        if count == max || findings.fault_count > 0 {
            is_end = false;
            break;
        }
        match message {
            Ok(message) => walked.step(&message, &mut findings),
            Err(error) => findings.fault(format!("{name} behind {upto}: {error}")),
        }
        if findings.fault_count == 0 {
            upto = walked.sequence;
        }
    }
    if is_end {
        let end = (walked.sequence, walked.digest);
        findings.expect(end == (state.last_sequence, state.digest), || {
            let (ends, says) = (walked.sequence, state.last_sequence);
            format!("{name}: ends at {ends} and says {says} of itself, or its digest disagrees")
        });
    }
    Ok(Verified {
        upto,
        fault: findings.faults.into_iter().next(),
        is_end,
    })
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
        messages += state.messages();
        let Some(walked) = walked.get(&stream.number) else {
            continue;
        };
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
