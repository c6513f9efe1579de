//! The description of the whole HTTP interface, at `GET /api/openapi.json` and in
//! `schema/openapi.json`.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use rest::openapi::{Operation, document};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::monitor;

/// Where the description is.
const PATH: &str = "/api/openapi.json";

/// A request of GraphQL.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "it only describes what the face of GraphQL reads by itself"
)]
struct GraphqlRequest {
    /// The document, unless `operationName` names a registered operation.
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
}

/// An answer of GraphQL.
#[derive(Serialize, JsonSchema)]
struct GraphqlAnswer {
    data: Option<Map<String, Value>>,
    /// Each with `message` and `extensions.code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Map<String, Value>>>,
}

/// Everything that can be asked over HTTP.
pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = rest::operations();
    let monitors = monitor::described();
    operations.extend(monitors.iter().map(|route| route.operation().clone()));
    operations.push(
        Operation::get(PATH, "Describes this interface.")
            .open()
            .answers::<Map<String, Value>>(200, "This document."),
    );
    for path in ["/graphql", "/api/graphql"] {
        operations.extend(of_graphql(path));
    }
    operations
}

fn of_graphql(path: &'static str) -> [Operation; 2] {
    let execute = Operation::post(path, "Executes a GraphQL document.")
        .open()
        .takes::<GraphqlRequest>(json!({
            "operationName": "listCourses",
            "variables": { "first": 10 },
        }))
        .answers::<GraphqlAnswer>(200, "What was asked, or why not.")
        .refuses_as::<GraphqlAnswer>();
    let follow = "Opens a WebSocket for subscriptions, in the protocol graphql-transport-ws.";
    let follow = Operation::get(path, follow)
        .open()
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Protocol", "graphql-transport-ws")
        .answers_nothing(101, "The connection is a WebSocket from here on.")
        .refuses(&[400, 403, 405, 426])
        .refuses_as::<GraphqlAnswer>();
    [execute, follow]
}

/// The document as it is published.
pub(crate) fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document(&operations()))
        .expect("the document has text keys only");
    text.push('\n');
    text
}

/// `GET /api/openapi.json`.
pub(crate) fn routes() -> Router {
    static TEXT: LazyLock<String> = LazyLock::new(text);
    let describe = || async { ([(CONTENT_TYPE, "application/json")], TEXT.as_str()) };
    Router::new().route(PATH, get(describe))
}
