//! `edusphere log tail`: messages of all streams that take some subjects, in the order of time.

use std::collections::VecDeque;
use std::io::Write;
use std::time::Duration;

use clap::Args;
use kernel::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::super::asked::line::{Line, part};
use super::super::asked::show::{at, body, moment, nodes, number, text};
use super::Beginning;
use crate::exit::Exit;

/// How often a server is asked for more at most. A second holds fewer questions than a person may
/// send.
const ASK_EVERY: Duration = Duration::from_millis(10);
/// After how long a server that tells no more is followed anew.
const FOLLOW_AGAIN: Duration = Duration::from_secs(1);
/// How many of the newest messages of each stream are looked at without a beginning.
const NEWEST: u64 = 20;

#[derive(Args)]
pub(super) struct Tail {
    /// The subjects, with * for a word and > for the rest: 'edusphere.assignments.>'
    subject: String,
    #[command(flatten)]
    beginning: Beginning,
    /// Go on with what is published from now on; with --server
    #[arg(long, short)]
    follow: bool,
}

/// A stream that takes the subjects.
struct Feed {
    stream: String,
    /// The last message that was looked at.
    after: u64,
    /// The last message that there is.
    last: u64,
    /// Messages that were read and not told.
    read: VecDeque<(Timestamp, Value)>,
}

impl Tail {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<(), Exit> {
        // What happens from here on is told of, and what was before is there to be read.
        let mut news = if self.follow {
            line.news(&self.subject).await?
        } else {
            None
        };
        if self.follow && news.is_none() {
            let sentence = "nothing is published while this has the data directory; follow a \
                running server with --server URL";
            return Err(Exit::new(Exit::USAGE, sentence));
        }
        let mut feeds = self.feeds(line).await?;
        loop {
            let asked_at = Instant::now();
            while let Some((stream, message)) = self.next(line, &mut feeds).await? {
                if !tell(stream, message, json) {
                    return Ok(());
                }
            }
            let Some(following) = &mut news else {
                return Ok(());
            };
            if !following.wait(asked_at + ASK_EVERY).await {
                sleep(FOLLOW_AGAIN).await;
                news = line.news(&self.subject).await?;
            }
            self.look(line, &mut feeds).await?;
        }
    }

    /// The streams that take the subjects, each from where it is to be read.
    async fn feeds(&self, line: &mut Line) -> Result<Vec<Feed>, Exit> {
        let mut feeds = Vec::new();
        self.look(line, &mut feeds).await?;
        if feeds.is_empty() && !self.follow {
            let sentence = format!("no stream takes {}", self.subject);
            return Err(Exit::new(Exit::DATA, sentence));
        }
        if self.beginning.from.is_some() && feeds.len() > 1 {
            let names: Vec<&str> = feeds.iter().map(|feed| feed.stream.as_str()).collect();
            let sentence = format!(
                "--from counts within a stream, and {} belongs to {}; name a narrower subject, or use --since",
                self.subject,
                names.join(", ")
            );
            return Err(Exit::new(Exit::USAGE, sentence));
        }
        for feed in &mut feeds {
            feed.after = match (self.beginning.from, self.beginning.since) {
                (Some(sequence), _) => sequence.saturating_sub(1),
                (None, Some(moment)) => feed.before(line, moment).await?,
                (None, None) => feed.last.saturating_sub(NEWEST),
            };
        }
        Ok(feeds)
    }

    /// Looks how far each stream has come, and whether there are others.
    async fn look(&self, line: &mut Line, feeds: &mut Vec<Feed>) -> Result<(), Exit> {
        let answer = line.get("streams").await?;
        for stream in nodes(&answer) {
            let name = at(stream, "/config/name").as_str().unwrap_or_default();
            let last = number(at(stream, "/state/lastSequence"));
            if let Some(feed) = feeds.iter_mut().find(|feed| feed.stream == name) {
                feed.last = last;
                continue;
            }
            let subjects = at(stream, "/config/subjects").as_array();
            let mut subjects = subjects.into_iter().flatten().filter_map(Value::as_str);
            if subjects.any(|subject| eventlog::overlap(subject, &self.subject)) {
                feeds.push(Feed {
                    stream: name.to_owned(),
                    after: 0,
                    last,
                    read: VecDeque::new(),
                });
            }
        }
        Ok(())
    }

    /// The oldest message that was not told yet, with its stream.
    async fn next<'a>(
        &self,
        line: &mut Line,
        feeds: &'a mut [Feed],
    ) -> Result<Option<(&'a str, Value)>, Exit> {
        for feed in &mut *feeds {
            feed.fill(line, &self.subject).await?;
        }
        let oldest = feeds
            .iter_mut()
            .filter_map(|feed| Some((feed.read.front()?.0, feed)))
            .min_by_key(|(time, _)| *time);
        Ok(oldest.and_then(|(_, feed)| {
            let (_, message) = feed.read.pop_front()?;
            Some((feed.stream.as_str(), message))
        }))
    }
}

impl Feed {
    /// The sequence before the first message of a moment or later.
    async fn before(&self, line: &mut Line, moment: Timestamp) -> Result<u64, Exit> {
        let (stream, moment) = (part(&self.stream), moment.to_string());
        let path = format!("streams/{stream}/messages?first=1&since={}", part(&moment));
        let answer = line.get(&path).await?;
        let first = nodes(&answer).first();
        Ok(first.map_or(self.last, |first| number(at(first, "/sequence")) - 1))
    }

    /// Reads on until there is something to tell, or nothing is left.
    async fn fill(&mut self, line: &mut Line, subject: &str) -> Result<(), Exit> {
        while self.read.is_empty() && self.after < self.last {
            let (stream, after) = (part(&self.stream), self.after);
            let path = format!("streams/{stream}/messages?first=100&after={after}");
            let answer = line.get(&path).await?;
            let found = nodes(&answer);
            self.after = found
                .last()
                .map_or(self.last, |last| number(at(last, "/sequence")));
            for message in found {
                let of = at(message, "/subject").as_str().unwrap_or_default();
                if eventlog::matches(subject, of) {
                    let time = moment(at(message, "/at")).unwrap_or_default();
                    self.read.push_back((time, message.clone()));
                }
            }
        }
        Ok(())
    }
}

/// A moment to the millisecond, always as long.
fn precise(moment: Timestamp) -> String {
    let (second, ms) = (moment.as_millis() / 1_000, moment.as_millis() % 1_000);
    let second = Timestamp::from_millis(second * 1_000).to_string();
    format!("{}.{ms:03}Z", second.trim_end_matches('Z'))
}

/// Tells of a message in a line; whether anybody reads it.
fn tell(stream: &str, mut message: Value, json: bool) -> bool {
    let line = if json {
        if let Some(fields) = message.as_object_mut() {
            fields.insert("stream".to_owned(), stream.into());
        }
        message.to_string()
    } else {
        let sequence = number(at(&message, "/sequence"));
        let time = precise(moment(at(&message, "/at")).unwrap_or_default());
        let subject = text(at(&message, "/subject"));
        let key = match text(at(&message, "/key")) {
            none if none.is_empty() => none,
            key => format!(" key={key}"),
        };
        format!(
            "{time} {stream} {sequence} {subject}{key} {}",
            body(&message)
        )
    };
    writeln!(std::io::stdout().lock(), "{line}").is_ok()
}
