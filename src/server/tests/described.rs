//! Whether the description of the interface tells of every answer that is given.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{Method, Request, Response, StatusCode, header};
use rest::openapi::document;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::world::World;
use crate::describe;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&describe::operations()));

/// The description of the route must have this status, with this type of body.
pub(super) fn require(method: &Method, answer: &Response<Body>) {
    let Some(route) = answer.extensions().get::<MatchedPath>() else {
        return;
    };
    require_at((method, route.as_str()), answer);
}

fn require_at((method, path): (&Method, &str), answer: &Response<Body>) {
    let described = &DOCUMENT["paths"][path][method.as_str().to_lowercase()];
    let status = answer.status();
    let said = &described["responses"][status.as_str()];
    assert!(
        said.is_object(),
        "{method} {path} does not tell of {status}"
    );
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind.map(|kind| kind.to_str().unwrap().split(';').next().unwrap());
    let kinds = said["content"].as_object();
    let is_said = match (kind, kinds) {
        (None, kinds) => kinds.is_none(),
        (Some(kind), Some(kinds)) => kinds.contains_key(kind) || kinds.contains_key("*/*"),
        (Some(_), None) => false,
    };
    assert!(
        is_said,
        "{method} {path}: {status} with {kind:?}, not {kinds:?}"
    );
}

#[test]
fn refusals_of_graphql_are_told_of_in_its_own_form() {
    let world = World::new();
    let router = world.router(&world.cast.school.app);
    let ask = |method: Method, kind: &str, body: &Value| {
        let request = Request::builder().method(method).uri("/graphql");
        let request = request.header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::from(body.to_string())).unwrap();
        let answer = router.clone().oneshot(request);
        world.cast.school.block_on(answer).unwrap()
    };
    for (method, kind, body, status) in [
        (Method::POST, "text/plain", json!({}), 415),
        (Method::POST, "application/json", json!({}), 400),
        (
            Method::POST,
            "application/json",
            json!("x".repeat(300_000)),
            413,
        ),
        (Method::GET, "text/plain", json!({}), 405),
    ] {
        let answer = ask(method.clone(), kind, &body);
        assert_eq!(answer.status(), StatusCode::from_u16(status).unwrap());
        require_at((&method, "/graphql"), &answer);
    }
}
