//! `edusphere log publish`.

use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use serde_json::{Map, Value, json};

use super::super::asked::line::Line;
use super::super::asked::show::{at, number, text};
use super::super::{say, say_json};
use crate::exit::Exit;

/// The longest body that is read, in bytes: one more than any stream takes.
const BODY_BYTES_MAX: u64 = 1024 * 1024 + 1;

#[derive(Args)]
pub(super) struct Publish {
    /// The subject: words between dots
    subject: String,
    /// The body [default: what comes in on standard input]
    body: Option<String>,
    /// What the message is about: messages with the same key are consumed in their order
    #[arg(long)]
    key: Option<String>,
    /// A header; may be given again
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Published again under the same id within the stream's window, the message counts once
    #[arg(long)]
    id: Option<String>,
}

fn header(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=');
    let (name, value) = parts.ok_or_else(|| "give NAME=VALUE".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}

fn from_input() -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut input = std::io::stdin().lock().take(BODY_BYTES_MAX);
    input.read_to_end(&mut body)?;
    Ok(body)
}

impl Publish {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<(), Exit> {
        let body = self
            .body
            .map_or_else(from_input, |body| Ok(body.into_bytes()))?;
        let headers = self.headers.into_iter();
        let headers = headers.map(|(name, value)| (name, Value::from(value)));
        // As bytes, so that the message is what was given to the last space.
        let message = json!({
            "subject": self.subject,
            "key": self.key.unwrap_or_default(),
            "headers": headers.collect::<Map<_, _>>(),
            "bodyBase64": BASE64_STANDARD.encode(body),
            "messageId": self.id,
        });
        let answer = line.post("messages", &message).await?;
        if json {
            return say_json(&answer);
        }
        let (stream, sequence) = (
            text(at(&answer, "/stream")),
            number(at(&answer, "/sequence")),
        );
        if at(&answer, "/duplicate") == true {
            say(format_args!(
                "The message was there already: {sequence} in {stream}."
            ));
        } else {
            say(format_args!("Published: {sequence} in {stream}."));
        }
        Ok(())
    }
}
