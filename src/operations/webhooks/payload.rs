//! What a webhook is sent: a form on the wire, for ever readable. Pure.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;
use serde_json::Value;

use eventlog::Message;
use kernel::Timestamp;

/// The subject of what is sent to try a webhook out. No stream has it.
const PING: &str = "edusphere.webhooks.ping";

/// A body that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Names it: the same for each try.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// JSON.
    pub body: Vec<u8>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    id: &'a str,
    subject: &'a str,
    time: Timestamp,
    stream: Option<&'a str>,
    sequence: Option<u64>,
    key: &'a str,
    actor: &'a str,
    version: u8,
    data: Value,
    /// The body, where it is not JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_base64: Option<String>,
}

/// A message of a stream as it is sent.
pub fn payload(stream: &str, message: &Message) -> Payload {
    let id = message.id.to_string();
    let data: Option<Value> = serde_json::from_slice(&message.body).ok();
    let as_bytes = || BASE64_STANDARD.encode(&message.body);
    let sent = Sent {
        id: &id,
        subject: &message.subject,
        time: message.time,
        stream: Some(stream),
        sequence: Some(message.sequence),
        key: &message.key,
        actor: &message.actor,
        version: message.version,
        data_base64: data.is_none().then(as_bytes),
        data: data.unwrap_or_default(),
    };
    Payload {
        body: written(&sent),
        subject: message.subject.clone(),
        id,
    }
}

/// What is sent to try a webhook out.
pub fn ping(id: &str, time: Timestamp) -> Payload {
    let sent = Sent {
        id,
        subject: PING,
        time,
        stream: None,
        sequence: None,
        key: "",
        actor: "webhooks",
        version: 1,
        data: Value::Object(serde_json::Map::new()),
        data_base64: None,
    };
    Payload {
        body: written(&sent),
        subject: PING.to_owned(),
        id: id.to_owned(),
    }
}

fn written(sent: &Sent<'_>) -> Vec<u8> {
    serde_json::to_vec(sent).expect("because texts, numbers and JSON can be written as JSON")
}
