//! Streams in `JetStream`'s words: which subjects they take, and how much they keep.
//!
//! Five are the school's own, with numbers of their own; administrators add others under other
//! subjects.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use kernel::{Result, Timestamp};
use store::{Record, Snapshot, Space, Table, Tx};

use crate::chain::Digest;
use crate::limits::{Discard, Limits};
use crate::problems::{
    STREAM_EXISTS, STREAM_NOT_FOUND, STREAM_RESERVED, SUBJECT_RESERVED, SUBJECTS_OVERLAP,
    out_of_range, too_many_streams,
};
use crate::subject::{overlap, require_filter};

/// The most streams that administrators may add.
pub const STREAMS_MAX: usize = 64;
/// The most consumers of one stream.
pub const CONSUMERS_MAX: usize = 256;
/// The most subjects of one stream.
const SUBJECTS_MAX: usize = 32;
/// The longest name of a stream or a consumer, in bytes.
const NAME_BYTES_MAX: usize = 64;
/// The first number of a stream that an administrator added.
const OWN_NUMBERS: std::ops::RangeInclusive<u16> = 16..=u16::MAX;

/// A stream of the school's own: what happens under `edusphere.<name>.>`, numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Courses, their content, enrolment and discussion.
    Courses,
    /// People, their sessions and roles.
    Users,
    /// Assignments, submissions, grades.
    Assignments,
    /// What learners do, for statistics.
    Analytics,
    /// The tutor.
    Ai,
}

impl Stream {
    /// All streams of the school.
    pub const ALL: [Self; 5] = [
        Self::Courses,
        Self::Users,
        Self::Assignments,
        Self::Analytics,
        Self::Ai,
    ];

    /// The name, as administrators write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Courses => "COURSES",
            Self::Users => "USERS",
            Self::Assignments => "ASSIGNMENTS",
            Self::Analytics => "ANALYTICS",
            Self::Ai => "AI",
        }
    }

    /// What stands for the stream in keys. Never reused.
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Courses => 1,
            Self::Users => 2,
            Self::Assignments => 3,
            Self::Analytics => 4,
            Self::Ai => 5,
        }
    }

    /// The stream that takes a subject, if one of the school's does.
    pub fn of(subject: &str) -> Option<Self> {
        let mut tokens = subject.split('.');
        if tokens.next() != Some("edusphere") {
            return None;
        }
        let name = tokens.next()?;
        let has_verb = tokens.next().is_some_and(|verb| !verb.is_empty());
        Self::ALL
            .into_iter()
            .find(|stream| has_verb && stream.name().eq_ignore_ascii_case(name))
    }

    fn config(self, limits: Limits) -> StreamConfig {
        StreamConfig {
            name: self.name().to_owned(),
            subjects: vec![format!("edusphere.{}.>", self.name().to_ascii_lowercase())],
            limits,
            discard: Discard::Old,
            duplicate_window_ms: 0,
            created: Timestamp::default(),
        }
    }
}

/// A stream, as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamConfig {
    /// Its name: capitals, digits, `_` and `-`.
    pub name: String,
    /// The subjects that it takes, with `*` and `>`.
    pub subjects: Vec<String>,
    /// How much it keeps.
    pub limits: Limits,
    /// What goes when it is full.
    pub discard: Discard,
    /// For how long a message id is remembered, in milliseconds.
    pub duplicate_window_ms: u64,
    /// When it was added.
    pub created: Timestamp,
}

impl Record for StreamConfig {
    const VERSION: u8 = 1;
}

impl StreamConfig {
    /// For how long a message id is remembered unless told otherwise.
    pub const DUPLICATE_WINDOW: Duration = Duration::from_mins(2);

    /// A stream with the limits of all.
    pub fn new(name: impl Into<String>, subjects: Vec<String>) -> Self {
        Self {
            name: name.into(),
            subjects,
            limits: Limits::default(),
            discard: Discard::Old,
            duplicate_window_ms: 120_000,
            created: Timestamp::default(),
        }
    }

    pub(crate) fn takes(&self, subject: &str) -> bool {
        let mut filters = self.subjects.iter();
        filters.any(|filter| crate::subject::matches(filter, subject))
    }

    fn require_valid(&self) -> Result<()> {
        require_name("The name of a stream", &self.name)?;
        if !(1..=SUBJECTS_MAX).contains(&self.subjects.len()) {
            return Err(out_of_range("The number of subjects", "from 1 to 32"));
        }
        for subject in &self.subjects {
            require_filter(subject)?;
            if overlap(subject, "edusphere.>") || overlap(subject, "edusphere") {
                return SUBJECT_RESERVED.refuse();
            }
        }
        if self.duplicate_window_ms > 24 * 60 * 60 * 1_000 {
            return Err(out_of_range("The duplicate window", "at most a day"));
        }
        self.limits.require_valid()
    }
}

/// Refuses what is no name for a stream or a consumer.
pub(crate) fn require_name(of: &str, name: &str) -> Result<()> {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(is_sign) {
        let allowed = "1 to 64 letters, digits, _ and -";
        return Err(out_of_range(of, allowed));
    }
    Ok(())
}

/// What a stream holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// The sequence of the last message, 0 before the first.
    pub last_sequence: u64,
    /// How many messages retention has removed: the first that is there has the next sequence.
    pub removed: u64,
    /// Bytes of messages.
    pub bytes: u64,
    /// When the last message was appended.
    pub last_time: Timestamp,
    /// The digest of the last message.
    pub(crate) digest: Digest,
    /// The digest of the last message that was removed.
    pub(crate) removed_digest: Digest,
    /// The position of the last message that was removed.
    #[serde(default)]
    pub(crate) removed_to: u64,
}

impl Record for StreamState {
    const VERSION: u8 = 1;
}

impl StreamState {
    /// The sequence of the first message, one behind the last when there is none.
    pub fn first_sequence(&self) -> u64 {
        self.removed + 1
    }

    /// How many messages there are.
    pub fn messages(&self) -> u64 {
        self.last_sequence.saturating_sub(self.removed)
    }
}

/// How the streams are set up that are set up otherwise than by default: one record, because
/// whoever publishes looks at all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Directory {
    streams: Vec<Listed>,
    /// The number given last to a stream that an administrator added.
    numbered: u16,
}

/// A stream in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    number: u16,
    config: StreamConfig,
    /// Whether it was removed: what it holds goes little by little.
    removed: bool,
}

impl Record for Directory {
    const VERSION: u8 = 1;
}

/// The key of the one directory.
const DIRECTORY: u8 = 0;
/// The directory of streams.
pub(crate) static DIRECTORIES: Table<u8, Directory> =
    Table::new(0x0004, "stream_directories").within(Space::Consumers);
/// What the streams hold, by number.
pub(crate) static STATES: Table<u16, StreamState> =
    Table::new(0x0005, "stream_states").within(Space::Meta);

/// A stream as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamInfo {
    /// How it is set up.
    pub config: StreamConfig,
    /// What it holds.
    pub state: StreamState,
    pub(crate) number: u16,
    /// Whether it was removed, and only its messages are still there.
    pub(crate) removed: bool,
}

impl StreamInfo {
    /// Whether it is one of the school's own.
    pub fn is_of_school(&self) -> bool {
        !OWN_NUMBERS.contains(&self.number)
    }
}

/// All streams: the school's own, then the others by their names.
pub fn streams(snapshot: &Snapshot) -> Result<Vec<StreamInfo>> {
    let mut all = all_streams(snapshot)?;
    all.retain(|stream| !stream.removed);
    Ok(all)
}

/// All streams, those whose messages have still to go included.
pub(crate) fn all_streams(snapshot: &Snapshot) -> Result<Vec<StreamInfo>> {
    let mut all = Vec::new();
    for stream in Stream::ALL {
        let config = config_of(snapshot, stream)?;
        all.push(info(snapshot, listed(stream.number(), config))?);
    }
    let mut own = Vec::new();
    for listed in &directory(snapshot)?.streams {
        if OWN_NUMBERS.contains(&listed.number) {
            own.push(info(snapshot, listed.clone())?);
        }
    }
    own.sort_by(|a, b| a.config.name.cmp(&b.config.name));
    all.append(&mut own);
    Ok(all)
}

/// The stream that an administrator added for a subject, if there is one.
pub(crate) fn taking(snapshot: &Snapshot, subject: &str) -> Result<Option<StreamInfo>> {
    let directory = directory(snapshot)?;
    let mut streams = directory.streams.iter();
    let found = streams.find(|listed| {
        OWN_NUMBERS.contains(&listed.number) && !listed.removed && listed.config.takes(subject)
    });
    found
        .map(|listed| info(snapshot, listed.clone()))
        .transpose()
}

/// Forgets a stream that was removed and is empty.
pub(crate) fn forget_stream(tx: &mut Tx, number: u16) -> Result<()> {
    if state_of(tx, number)?.messages() > 0 {
        return Ok(());
    }
    change(tx, |directory| {
        directory.streams.retain(|listed| listed.number != number);
    })?;
    tx.remove(&STATES, &number).map(drop)
}

/// The stream of a name; `STREAM_NOT_FOUND` when there is none.
pub fn stream(snapshot: &Snapshot, name: &str) -> Result<StreamInfo> {
    let mut found = streams(snapshot)?.into_iter();
    let found = found.find(|stream| stream.config.name == name);
    found.ok_or_else(|| STREAM_NOT_FOUND.error())
}

fn info(snapshot: &Snapshot, listed: Listed) -> Result<StreamInfo> {
    Ok(StreamInfo {
        state: state_of(snapshot, listed.number)?,
        config: listed.config,
        number: listed.number,
        removed: listed.removed,
    })
}

fn directory(snapshot: &Snapshot) -> Result<Arc<Directory>> {
    Ok(snapshot
        .shared(&DIRECTORIES, &DIRECTORY)?
        .unwrap_or_default())
}

fn change(tx: &mut Tx, change: impl FnOnce(&mut Directory)) -> Result<()> {
    let mut changed = Directory::clone(&*directory(tx)?);
    change(&mut changed);
    tx.put(&DIRECTORIES, &DIRECTORY, &changed)
}

/// Lists a stream in place of what was listed under its number.
fn put(tx: &mut Tx, listed: Listed) -> Result<()> {
    change(tx, |directory| {
        let number = listed.number;
        directory.streams.retain(|other| other.number != number);
        directory.streams.push(listed);
    })
}

/// A stream that is there.
fn listed(number: u16, config: StreamConfig) -> Listed {
    Listed {
        number,
        config,
        removed: false,
    }
}

pub(crate) fn state_of(snapshot: &Snapshot, number: u16) -> Result<StreamState> {
    Ok(snapshot.get(&STATES, &number)?.unwrap_or_default())
}

fn config_of(snapshot: &Snapshot, stream: Stream) -> Result<StreamConfig> {
    let directory = directory(snapshot)?;
    let mut streams = directory.streams.iter();
    let kept = streams.find(|listed| listed.number == stream.number());
    Ok(kept.map_or_else(
        || stream.config(Limits::default()),
        |listed| listed.config.clone(),
    ))
}

/// Has a stream of the school keep this much; whether it kept something else before.
pub fn limit_stream(tx: &mut Tx, stream: Stream, limits: Limits) -> Result<bool> {
    limits.require_valid()?;
    let config = stream.config(limits);
    let changes = config_of(tx, stream)? != config;
    if changes {
        put(tx, listed(stream.number(), config))?;
    }
    Ok(changes)
}

/// Adds a stream.
pub fn add_stream(tx: &mut Tx, config: StreamConfig) -> Result<()> {
    config.require_valid()?;
    let there = streams(tx)?;
    if there.iter().any(|other| other.config.name == config.name) {
        return STREAM_EXISTS.refuse();
    }
    require_no_overlap(&there, &config)?;
    if there.len() >= Stream::ALL.len() + STREAMS_MAX {
        return Err(too_many_streams());
    }
    let last = directory(tx)?.numbered.max(*OWN_NUMBERS.start() - 1);
    let number = last.checked_add(1).ok_or_else(too_many_streams)?;
    let created = tx.now();
    put(tx, listed(number, StreamConfig { created, ..config }))?;
    change(tx, |directory| directory.numbered = number)
}

/// Sets up a stream that an administrator added anew. What it holds stays.
pub fn update_stream(tx: &mut Tx, config: StreamConfig) -> Result<()> {
    config.require_valid()?;
    let old = stream(tx, &config.name)?;
    require_own(&old)?;
    let mut others = streams(tx)?;
    others.retain(|other| other.number != old.number);
    require_no_overlap(&others, &config)?;
    let created = old.config.created;
    put(tx, listed(old.number, StreamConfig { created, ..config }))
}

/// Removes a stream that an administrator added, with its consumers. Its messages go in the
/// background.
pub fn remove_stream(tx: &mut Tx, name: &str) -> Result<()> {
    let stream = stream(tx, name)?;
    require_own(&stream)?;
    crate::consumer::remove_all(tx, stream.number)?;
    put(
        tx,
        Listed {
            removed: true,
            ..listed(stream.number, stream.config)
        },
    )
}

fn require_no_overlap(there: &[StreamInfo], config: &StreamConfig) -> Result<()> {
    let mut taken = there.iter().flat_map(|other| &other.config.subjects);
    if taken.any(|taken| config.subjects.iter().any(|wanted| overlap(wanted, taken))) {
        return SUBJECTS_OVERLAP.refuse();
    }
    Ok(())
}

/// Refuses to touch a stream of the school's own with `STREAM_RESERVED`.
pub(crate) fn require_own(stream: &StreamInfo) -> Result<()> {
    if stream.is_of_school() {
        return STREAM_RESERVED.refuse();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_belongs_to_the_stream_it_names() {
        assert_eq!(
            Stream::of("edusphere.assignments.submitted"),
            Some(Stream::Assignments)
        );
        for none in [
            "edusphere.assignments",
            "edusphere.grades.posted",
            "other.users.added",
            "",
        ] {
            assert_eq!(Stream::of(none), None, "{none}");
        }
    }
}
