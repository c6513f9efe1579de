//! The list of everything that can happen, for those who read the event log: `schema/events.json`.
//!
//! Messages are kept, and programs that we do not know read them. So the form of an event may only
//! gain what may be missing; whatever else is to change needs a new version of the event.

use std::collections::BTreeMap;

use app::EventType;
use eventlog::Stream;
use serde_json::{Map, Value, json};

use crate::school::features;

/// The document as it is published.
pub(crate) fn text() -> String {
    let events: BTreeMap<&str, Value> = features()
        .iter()
        .flat_map(|feature| feature.events)
        .map(|event| (event.subject, described(event)))
        .collect();
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "Every event of the school's own streams, by its subject. `key` is the \
            field with the id that the message has as its key, or the word that it always has. \
            `body` is the form of the message's body in this version.",
        "events": events,
    });
    let mut text =
        serde_json::to_string_pretty(&document).expect("the document has text keys only");
    text.push('\n');
    text
}

fn described(event: &EventType) -> Value {
    let mut body = (event.schema)().to_value();
    let mut take = |name: &str| body.as_object_mut().and_then(|body| body.remove(name));
    let (name, says) = (take("title"), take("description"));
    json!({
        "name": name,
        "says": says,
        "stream": Stream::of(event.subject).map(Stream::name),
        "version": event.version,
        "key": event.key,
        "body": body,
    })
}

/// What those who rely on the published document would miss in another one, as sentences.
pub(crate) fn broken(published: &Value, other: &Value) -> Vec<String> {
    let events = |document: &Value| document["events"].as_object().cloned().unwrap_or_default();
    let (published, others) = (events(published), events(other));
    let mut broken = Vec::new();
    for (subject, event) in &published {
        let Some(other) = others.get(subject) else {
            broken.push(format!(
                "{subject} is gone: messages of it are kept, so leave it registered"
            ));
            continue;
        };
        if event["version"] == other["version"] {
            let mut faults = Vec::new();
            if event["key"] != other["key"] {
                faults.push("another key".to_owned());
            }
            compare(&event["body"], &other["body"], "the body", &mut faults);
            broken.extend(faults.into_iter().map(|fault| {
                format!("{subject} has {fault}: raise the VERSION of the event, or leave it")
            }));
        }
    }
    broken
}

/// Compares the forms of a value, field by field.
fn compare(published: &Value, other: &Value, place: &str, faults: &mut Vec<String>) {
    let (before, after) = (Form::of(published), Form::of(other));
    if before.own != after.own {
        faults.push(format!("{place} of another type"));
    }
    for (name, field) in &before.fields {
        match after.fields.get(name) {
            Some(other) => compare(field, other, &format!("`{name}`"), faults),
            None => faults.push(format!("no `{name}` any more")),
        }
    }
    for name in before.fields.keys().chain(after.fields.keys()) {
        let is_new = !before.fields.contains_key(name);
        let needed = (before.needed.contains(name), after.needed.contains(name));
        match needed {
            (false, true) if is_new => {
                faults.push(format!("`{name}` new, which older messages have not"));
            }
            (true, false) if after.fields.contains_key(name) => {
                faults.push(format!("`{name}` that may be missing now"));
            }
            (false, true) => faults.push(format!("`{name}` that could be missing before")),
            _ => {}
        }
    }
    if let (Some(before), Some(after)) = (published.get("items"), other.get("items")) {
        compare(before, after, &format!("{place}'s entries"), faults);
    }
}

/// A schema in its parts: the fields, those that must be there, and the rest without words.
struct Form {
    fields: Map<String, Value>,
    needed: Vec<String>,
    own: Value,
}

impl Form {
    fn of(schema: &Value) -> Self {
        let mut own = schema.clone();
        let mut take = |name: &str| own.as_object_mut().and_then(|own| own.remove(name));
        take("description");
        take("items");
        let fields = take("properties").and_then(|fields| fields.as_object().cloned());
        let needed = take("required").and_then(|names| names.as_array().cloned());
        let needed = needed.into_iter().flatten();
        Self {
            fields: fields.unwrap_or_default(),
            needed: needed
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            own: without_words(own),
        }
    }
}

/// A schema without its descriptions, however deep.
fn without_words(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| name != "description")
            .map(|(name, value)| (name, without_words(value)))
            .collect(),
        Value::Array(entries) => entries.into_iter().map(without_words).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_event_has_a_subject_of_its_own_a_stream_and_a_sentence() {
        let mut subjects = HashSet::new();
        for event in features().iter().flat_map(|feature| feature.events) {
            let subject = event.subject;
            assert!(subjects.insert(subject), "{subject} twice");
            let described = described(event);
            for part in ["name", "says", "stream"] {
                assert!(described[part].is_string(), "{subject} has no {part}");
            }
            assert_eq!(described["body"]["type"], "object", "{subject}");
        }
        let subjects_of = |feature: &app::Feature| {
            let projections = feature.projections.iter().map(|one| one.subjects());
            let followers = feature.followers.iter().map(|one| one.subjects());
            let searched = feature.searchables.iter().map(|one| one.subjects());
            projections
                .chain(followers)
                .chain(searched)
                .flatten()
                .copied()
                .collect::<Vec<_>>()
        };
        for filter in features().into_iter().flat_map(subjects_of) {
            let heard = |subject: &&&str| eventlog::matches(filter, subject);
            assert!(subjects.iter().any(|subject| heard(&subject)), "{filter}");
        }
    }

    fn document(version: u8, body: &Value) -> Value {
        json!({ "events": { "edusphere.users.rang": {
            "version": version, "key": "bell", "says": "A bell rang.", "body": body,
        } } })
    }

    fn body() -> Value {
        json!({
            "type": "object",
            "properties": {
                "bell": { "type": "string", "description": "Which." },
                "tones": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": { "pitch": { "type": "number" } },
                        "required": ["pitch"],
                    },
                },
            },
            "required": ["bell", "tones"],
        })
    }

    #[test]
    fn an_event_may_gain_what_may_be_missing_and_other_words() {
        let published = document(1, &body());
        let mut more = body();
        more["properties"]["loud"] = json!({ "type": "boolean" });
        more["properties"]["tones"]["items"]["properties"]["long"] = json!({ "type": "boolean" });
        more["properties"]["bell"]["description"] = json!("Which of them.");
        assert_eq!(
            broken(&published, &document(1, &more)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn whatever_else_changes_needs_a_new_version() {
        type Change = fn(&mut Value);
        let changes: [(Change, &str); 7] = [
            (
                |body| drop(body["properties"].as_object_mut().unwrap().remove("bell")),
                "no `bell` any more",
            ),
            (
                |body| body["properties"]["bell"]["type"] = json!("integer"),
                "`bell` of another type",
            ),
            (
                |body| body["properties"]["tones"]["items"]["properties"] = json!({}),
                "no `pitch` any more",
            ),
            (
                |body| body["required"] = json!(["tones"]),
                "`bell` that may be missing now",
            ),
            (
                |body| {
                    body["properties"]["loud"] = json!({ "type": "boolean" });
                    body["required"] = json!(["bell", "tones", "loud"]);
                },
                "`loud` new",
            ),
            (
                |body| body["properties"]["tones"]["items"]["required"] = json!([]),
                "`pitch` that may be missing now",
            ),
            (
                |body| body["properties"]["bell"]["enum"] = json!(["great"]),
                "`bell` of another type",
            ),
        ];
        let published = document(1, &body());
        for (change, fault) in changes {
            let mut changed = body();
            change(&mut changed);
            let told = broken(&published, &document(1, &changed));
            assert!(
                told.iter().any(|told| told.contains(fault)),
                "{told:?} for {fault}"
            );
            assert_eq!(
                broken(&published, &document(2, &changed)),
                Vec::<String>::new()
            );
        }
        let gone = broken(&published, &json!({ "events": {} }));
        assert_eq!(gone.len(), 1, "{gone:?}");
    }
}
