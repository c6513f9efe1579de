//! How the event log fares: what its streams hold, how far its consumers and projections have come,
//! and who holds retention up.

use std::fmt::{self, Write};
use std::time::Duration;

use eventlog::ConsumerInfo;
use eventlog::problems::CONSUMER_NOT_FOUND;
use schemars::JsonSchema;
use serde::Serialize;

use super::{COUNTER, GAUGE, Monitor, head, row, whole};

/// The figures of the event log at one moment.
pub(super) struct Figures {
    pub(super) detail: Detail,
    pub(super) projections: Vec<Projection>,
}

/// How the event log fares.
#[derive(Serialize, JsonSchema)]
pub(super) struct Detail {
    /// The position of the newest event.
    head: u64,
    streams: Vec<Stream>,
    consumers: Vec<Consumer>,
    /// Those that retention keeps messages for beyond the limits of their streams.
    stalled: Vec<Stalled>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Stream {
    name: String,
    messages: u64,
    bytes: u64,
    first_sequence: u64,
    last_sequence: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Consumer {
    stream: String,
    name: String,
    delivered: u64,
    ack_floor: u64,
    num_pending: u64,
    num_ack_pending: u64,
    num_redelivered: u64,
    dead_letters: u64,
    #[serde(skip)]
    answered: u64,
    #[serde(skip)]
    handling: Duration,
}

#[derive(Serialize, JsonSchema)]
struct Stalled {
    stream: String,
    /// A consumer, or a projection.
    consumer: String,
    /// The first sequence that it has not taken into account.
    sequence: u64,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Projection {
    name: &'static str,
    position: u64,
    lag: u64,
}

impl Consumer {
    fn of(stream: String, info: ConsumerInfo) -> Self {
        Self {
            stream,
            name: info.config.name,
            delivered: info.delivered.0,
            ack_floor: info.ack_floor.1,
            num_pending: info.pending,
            num_ack_pending: info.ack_pending,
            num_redelivered: info.redelivered,
            dead_letters: info.dead_letters,
            answered: info.answered,
            handling: info.handling,
        }
    }
}

impl Monitor {
    pub(super) fn log_figures(&self) -> kernel::Result<Figures> {
        let snapshot = self.app.snapshot();
        let head = eventlog::head(&snapshot)?;
        let streams = eventlog::streams(&snapshot)?.into_iter();
        let streams = streams.map(|stream| Stream {
            name: stream.config.name,
            messages: stream.state.messages(),
            bytes: stream.state.bytes,
            first_sequence: stream.state.first_sequence(),
            last_sequence: stream.state.last_sequence,
        });
        let mut consumers = Vec::new();
        for (stream, running) in self.app.consumers().all()? {
            match running.info() {
                Ok(info) => consumers.push(Consumer::of(stream.config.name, info)),
                // It was removed meanwhile.
                Err(error) if error.problem() == Some(CONSUMER_NOT_FOUND) => {}
                Err(error) => return Err(error),
            }
        }
        let stalled = self.stalled.borrow();
        let stalled = stalled.iter().map(|stalled| Stalled {
            stream: stalled.stream.clone(),
            consumer: stalled.consumer.clone(),
            sequence: stalled.sequence,
        });
        let projections = self.app.projections().map(|projection| {
            let position = eventlog::position(&snapshot, projection)?;
            Ok(Projection {
                name: projection.name(),
                position,
                lag: head.saturating_sub(position),
            })
        });
        Ok(Figures {
            projections: projections.collect::<kernel::Result<_>>()?,
            detail: Detail {
                head,
                streams: streams.collect(),
                consumers,
                stalled: stalled.collect(),
            },
        })
    }
}

/// A metric of each stream or consumer: its name, its kind, what it says, and its value.
type Metric<T> = (&'static str, &'static str, &'static str, fn(&T) -> f64);

const OF_STREAMS: [Metric<Stream>; 5] = [
    (
        "edusphere_stream_messages",
        GAUGE,
        "Messages that a stream holds.",
        |stream| whole(stream.messages),
    ),
    (
        "edusphere_stream_bytes",
        GAUGE,
        "Bytes of messages that a stream holds.",
        |stream| whole(stream.bytes),
    ),
    (
        "edusphere_stream_first_sequence",
        GAUGE,
        "The sequence of the first message that is there.",
        |stream| whole(stream.first_sequence),
    ),
    (
        "edusphere_stream_published_total",
        COUNTER,
        "Messages published: the sequence of the last one.",
        |stream| whole(stream.last_sequence),
    ),
    (
        "edusphere_stream_removed_total",
        COUNTER,
        "Messages that retention has removed.",
        |stream| whole(stream.first_sequence.saturating_sub(1)),
    ),
];

const OF_CONSUMERS: [Metric<Consumer>; 8] = [
    (
        "edusphere_consumer_delivered_total",
        COUNTER,
        "Deliveries to a consumer, repeated ones included.",
        |consumer| whole(consumer.delivered),
    ),
    (
        "edusphere_consumer_ack_floor",
        GAUGE,
        "The sequence up to which everything is acknowledged.",
        |consumer| whole(consumer.ack_floor),
    ),
    (
        "edusphere_consumer_pending",
        GAUGE,
        "Messages still to be delivered: the lag.",
        |consumer| whole(consumer.num_pending),
    ),
    (
        "edusphere_consumer_ack_pending",
        GAUGE,
        "Messages that wait for an answer or their next delivery.",
        |consumer| whole(consumer.num_ack_pending),
    ),
    (
        "edusphere_consumer_redelivered",
        GAUGE,
        "Messages among these that were delivered more than once.",
        |consumer| whole(consumer.num_redelivered),
    ),
    (
        "edusphere_consumer_dead_letters",
        GAUGE,
        "Messages that could not be handled.",
        |consumer| whole(consumer.dead_letters),
    ),
    (
        "edusphere_consumer_processing_seconds_sum",
        COUNTER,
        "Time from handing messages out to their answers, since the start.",
        |consumer| consumer.handling.as_secs_f64(),
    ),
    (
        "edusphere_consumer_processing_seconds_count",
        COUNTER,
        "Messages answered, since the start.",
        |consumer| whole(consumer.answered),
    ),
];

impl Figures {
    /// Writes them as Prometheus reads them. Names are letters, digits, `_` and `-`: nothing in
    /// them has to be escaped.
    pub(super) fn write(&self, text: &mut String) -> fmt::Result {
        let newest = ("edusphere_log_head", GAUGE);
        let says = "The position of the newest event.";
        row(text, newest, says, whole(self.detail.head))?;
        for (name, kind, help, value) in OF_STREAMS {
            head(text, name, kind, help)?;
            for stream in &self.detail.streams {
                let (of, value) = (&stream.name, value(stream));
                writeln!(text, "{name}{{stream=\"{of}\"}} {value}")?;
            }
        }
        for (name, kind, help, value) in OF_CONSUMERS {
            head(text, name, kind, help)?;
            for consumer in &self.detail.consumers {
                let (stream, of, value) = (&consumer.stream, &consumer.name, value(consumer));
                writeln!(
                    text,
                    "{name}{{stream=\"{stream}\",consumer=\"{of}\"}} {value}"
                )?;
            }
        }
        let name = "edusphere_consumer_stalled";
        let help = "1 for who keeps messages beyond the limits of their stream from being removed.";
        head(text, name, GAUGE, help)?;
        for Stalled {
            stream, consumer, ..
        } in &self.detail.stalled
        {
            writeln!(
                text,
                "{name}{{stream=\"{stream}\",consumer=\"{consumer}\"}} 1"
            )?;
        }
        let lag = "edusphere_projection_lag";
        let help = "Events that a projection has yet to take into account.";
        head(text, lag, GAUGE, help)?;
        for projection in &self.projections {
            let (name, events) = (projection.name, projection.lag);
            writeln!(text, "{lag}{{projection=\"{name}\"}} {events}")?;
        }
        Ok(())
    }
}
