//! `edusphere log streams` and `edusphere log info`.

use clap::Args;
use serde_json::Value;

use super::super::asked::line::{Line, part};
use super::super::asked::show::{
    Column, Table, at, bytes, count, nodes, number, say_facts, span, text, time,
};
use super::super::say_json;
use super::consumers;
use crate::exit::Exit;

/// All streams.
pub(super) async fn list(line: &mut Line, json: bool) -> Result<(), Exit> {
    let answer = line.get("streams").await?;
    if json {
        return say_json(&answer);
    }
    let mut table = Table::of([
        Column::Text("STREAM"),
        Column::Number("MESSAGES"),
        Column::Number("FIRST"),
        Column::Number("LAST"),
        Column::Number("SIZE"),
        Column::Number("CONSUMERS"),
        Column::Text("LAST MESSAGE"),
        Column::Text("SUBJECTS"),
    ]);
    for stream in nodes(&answer) {
        let (config, state) = (at(stream, "/config"), at(stream, "/state"));
        table.add([
            text(at(config, "/name")),
            count(at(state, "/messages")),
            count(at(state, "/firstSequence")),
            count(at(state, "/lastSequence")),
            bytes(at(state, "/bytes")),
            count(at(stream, "/consumerCount")),
            time(at(state, "/lastTime")),
            words(at(config, "/subjects")),
        ]);
    }
    table.say("There are no streams.");
    Ok(())
}

/// The stream that was named, or the names of all.
pub(super) async fn named(line: &mut Line, stream: Option<String>) -> Result<Vec<String>, Exit> {
    if let Some(stream) = stream {
        return Ok(vec![stream]);
    }
    let answer = line.get("streams").await?;
    let names = nodes(&answer).iter();
    Ok(names
        .map(|stream| text(at(stream, "/config/name")))
        .collect())
}

#[derive(Args)]
pub(super) struct Info {
    /// The stream
    stream: String,
    /// One of its consumers
    consumer: Option<String>,
}

impl Info {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<(), Exit> {
        let path = format!("streams/{}", part(&self.stream));
        if let Some(consumer) = &self.consumer {
            let answer = line
                .get(&format!("{path}/consumers/{}", part(consumer)))
                .await?;
            return if json {
                say_json(&answer)
            } else {
                consumers::say_one(&answer);
                Ok(())
            };
        }
        let answer = line.get(&path).await?;
        if json {
            return say_json(&answer);
        }
        say_one(&answer);
        Ok(())
    }
}

fn say_one(stream: &Value) {
    let (config, state) = (at(stream, "/config"), at(stream, "/state"));
    let whose = if at(stream, "/ofSchool") == true {
        "the school; limits stand in the configuration"
    } else {
        "an administrator"
    };
    let age = match number(at(config, "/maxAgeSeconds")) {
        0 => "for ever".to_owned(),
        seconds => span(seconds.saturating_mul(1_000)),
    };
    let window = span(number(at(config, "/duplicateWindowMs")));
    say_facts(&[
        ("Stream", text(at(config, "/name"))),
        ("Subjects", words(at(config, "/subjects"))),
        ("Set up by", whose.to_owned()),
        ("Added", time(at(stream, "/createdAt"))),
        ("Messages", count(at(state, "/messages"))),
        ("First", count(at(state, "/firstSequence"))),
        ("Last", count(at(state, "/lastSequence"))),
        ("Last message", time(at(state, "/lastTime"))),
        ("Size", bytes(at(state, "/bytes"))),
        ("Consumers", count(at(stream, "/consumerCount"))),
        ("Keeps", age),
        (
            "At most",
            format!("{} messages", count(at(config, "/maxMessages"))),
        ),
        ("", bytes(at(config, "/maxBytes"))),
        (
            "",
            format!("{} a message", bytes(at(config, "/maxMessageBytes"))),
        ),
        (
            "When full",
            format!("discards {}", text(at(config, "/discard"))),
        ),
        ("Knows ids for", window),
    ]);
}

/// A list of words in one cell.
pub(super) fn words(list: &Value) -> String {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let words: Vec<String> = list.iter().map(text).collect();
    words.join(" ")
}
