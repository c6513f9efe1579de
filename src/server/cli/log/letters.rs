//! `edusphere log dead-letters`.

use axum::http::Method;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::super::asked::line::{Line, part};
use super::super::asked::show::{
    Column, Table, as_json, at, body, count, nodes, number, say_facts,
};
use super::super::asked::show::{text, things, time};
use super::super::{say, say_json};
use crate::exit::Exit;

#[derive(Subcommand)]
pub(super) enum DeadLetters {
    /// List them, by sequence
    List(Of),
    /// Show one in full
    Show(One),
    /// Give them to the consumer again, as if for the first time: one, some, or all
    Retry(Several),
    /// Drop them: one, some, or all
    Drop(Several),
}

/// Whose letters.
#[derive(Args)]
pub(super) struct Of {
    /// The stream
    stream: String,
    /// The consumer
    consumer: String,
}

#[derive(Args)]
pub(super) struct One {
    #[command(flatten)]
    of: Of,
    /// The sequence of the message
    sequence: u64,
}

#[derive(Args)]
pub(super) struct Several {
    #[command(flatten)]
    of: Of,
    /// The one of this sequence
    sequence: Option<u64>,
    /// Those under these subjects, with * for a word and > at the end
    #[arg(long, value_name = "FILTER")]
    subject: Option<String>,
}

impl Of {
    fn path(&self) -> String {
        let (stream, consumer) = (part(&self.stream), part(&self.consumer));
        format!("streams/{stream}/consumers/{consumer}/dead-letters")
    }
}

impl DeadLetters {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<(), Exit> {
        match self {
            Self::List(of) => list(&of, line, json).await,
            Self::Show(one) => {
                let path = format!("{}/{}", one.of.path(), one.sequence);
                let letter = line.get(&path).await?;
                if json {
                    return say_json(&letter);
                }
                say_one(&letter);
                Ok(())
            }
            Self::Retry(several) => {
                let path = format!("{}/retry", several.of.path());
                let which = json!({ "sequence": several.sequence, "subject": several.subject });
                let answer = line.post(&path, &which).await?;
                tell(&answer, "given to the consumer again", json)
            }
            Self::Drop(several) => {
                let sequence = several
                    .sequence
                    .map(|sequence| format!("sequence={sequence}"));
                let subject = several.subject.as_deref();
                let subject = subject.map(|subject| format!("subject={}", part(subject)));
                let query: Vec<String> = sequence.into_iter().chain(subject).collect();
                let path = format!("{}?{}", several.of.path(), query.join("&"));
                let answer = line.ask(Method::DELETE, &path, None).await?;
                tell(&answer, "dropped", json)
            }
        }
    }
}

fn tell(answer: &Value, done: &str, json: bool) -> Result<(), Exit> {
    if json {
        return say_json(answer);
    }
    let letters = things(number(at(answer, "/count")), "dead letter");
    say(format_args!("{letters} {done}."));
    Ok(())
}

async fn list(of: &Of, line: &mut Line, json: bool) -> Result<(), Exit> {
    let (mut letters, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("{}?first=100&after={after}", of.path());
        let answer = line.get(&path).await?;
        letters.extend(nodes(&answer).iter().cloned());
        let last = letters.last();
        after = last.map_or(after, |last| number(at(last, "/message/sequence")));
        if at(&answer, "/hasNextPage") != true {
            break;
        }
    }
    if json {
        return say_json(&json!({ "nodes": letters }));
    }
    let mut table = Table::of([
        Column::Number("SEQUENCE"),
        Column::Text("DIED"),
        Column::Number("DELIVERIES"),
        Column::Text("RETRIED"),
        Column::Text("SUBJECT"),
        Column::Text("KEY"),
        Column::Text("ERROR"),
    ]);
    for letter in &letters {
        let message = at(letter, "/message");
        table.add([
            number(at(message, "/sequence")).to_string(),
            time(at(letter, "/diedAt")),
            count(at(letter, "/deliveries")),
            time(at(letter, "/retriedAt")),
            text(at(message, "/subject")),
            text(at(message, "/key")),
            text(at(letter, "/error")),
        ]);
    }
    table.say("There are no dead letters.");
    Ok(())
}

fn say_one(letter: &Value) {
    let message = at(letter, "/message");
    let why = if at(letter, "/terminated") == true {
        "the consumer said that it can never be handled"
    } else {
        "its tries are used up"
    };
    say_facts(&[
        ("Sequence", number(at(message, "/sequence")).to_string()),
        ("Subject", text(at(message, "/subject"))),
        ("Key", text(at(message, "/key"))),
        ("Published", time(at(message, "/at"))),
        ("By", text(at(message, "/actor"))),
        ("Deliveries", count(at(letter, "/deliveries"))),
        ("First failed", time(at(letter, "/firstFailedAt"))),
        ("Died", time(at(letter, "/diedAt"))),
        ("Because", why.to_owned()),
        ("Error", text(at(letter, "/error"))),
        ("Retried", time(at(letter, "/retriedAt"))),
        ("Headers", as_json(at(message, "/headers"))),
        ("Body", body(message)),
    ]);
}
