//! Where a new consumer begins. It may have to look at a whole stream, so it is found out before
//! the command that adds the consumer, from a snapshot: what is appended in between comes behind.

use std::collections::HashMap;

use kernel::{Result, Timestamp};
use store::Snapshot;

use super::config::{ConsumerConfig, DeliverPolicy};
use super::record::ConsumerState;
use crate::log::{message_at, messages_behind};
use crate::problems::out_of_range;
use crate::stream::StreamInfo;

/// The most subjects of which a consumer may begin with the last message.
const LAST_SUBJECTS_MAX: usize = 10_000;

/// Where a new consumer begins.
pub(super) fn beginning(
    snapshot: &Snapshot,
    stream: &StreamInfo,
    config: &ConsumerConfig,
) -> Result<ConsumerState> {
    let (first, last) = (stream.state.first_sequence(), stream.state.last_sequence);
    let mut ready = Vec::new();
    let next = match config.deliver {
        DeliverPolicy::All => first,
        DeliverPolicy::New => last + 1,
        DeliverPolicy::ByStartSequence(sequence) => sequence.clamp(first, last + 1),
        DeliverPolicy::ByStartTime(time) => first_since(snapshot, stream, time)?,
        DeliverPolicy::Last => last_wanted(snapshot, stream, config)?,
        DeliverPolicy::LastPerSubject => {
            ready = last_of_subjects(snapshot, stream, config)?;
            last + 1
        }
    };
    let lowest = ready.first().copied().unwrap_or(next);
    Ok(ConsumerState {
        next,
        floor_stream: lowest - 1,
        ready,
        ..ConsumerState::default()
    })
}

/// The sequence of the first message of a moment or later: times rise along a stream.
pub fn first_since(snapshot: &Snapshot, stream: &StreamInfo, time: Timestamp) -> Result<u64> {
    let (mut low, mut high) = (
        stream.state.first_sequence(),
        stream.state.last_sequence + 1,
    );
    while low < high {
        let middle = low + (high - low) / 2;
        let message = message_at(snapshot, stream.number, middle)?;
        if message.is_some_and(|message| message.time >= time) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn last_wanted(snapshot: &Snapshot, stream: &StreamInfo, config: &ConsumerConfig) -> Result<u64> {
    let (first, last) = (stream.state.first_sequence(), stream.state.last_sequence);
    for sequence in (first..=last).rev() {
        let message = message_at(snapshot, stream.number, sequence)?;
        if message.is_some_and(|message| config.wants(&message.subject)) {
            return Ok(sequence);
        }
    }
    Ok(last + 1)
}

fn last_of_subjects(
    snapshot: &Snapshot,
    stream: &StreamInfo,
    config: &ConsumerConfig,
) -> Result<Vec<u64>> {
    let mut last = HashMap::new();
    for message in messages_behind(snapshot, stream.number, stream.state.removed)? {
        let message = message?;
        if config.wants(&message.subject) {
            last.insert(message.subject, message.sequence);
        }
        if last.len() > LAST_SUBJECTS_MAX {
            let allowed = "narrower: the last message of at most 10,000 subjects can be begun with";
            return Err(out_of_range("The filters", allowed));
        }
    }
    let mut sequences: Vec<u64> = last.into_values().collect();
    sequences.sort_unstable();
    Ok(sequences)
}
