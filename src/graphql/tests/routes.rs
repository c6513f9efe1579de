//! The route: what it takes, and how it answers what it does not.

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use testkit::Role;
use tower::ServiceExt;

use super::{World, codes, document};

const JSON: &str = "application/json";

/// The answer of the route to the student.
fn send(world: &World, request: Request<Body>) -> (StatusCode, Option<String>, Value) {
    let routes = world
        .api
        .routes()
        .layer(Extension(world.cast.actor(Role::Student)));
    world.cast.school.block_on(async {
        let response = routes.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        assert_eq!(parts.headers[header::CONTENT_TYPE], JSON, "{body:?}");
        let allow = parts
            .headers
            .get(header::ALLOW)
            .map(|allow| allow.to_str().unwrap().to_owned());
        (parts.status, allow, serde_json::from_slice(&body).unwrap())
    })
}

fn post(world: &World, media_type: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, media_type);
    let (status, _, answer) = send(world, request.body(body.into()).unwrap());
    (status, answer)
}

#[test]
fn a_document_and_a_name_are_answered() {
    let world = World::new();
    let body =
        json!({ "query": "{ me { displayName } }", "extensions": { "x": 1 }, "variables": null });
    for media_type in [JSON, "application/json; charset=utf-8", "Application/JSON"] {
        let (status, answer) = post(&world, media_type, body.to_string());
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            answer,
            json!({ "data": { "me": { "displayName": "The student" } } })
        );
    }
    let variables = json!({ "id": world.course.to_string() });
    let name = json!({ "operationName": "getCourseDetails", "variables": variables });
    let (status, by_name) = post(&world, JSON, name.to_string());
    assert_eq!(status, StatusCode::OK);
    let text = json!({ "query": document("getCourseDetails").trim(), "variables": variables });
    assert_eq!(
        post(&world, JSON, text.to_string()),
        (StatusCode::OK, by_name)
    );
}

#[test]
fn an_error_of_an_executed_document_is_still_an_answer() {
    let world = World::new();
    let body = json!({ "query": "{ course(id: \"x\") { id } }" });
    let (status, answer) = post(&world, JSON, body.to_string());
    assert_eq!(
        (status, codes(&answer)),
        (StatusCode::OK, vec!["NOT_FOUND"])
    );
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, JSON);
    let request = request
        .body(Body::from(json!({ "query": "{ me { id } }" }).to_string()))
        .unwrap();
    let nobody = world
        .cast
        .school
        .block_on(world.api.routes().oneshot(request))
        .unwrap();
    assert_eq!(nobody.status(), StatusCode::OK);
    let body = world
        .cast
        .school
        .block_on(to_bytes(nobody.into_body(), 1 << 20))
        .unwrap();
    assert_eq!(
        codes(&serde_json::from_slice(&body).unwrap()),
        ["UNAUTHENTICATED"]
    );
}

#[test]
fn a_number_that_does_not_fit_its_type_is_a_malformed_request() {
    let world = World::new();
    let create = "mutation ($input: CreateAssignmentInput!) {
        createAssignment(input: $input) { assignment { id } errors { code } }
    }";
    for attempts in [1_i64 << 40, 1 << 32, -1] {
        let input = json!({
            "courseId": world.course.to_string(), "title": "T", "attemptsAllowed": attempts,
        });
        let body = json!({ "query": create, "variables": { "input": input } });
        let (status, answer) = post(&world, JSON, body.to_string());
        assert_eq!(codes(&answer), ["BAD_VARIABLE"], "{answer}");
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let beside = "query ($first: Int) {
        me { displayName } courses(first: $first) { totalCount }
    }";
    let body = json!({ "query": beside, "variables": { "first": 1.5 } });
    let (status, answer) = post(&world, JSON, body.to_string());
    assert_eq!(codes(&answer), ["BAD_VARIABLE"], "{answer}");
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[test]
fn what_is_no_request_is_refused_in_the_form_of_graphql() {
    let world = World::new();
    let bad = StatusCode::BAD_REQUEST;
    let padded = |spaces: usize| format!("{}{{}}", " ".repeat(spaces));
    let cases = [
        (
            JSON,
            "[{\"query\":\"{me{id}}\"}]".to_owned(),
            bad,
            "BATCHING_DISABLED",
        ),
        (JSON, "{\"query\": nope}".to_owned(), bad, "INVALID_JSON"),
        (JSON, String::new(), bad, "INVALID_JSON"),
        (JSON, "{\"query\": 5}".to_owned(), bad, "REQUEST_INVALID"),
        (
            JSON,
            "{\"query\": \"{me{id}}\", \"variables\": []}".to_owned(),
            bad,
            "REQUEST_INVALID",
        ),
        (JSON, "\"text\"".to_owned(), bad, "REQUEST_INVALID"),
        (JSON, "{}".to_owned(), bad, "QUERY_MISSING"),
        (
            JSON,
            "{\"operationName\": \"nameless\"}".to_owned(),
            bad,
            "OPERATION_UNKNOWN",
        ),
        (
            JSON,
            "{\"query\": \"{me{id\"}".to_owned(),
            bad,
            "QUERY_SYNTAX",
        ),
        (
            JSON,
            "{\"query\": \"{me{idd}}\"}".to_owned(),
            bad,
            "UNKNOWN_FIELD",
        ),
        (JSON, padded(256 * 1024 - 2), bad, "QUERY_MISSING"),
        (
            JSON,
            padded(256 * 1024 - 1),
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
        ),
        (
            "text/plain",
            "{}".to_owned(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "MEDIA_TYPE_UNSUPPORTED",
        ),
        (
            "application/x-www-form-urlencoded",
            "query={me{id}}".to_owned(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "MEDIA_TYPE_UNSUPPORTED",
        ),
    ];
    for (media_type, body, status, code) in cases {
        let start: String = body.trim().chars().take(60).collect();
        let (answered, answer) = post(&world, media_type, body);
        assert_eq!((answered, codes(&answer)), (status, vec![code]), "{start}");
    }
    let (_, answer) = post(&world, JSON, "{\n  \"query\": nope}");
    assert_eq!(
        answer["errors"][0]["message"],
        "The body is not JSON at line 2, column 13."
    );
}

#[test]
fn a_body_that_is_declared_too_long_is_not_waited_for() {
    let world = World::new();
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, JSON);
    let request = request
        .header(header::CONTENT_LENGTH, 300_000)
        .body(Body::empty())
        .unwrap();
    let (status, _, answer) = send(&world, request);
    assert_eq!(
        (status, codes(&answer)),
        (StatusCode::PAYLOAD_TOO_LARGE, vec!["BODY_TOO_LARGE"])
    );
}

#[test]
fn nothing_but_post_is_taken() {
    let world = World::new();
    for (method, allowed) in [
        ("GET", "POST"),
        ("PUT", "GET, POST"),
        ("DELETE", "GET, POST"),
        ("OPTIONS", "GET, POST"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri("/graphql?query=mutation{x}");
        let (status, allow, answer) = send(&world, request.body(Body::empty()).unwrap());
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(allow.as_deref(), Some(allowed), "{method}");
        assert_eq!(codes(&answer), ["METHOD_NOT_ALLOWED"], "{method}");
    }
}

/// The SHA-256 of the document, as a client sends it.
fn by_hash(query: Option<&str>, hashed: &str) -> Value {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(hashed.as_bytes());
    let hash: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash.concat() } });
    match query {
        Some(query) => json!({ "query": query, "extensions": persisted }),
        None => json!({ "extensions": persisted }),
    }
}

#[test]
fn a_document_is_sent_once_and_then_asked_for_by_its_hash() {
    let world = World::new();
    let text = "{ me { displayName } }";
    let ask = |body: Value| post(&world, JSON, body.to_string());
    let (status, unknown) = ask(by_hash(None, text));
    assert_eq!(status, StatusCode::OK, "the protocol wants this");
    assert_eq!(codes(&unknown), ["PERSISTED_QUERY_NOT_FOUND"]);
    assert_eq!(unknown["errors"][0]["message"], "PersistedQueryNotFound");
    let (_, sent) = ask(by_hash(Some(text), text));
    assert_eq!(sent["data"]["me"]["displayName"], "The student");
    assert_eq!(ask(by_hash(None, text)), (StatusCode::OK, sent));
    let (status, forged) = ask(by_hash(Some("{ me { id } }"), text));
    assert_eq!(
        (status, codes(&forged)),
        (StatusCode::BAD_REQUEST, vec!["PERSISTED_QUERY_MISMATCH"])
    );
    let invalid = "{ me { idd } }";
    ask(by_hash(Some(invalid), invalid));
    assert_eq!(
        codes(&ask(by_hash(None, invalid)).1),
        ["PERSISTED_QUERY_NOT_FOUND"]
    );
    let registered = ask(by_hash(None, document("listCourses"))).1;
    assert_eq!(registered["data"]["courses"]["totalCount"], 1);
}

#[test]
fn the_route_has_two_names() {
    let world = World::new();
    let request = Request::post("/api/graphql").header(header::CONTENT_TYPE, JSON);
    let body = json!({ "query": "{ me { displayName } }" }).to_string();
    let (status, _, answer) = send(&world, request.body(Body::from(body)).unwrap());
    assert_eq!(
        (status, &answer["data"]["me"]["displayName"]),
        (StatusCode::OK, &json!("The student"))
    );
}
