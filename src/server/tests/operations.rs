//! Everything that can be asked, taken from the schema and from the description of the routes, with
//! arguments that are made up from their types.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};

use super::world::Ids;
use crate::describe;

/// What the schema is asked for, within the depth that documents have.
const INTROSPECTION: &str = "{ __schema { types {
    name kind
    fields { name type { ...Deep } args { name defaultValue type { ...Flat } } }
    inputFields { name defaultValue type { ...Deep } }
    enumValues { name }
} } }
fragment Flat on __Type { kind name ofType { kind name ofType { kind name } } }
fragment Deep on __Type { kind name ofType { kind name ofType { kind name ofType { name } } } }";

/// An operation.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// A field of the root of the schema.
    Field {
        root: &'static str,
        name: String,
        arguments: Vec<Value>,
        result: String,
    },
    /// A route.
    Route {
        method: &'static str,
        path: &'static str,
        body: Value,
        media_type: &'static str,
    },
}

/// The schema as it tells of itself.
pub(super) struct Schema {
    types: Map<String, Value>,
}

impl Schema {
    pub(super) fn read(ask: impl FnOnce(&str) -> Value) -> Self {
        let mut answer = ask(INTROSPECTION);
        let types = answer["data"]["__schema"]["types"].take();
        assert!(types.is_array(), "{answer}");
        let named = |kind: &Value| (kind["name"].as_str().unwrap().to_owned(), kind.clone());
        Self {
            types: types.as_array().unwrap().iter().map(named).collect(),
        }
    }

    /// The fields of a type.
    pub(super) fn fields(&self, kind: &str) -> &[Value] {
        let fields = self.types[kind]["fields"].as_array();
        fields.map(Vec::as_slice).unwrap_or_default()
    }

    /// The names of the types with fields, the roots aside.
    pub(super) fn object_types(&self) -> impl Iterator<Item = &str> {
        let types = self.types.iter().filter(|(name, kind)| {
            let root = matches!(name.as_str(), "Query" | "Mutation" | "Subscription");
            kind["kind"] == "OBJECT" && !root && !name.starts_with("__")
        });
        types.map(|(name, _)| name.as_str())
    }

    /// Whether values of a type have no fields.
    pub(super) fn is_leaf(&self, kind: &str) -> bool {
        matches!(self.types[kind]["kind"].as_str(), Some("SCALAR" | "ENUM"))
    }

    pub(super) fn operations(&self) -> Vec<Operation> {
        let roots = [
            ("query", "Query"),
            ("mutation", "Mutation"),
            ("subscription", "Subscription"),
        ];
        let of_root = |(root, kind): (&'static str, &str)| {
            let fields = self.fields(kind).iter();
            let fields = fields.map(move |field| Operation::Field {
                root,
                name: field["name"].as_str().unwrap().to_owned(),
                arguments: field["args"].as_array().unwrap().clone(),
                result: innermost(&field["type"]).to_owned(),
            });
            fields.collect::<Vec<_>>()
        };
        let mut operations: Vec<Operation> = roots.into_iter().flat_map(of_root).collect();
        operations.extend(routes());
        operations
    }

    /// A value of a type. Only what must be there is given.
    fn value(&self, kind: &Value, (place, name): (&str, &str), ids: &Ids) -> Value {
        let named = innermost(kind);
        if kind["kind"] == "NON_NULL" && kind["ofType"]["kind"] == "LIST" {
            return json!([]);
        }
        let described = &self.types[named];
        if let Some(fields) = described["inputFields"].as_array() {
            let fields = fields.iter().filter_map(|field| {
                let name = field["name"].as_str().unwrap();
                let given = extra(named, name);
                let must = is_given(field);
                let made = || self.value(&field["type"], (named, name), ids);
                let value = given.or_else(|| must.then(made))?;
                Some((name.to_owned(), value))
            });
            return Value::Object(fields.collect());
        }
        if let Some(values) = described["enumValues"].as_array() {
            return values[0]["name"].clone();
        }
        match named {
            "ID" => json!(id_for(place, name, ids)),
            "Int" | "Float" => json!(1),
            "Boolean" => json!(true),
            "DateTime" => json!("2023-12-01T12:00:00Z"),
            _ => json!(text_for(name)),
        }
    }
}

/// Whether an argument is given: it must be, or it says whom or what all of it is about.
fn is_given(argument: &Value) -> bool {
    let must = argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null();
    must || argument["name"] == "id" || argument["name"] == "userId"
}

/// What an input needs beside what its type says that it must have.
fn extra(input: &str, field: &str) -> Option<Value> {
    Some(match (input, field) {
        ("AddItemInput", "kind") => json!("LINK"),
        ("AddItemInput", "url") => json!("https://example.org/"),
        ("SubmitAssignmentInput" | "SaveDraftInput", "body") => json!("My essay."),
        ("EnrollUserInput", "role") => json!("STUDENT"),
        (
            "UpdatePageInput" | "UpdateAssignmentInput" | "UpdateItemInput" | "UpdateTopicInput",
            "title",
        )
        | ("UpdateTermInput", "name") => json!("Another name"),
        _ => return None,
    })
}

/// The record that an argument means.
fn id_for(place: &str, name: &str, ids: &Ids) -> String {
    let known = match (place, name) {
        ("EnrollUserInput", "userId") => "newUserId",
        ("node", "id") => "submissionId",
        ("similarContent", "id") => "pageId",
        (field, "id") => return id_for(field, &format!("{field}Id"), ids),
        (_, name) => name,
    };
    let id = ids.get(known).cloned();
    id.unwrap_or_else(|| {
        panic!("say in src/server/tests/operations.rs which record `{name}` of `{place}` means")
    })
}

fn text_for(name: &str) -> &'static str {
    match name {
        "username" => "ada",
        "code" => "NEW-101",
        "subject" => "edusphere.>",
        "name" => "anything.txt",
        "url" => "https://example.org/",
        _ => "Anything at all",
    }
}

pub(super) fn innermost(kind: &Value) -> &str {
    if kind["ofType"].is_null() {
        kind["name"].as_str().unwrap()
    } else {
        innermost(&kind["ofType"])
    }
}

/// The routes, as they are described.
fn routes() -> Vec<Operation> {
    let operations = describe::operations();
    let document = rest::openapi::document(&operations);
    let route = |operation: &rest::openapi::Operation| {
        let (method, path) = (operation.method(), operation.path());
        let content = &document["paths"][path][method]["requestBody"]["content"];
        let json = &content["application/json"];
        let (body, media_type) = if json.is_null() {
            (json!("Notes."), "text/plain")
        } else {
            (json["example"].clone(), "application/json")
        };
        Operation::Route {
            method,
            path,
            body,
            media_type,
        }
    };
    operations.iter().map(route).collect()
}

/// What a route needs in its address beside its path.
fn query_of(path: &str, ids: &Ids) -> String {
    match path {
        "/api/search" => format!("?q=cells&course={}", ids["courseId"]),
        "/api/search/suggest" => "?q=ce".to_owned(),
        "/api/search/similar" => format!("?id={}", ids["pageId"]),
        "/api/admin/search" => format!("?q=cells&as={}", ids["userId"]),
        _ => String::new(),
    }
}

impl Operation {
    /// What it is called in the table.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Field { name, .. } => name.clone(),
            Self::Route { method, path, .. } => format!("{} {path}", method.to_uppercase()),
        }
    }

    /// Whether it can change anything.
    pub(super) fn changes(&self) -> bool {
        match self {
            Self::Field { root, .. } => *root == "mutation",
            Self::Route { method, .. } => *method != "get",
        }
    }

    /// Whether it tells of what happens as it happens.
    pub(super) fn follows(&self) -> bool {
        matches!(self, Self::Field { root, .. } if *root == "subscription")
    }

    /// The document of a field, and its variables.
    pub(super) fn document(&self, schema: &Schema, ids: &Ids) -> Option<(String, Value)> {
        let Self::Field {
            root,
            name,
            arguments,
            result,
        } = self
        else {
            return None;
        };
        let (mut declared, mut given, mut variables) = (String::new(), String::new(), json!({}));
        for argument in arguments.iter().filter(|argument| is_given(argument)) {
            let (of, kind) = (
                argument["name"].as_str().unwrap(),
                innermost(&argument["type"]),
            );
            write!(declared, "${of}: {kind}! ").unwrap();
            write!(given, "{of}: ${of} ").unwrap();
            variables[of] = schema.value(&argument["type"], (name, of), ids);
        }
        let listed = |text: String| (!text.is_empty()).then(|| format!("({text})"));
        let (declared, given) = (listed(declared), listed(given));
        let (declared, given) = (declared.unwrap_or_default(), given.unwrap_or_default());
        let has_errors = schema
            .fields(result)
            .iter()
            .any(|field| field["name"] == "errors");
        let shown = if has_errors {
            "errors { code }"
        } else {
            "__typename"
        };
        let document = format!("{root} {declared} {{ {name}{given} {{ {shown} }} }}");
        Some((document, variables))
    }

    /// The request of a route.
    pub(super) fn request(&self, ids: &Ids) -> Option<Request<Body>> {
        let Self::Route {
            method,
            path,
            body,
            media_type,
        } = self
        else {
            return None;
        };
        let segments: Vec<&str> = path.split('/').collect();
        let filled = segments.iter().enumerate().map(|(at, segment)| {
            if !segment.starts_with('{') {
                return (*segment).to_owned();
            }
            let kind = segments[at - 1].trim_end_matches('s');
            id_for(kind, "id", ids)
        });
        let mut uri = filled.collect::<Vec<_>>().join("/");
        if *media_type == "text/plain" && self.changes() && path.ends_with("/files") {
            uri += "?name=more.txt";
        }
        uri += &query_of(path, ids);
        let mut body = body.clone();
        if let Some(fields) = body.as_object_mut() {
            for (name, value) in fields.iter_mut().filter(|(name, _)| name.ends_with("Id")) {
                *value = json!(id_for(path, name, ids));
            }
        }
        let body = body
            .as_str()
            .map_or_else(|| body.to_string(), str::to_owned);
        let request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(uri)
            .header("content-type", *media_type)
            .header("content-length", body.len());
        Some(request.body(Body::from(body)).unwrap())
    }

    /// Whether it is about anything in particular.
    pub(super) fn is_about_something(&self, schema: &Schema, ids: &Ids) -> bool {
        let others: Ids = ids.keys().map(|name| (*name, "x".to_owned())).collect();
        match self {
            Self::Field { .. } => self.document(schema, ids) != self.document(schema, &others),
            // What is administered is in no course.
            Self::Route { path, .. } if path.starts_with("/api/admin/") => false,
            Self::Route { path, body, .. } => {
                let asked = query_of(path, ids) != query_of(path, &others);
                asked || path.contains('{') || body.to_string().contains("Id\":")
            }
        }
    }
}
