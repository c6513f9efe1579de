//! The same scenario against this log and against a real `nats-server`, when one is on the path;
//! without one the test says so and compares nothing.

use std::collections::HashMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use async_nats::jetstream::consumer::{
    AckPolicy as NatsAck, DeliverPolicy as NatsDeliver, PullConsumer, SequenceInfo, pull,
};
use async_nats::jetstream::{self, AckKind, Context};
use futures_util::StreamExt;

use super::consumers::{Rig, named};
use super::done;
use crate::*;

const SCENARIO: &str = include_str!("parity/scenario.txt");

/// How long the server is given to take an answer into account: it does so in its own time.
const SETTLE: Duration = Duration::from_millis(30);

/// How long the server waits for messages that may not come.
const PATIENCE: Duration = Duration::from_millis(150);

/// A step of the scenario: its words, and its settings.
struct Step<'a> {
    line: &'a str,
    words: Vec<&'a str>,
    settings: HashMap<&'a str, &'a str>,
    /// Why it is answered differently, where it is.
    differs: Option<&'a str>,
}

fn steps() -> Vec<Step<'static>> {
    let lines = SCENARIO.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(Step::parse).collect()
}

impl Step<'static> {
    fn parse(line: &'static str) -> Self {
        let (text, differs) = match line.strip_prefix("~ ") {
            Some(rest) => {
                let (text, reason) = rest.split_once(" : ").expect("a reason");
                (text, Some(reason))
            }
            None => (line, None),
        };
        let (settings, words) = text
            .split_whitespace()
            .partition::<Vec<&str>, _>(|word| word.contains('='));
        let settings = settings.into_iter().map(|it| it.split_once('=').unwrap());
        Self {
            line,
            words,
            settings: settings.collect(),
            differs,
        }
    }
}

impl<'a> Step<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.words[at]
    }

    fn number(&self, at: usize) -> u64 {
        self.words[at].parse().unwrap()
    }

    fn time(&self, text: &str) -> Duration {
        let (digits, unit) = text.split_at(text.find(|c: char| c.is_alphabetic()).unwrap());
        let number = digits.parse().unwrap();
        match unit {
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            _ => panic!("{}", self.line),
        }
    }

    fn setting(&self, name: &str) -> Option<&'a str> {
        self.settings.get(name).copied()
    }

    /// What is known of a consumer, or the counts alone.
    fn described(
        &self,
        delivered: (u64, u64),
        floor: (u64, u64),
        (pending, out, again): (u64, u64, u64),
    ) -> String {
        let counts = format!("pending {pending} ack pending {out} redelivered {again}");
        if self.word(0) == "counts" {
            format!("delivered {} floor {} {counts}", delivered.0, floor.0)
        } else {
            format!("delivered {delivered:?} floor {floor:?} {counts}")
        }
    }

    fn stream(&self) -> &'a str {
        self.setting("stream").unwrap_or("ORDERS")
    }

    fn subject_id(&self) -> Option<&'a str> {
        self.setting("id")
    }
}

fn told(batch: &[(u64, u64, u64)]) -> String {
    let told = batch.iter();
    let told = told.map(|(stream, consumer, times)| format!("{stream}/{consumer}x{times}"));
    told.collect::<Vec<_>>().join(" ")
}

/// This log, under a clock that the scenario moves.
struct Ours {
    rig: Rig,
    streams: HashMap<String, String>,
}

impl Ours {
    fn consumer(&self, name: &str) -> Running {
        let stream = &self.streams[name];
        self.rig.consumers.get(stream, name).unwrap()
    }

    async fn take(&mut self, step: &Step<'_>) -> String {
        match step.word(0) {
            "stream" => {
                let mut config = StreamConfig::new(step.word(1), vec![step.word(2).to_owned()]);
                if let Some(window) = step.setting("window") {
                    let window = step.time(window).as_millis();
                    config.duplicate_window_ms = u64::try_from(window).unwrap();
                }
                // The rig has the first stream already.
                if step.word(1) != "ORDERS" {
                    let add = move |tx: &mut store::Tx| add_stream(tx, config);
                    done(self.rig.store.submit(add)).unwrap();
                }
                String::new()
            }
            "publish" => {
                let id = step.subject_id();
                let id = id.map(|id| (MESSAGE_ID_HEADER.to_owned(), id.to_owned()));
                let message = Publish {
                    subject: step.word(1).to_owned(),
                    headers: id.into_iter().collect(),
                    ..Publish::default()
                };
                let put = move |tx: &mut store::Tx| publish(tx, message, "");
                let published = done(self.rig.store.submit(put)).unwrap();
                format!("{} {}", published.sequence, published.duplicate)
            }
            "consumer" => {
                self.add(step);
                String::new()
            }
            "fetch" => {
                let consumer = self.consumer(step.word(1));
                let max = usize::try_from(step.number(2)).unwrap();
                let batch = consumer.fetch(max, Duration::ZERO).await.unwrap();
                let batch = batch.iter().map(|delivery| {
                    let times = u64::from(delivery.deliveries);
                    (delivery.message.sequence, delivery.consumer_sequence, times)
                });
                told(&batch.collect::<Vec<_>>())
            }
            "wait" => {
                self.rig.clock.advance(step.time(step.word(1)));
                String::new()
            }
            "state" => {
                let stream = stream(&self.rig.store.snapshot(), step.word(1)).unwrap();
                let state = stream.state;
                format!("{} to {}", state.first_sequence(), state.last_sequence)
            }
            "info" | "counts" => {
                let info = self.consumer(step.word(1)).info().unwrap();
                let waiting = (info.pending, info.ack_pending, info.redelivered);
                step.described(info.delivered, info.ack_floor, waiting)
            }
            answer => {
                let (consumer, sequence) = (self.consumer(step.word(1)), step.number(2));
                match answer {
                    "ack" => consumer.ack(sequence),
                    "nak" => {
                        let delay = step.words.get(3).map(|text| step.time(text));
                        consumer.nak(sequence, "no", delay);
                    }
                    "progress" => consumer.in_progress(sequence),
                    "term" => consumer.term(sequence, "never"),
                    _ => panic!("{}", step.line),
                }
                String::new()
            }
        }
    }

    fn add(&mut self, step: &Step<'_>) {
        let deliver = match step.setting("deliver") {
            None | Some("all") => DeliverPolicy::All,
            Some("last") => DeliverPolicy::Last,
            Some("new") => DeliverPolicy::New,
            Some("last-per-subject") => DeliverPolicy::LastPerSubject,
            Some(from) => DeliverPolicy::ByStartSequence(from["from:".len()..].parse().unwrap()),
        };
        let ack = match step.setting("ack") {
            None => AckPolicy::Explicit,
            Some("all") => AckPolicy::All,
            Some(_) => AckPolicy::None,
        };
        let wait = step.setting("ack_wait").map(|text| step.time(text));
        let wait = wait.map_or(30_000, |wait| u64::try_from(wait.as_millis()).unwrap());
        let number = |name: &str| step.setting(name).map(|text| text.parse().unwrap());
        let config = ConsumerConfig {
            deliver,
            ack,
            ack_wait_ms: wait,
            filters: step
                .setting("filter")
                .map(str::to_owned)
                .into_iter()
                .collect(),
            max_deliver: number("max_deliver").unwrap_or(0),
            max_ack_pending: number("max_ack_pending").unwrap_or(1_000),
            backoff_ms: Vec::new(),
            ..named(step.word(1))
        };
        let snapshot = self.rig.store.snapshot();
        let new = NewConsumer::prepare(&snapshot, step.stream(), config).unwrap();
        done(self.rig.store.submit(|tx| add_consumer(tx, new))).unwrap();
        self.streams
            .insert(step.word(1).to_owned(), step.stream().to_owned());
    }
}

/// A server of its own that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The real one, in real time.
struct Theirs {
    context: Context,
    consumers: HashMap<String, PullConsumer>,
    /// The last delivery of each message to each consumer.
    out: HashMap<(String, u64), jetstream::Message>,
}

impl Theirs {
    async fn take(&mut self, step: &Step<'_>) -> String {
        match step.word(0) {
            "stream" => {
                let window = step.setting("window").map(|text| step.time(text));
                let config = jetstream::stream::Config {
                    name: step.word(1).to_owned(),
                    subjects: vec![step.word(2).into()],
                    duplicate_window: window.unwrap_or(Duration::from_mins(2)),
                    ..Default::default()
                };
                self.context.create_stream(config).await.unwrap();
                String::new()
            }
            "publish" => {
                let mut message = async_nats::HeaderMap::new();
                if let Some(id) = step.subject_id() {
                    message.insert(MESSAGE_ID_HEADER, id);
                }
                let sent =
                    self.context
                        .publish_with_headers(step.word(1).to_owned(), message, "".into());
                let ack = sent.await.unwrap().await.unwrap();
                format!("{} {}", ack.sequence, ack.duplicate)
            }
            "consumer" => {
                self.add(step).await;
                String::new()
            }
            "fetch" => self.fetch(step).await,
            "wait" => {
                tokio::time::sleep(step.time(step.word(1))).await;
                String::new()
            }
            "state" => {
                let mut stream = self.context.get_stream(step.word(1)).await.unwrap();
                let state = &stream.info().await.unwrap().state;
                format!("{} to {}", state.first_sequence, state.last_sequence)
            }
            "info" | "counts" => {
                let consumer = self.consumers.get_mut(step.word(1)).unwrap();
                let info = consumer.info().await.unwrap();
                let place = |it: &SequenceInfo| (it.consumer_sequence, it.stream_sequence);
                let out = u64::try_from(info.num_ack_pending).unwrap();
                let again = u64::try_from(info.num_redelivered).unwrap();
                let waiting = (info.num_pending, out, again);
                step.described(place(&info.delivered), place(&info.ack_floor), waiting)
            }
            answer => {
                let kind = match answer {
                    "ack" => AckKind::Ack,
                    "nak" => AckKind::Nak(step.words.get(3).map(|text| step.time(text))),
                    "progress" => AckKind::Progress,
                    "term" => AckKind::Term,
                    _ => panic!("{}", step.line),
                };
                let message = &self.out[&(step.word(1).to_owned(), step.number(2))];
                message.ack_with(kind).await.unwrap();
                tokio::time::sleep(SETTLE).await;
                String::new()
            }
        }
    }

    async fn fetch(&mut self, step: &Step<'_>) -> String {
        let consumer = &self.consumers[step.word(1)];
        let max = usize::try_from(step.number(2)).unwrap();
        let pull = consumer.fetch().max_messages(max).expires(PATIENCE);
        let mut messages = pull.messages().await.unwrap();
        let mut batch = Vec::new();
        while let Some(message) = messages.next().await {
            let message = message.unwrap();
            let info = message.info().unwrap();
            let times = u64::try_from(info.delivered).unwrap();
            let sequence = info.stream_sequence;
            batch.push((sequence, info.consumer_sequence, times));
            self.out
                .insert((step.word(1).to_owned(), sequence), message);
        }
        told(&batch)
    }

    async fn add(&mut self, step: &Step<'_>) {
        let deliver_policy = match step.setting("deliver") {
            None | Some("all") => NatsDeliver::All,
            Some("last") => NatsDeliver::Last,
            Some("new") => NatsDeliver::New,
            Some("last-per-subject") => NatsDeliver::LastPerSubject,
            Some(from) => NatsDeliver::ByStartSequence {
                start_sequence: from["from:".len()..].parse().unwrap(),
            },
        };
        let ack_policy = match step.setting("ack") {
            None => NatsAck::Explicit,
            Some("all") => NatsAck::All,
            Some(_) => NatsAck::None,
        };
        let wait = step.setting("ack_wait").map(|text| step.time(text));
        let number = |name: &str| step.setting(name).map(|text| text.parse().unwrap());
        let config = pull::Config {
            durable_name: Some(step.word(1).to_owned()),
            deliver_policy,
            ack_policy,
            ack_wait: wait.unwrap_or(Duration::from_secs(30)),
            filter_subject: step.setting("filter").unwrap_or("").to_owned(),
            max_deliver: number("max_deliver").unwrap_or(-1),
            max_ack_pending: number("max_ack_pending").unwrap_or(1_000),
            ..Default::default()
        };
        let stream = self.context.get_stream(step.stream()).await.unwrap();
        let consumer = stream.create_consumer(config).await.unwrap();
        self.consumers.insert(step.word(1).to_owned(), consumer);
    }
}

/// Starts a server with an empty folder, if there is one.
async fn theirs(folder: &std::path::Path) -> Option<(Server, Theirs)> {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let child = Command::new("nats-server")
        .args(["-js", "-a", "127.0.0.1", "-p", &port.to_string(), "-sd"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let server = Server(child);
    let options = async_nats::ConnectOptions::new().retry_on_initial_connect();
    let client = options.connect(format!("127.0.0.1:{port}")).await.unwrap();
    client.flush().await.unwrap();
    let theirs = Theirs {
        context: jetstream::new(client),
        consumers: HashMap::new(),
        out: HashMap::new(),
    };
    Some((server, theirs))
}

#[tokio::test]
async fn consumers_behave_as_those_of_a_real_nats_server() {
    let folder = tempfile::tempdir().unwrap();
    let Some((_server, mut theirs)) = theirs(folder.path()).await else {
        eprintln!("no nats-server is installed: nothing was compared");
        return;
    };
    let mut ours = Ours {
        rig: Rig::new(),
        streams: HashMap::new(),
    };
    let mut wrong = Vec::new();
    for step in steps() {
        let (one, other) = (ours.take(&step).await, theirs.take(&step).await);
        let fine = (one == other) != step.differs.is_some();
        if !fine {
            wrong.push(format!(
                "{}\n    ours:   {one}\n    theirs: {other}",
                step.line
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
