//! `edusphere log consumers` and `edusphere log replay`.

use clap::Args;
use serde_json::{Value, json};

use super::super::asked::line::{Line, part};
use super::super::asked::show::{
    Column, Table, at, count, nodes, number, say_facts, span, text, things, time,
};
use super::super::{say, say_json};
use super::Beginning;
use super::streams::{self, words};
use crate::exit::Exit;

#[derive(Args)]
pub(super) struct Consumers {
    /// Those of this stream [default: of all]
    stream: Option<String>,
}

impl Consumers {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<(), Exit> {
        let streams = streams::named(line, self.stream).await?;
        let mut found = Vec::new();
        for stream in streams {
            let answer = line
                .get(&format!("streams/{}/consumers", part(&stream)))
                .await?;
            found.extend(nodes(&answer).iter().cloned());
        }
        if json {
            return say_json(&json!({ "nodes": found }));
        }
        let mut table = Table::of([
            Column::Text("STREAM"),
            Column::Text("CONSUMER"),
            Column::Number("DELIVERED"),
            Column::Number("ACK FLOOR"),
            Column::Number("PENDING"),
            Column::Number("ACK PENDING"),
            Column::Number("REDELIVERED"),
            Column::Number("DEAD"),
            Column::Text("CLASS"),
        ]);
        for consumer in &found {
            table.add([
                text(at(consumer, "/stream")),
                text(at(consumer, "/config/name")),
                count(at(consumer, "/delivered/consumerSequence")),
                count(at(consumer, "/ackFloor/streamSequence")),
                count(at(consumer, "/numPending")),
                count(at(consumer, "/numAckPending")),
                count(at(consumer, "/numRedelivered")),
                count(at(consumer, "/deadLetters")),
                text(at(consumer, "/class")),
            ]);
        }
        table.say("There are no consumers.");
        Ok(())
    }
}

/// Says what is known of a consumer.
pub(super) fn say_one(consumer: &Value) {
    let config = at(consumer, "/config");
    let filters = match words(at(config, "/filters")) {
        none if none.is_empty() => "all subjects".to_owned(),
        some => some,
    };
    let place = |place: &Value| {
        let deliveries = things(number(at(place, "/consumerSequence")), "delivery");
        let deliveries = deliveries.replace("deliverys", "deliveries");
        format!(
            "{deliveries}, up to {}",
            count(at(place, "/streamSequence"))
        )
    };
    let waits = at(config, "/backoffMs").as_array().map(Vec::as_slice);
    let waits = waits.unwrap_or_default().iter().map(number).map(span);
    let waits: Vec<String> = waits.collect();
    let tries = match number(at(config, "/maxDeliver")) {
        0 => "without end".to_owned(),
        tries => tries.to_string(),
    };
    say_facts(&[
        ("Stream", text(at(consumer, "/stream"))),
        ("Consumer", text(at(config, "/name"))),
        ("Added", time(at(consumer, "/createdAt"))),
        ("Wants", filters),
        ("Class", text(at(consumer, "/class"))),
        ("Began with", text(at(config, "/deliverPolicy"))),
        ("Acknowledges", text(at(config, "/ackPolicy"))),
        ("Ack wait", span(number(at(config, "/ackWaitMs")))),
        ("Tries", tries),
        ("Backoff", waits.join(", ")),
        ("Paused until", time(at(config, "/pausedUntil"))),
        ("Delivered", place(at(consumer, "/delivered"))),
        ("Acknowledged", place(at(consumer, "/ackFloor"))),
        ("Pending", count(at(consumer, "/numPending"))),
        ("Ack pending", count(at(consumer, "/numAckPending"))),
        ("Redelivered", count(at(consumer, "/numRedelivered"))),
        ("Dead letters", count(at(consumer, "/deadLetters"))),
    ]);
}

#[derive(Args)]
pub(super) struct Replay {
    /// The stream
    stream: String,
    /// The consumer
    consumer: String,
    #[command(flatten)]
    beginning: Beginning,
}

impl Replay {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<(), Exit> {
        let from = match (self.beginning.from, self.beginning.since) {
            (Some(sequence), _) => json!({ "sequence": sequence }),
            (None, Some(moment)) => json!({ "time": moment }),
            (None, None) => {
                let sentence = "say where to begin again: --from SEQ or --since TIME";
                return Err(Exit::new(Exit::USAGE, sentence));
            }
        };
        let (stream, consumer) = (part(&self.stream), part(&self.consumer));
        let path = format!("streams/{stream}/consumers/{consumer}/reset");
        let answer = line.post(&path, &from).await?;
        if json {
            return say_json(&answer);
        }
        let next = number(at(&answer, "/delivered/streamSequence")) + 1;
        let pending = things(number(at(&answer, "/numPending")), "message");
        say(format_args!(
            "{} begins again at {next}: {pending} to be delivered.",
            self.consumer
        ));
        Ok(())
    }
}
