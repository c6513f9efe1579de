//! Answers as JSON text.
//!
//! The lists of an answer to a registered operation are written down as text while they are
//! resolved, [`rows`](crate::rows), and stand in the tree of values as [`Value::Binary`], which
//! nothing else of ours makes. The text of a list so is never taken apart again.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Response, Value};

use crate::limits;

/// How long most answers are at most; the text of a longer one moves.
const ANSWER_BYTES: usize = 1024;

/// An answer that has only to be written.
#[derive(Debug)]
pub struct Answer(pub(crate) Response);

impl Answer {
    /// Whether the document was refused as a whole.
    pub(crate) fn is_refusal(&self) -> bool {
        limits::refused(&self.0)
    }

    /// The JSON text, as the specification of GraphQL has it (October 2021, section 7.1).
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(ANSWER_BYTES);
        out.extend_from_slice(b"{\"data\":");
        write(&self.0.data, &mut out);
        if !self.0.extensions.is_empty() {
            out.extend_from_slice(b",\"extensions\":");
            write_with_serde(&self.0.extensions, &mut out);
        }
        if !self.0.errors.is_empty() {
            out.extend_from_slice(b",\"errors\":");
            write_with_serde(&self.0.errors, &mut out);
        }
        out.push(b'}');
        out
    }
}

/// Writes a value, and takes over what is text already.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Binary(text) => out.extend_from_slice(text),
        Value::List(values) => {
            out.push(b'[');
            for (place, value) in values.iter().enumerate() {
                separate(place, out);
                write(value, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => write_object(fields, out),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Boolean(_) | Value::Enum(_) => {
            write_with_serde(value, out);
        }
    }
}

fn write_object(fields: &IndexMap<Name, Value>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (place, (name, value)) in fields.iter().enumerate() {
        separate(place, out);
        write_name(name, out);
        write(value, out);
    }
    out.push(b'}');
}

/// A comma before all but the first.
pub(crate) fn separate(place: usize, out: &mut Vec<u8>) {
    if place > 0 {
        out.push(b',');
    }
}

/// Writes the name of a field. Names of GraphQL have letters, digits and `_`, and need no escape.
pub(crate) fn write_name(name: &Name, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn write_with_serde(value: &impl serde::Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("an answer has text keys and JSON values only");
}
