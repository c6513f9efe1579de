//! Hostile documents: each is refused at once, shortly, without an echo, and the next one who
//! asks is served.
//!
//! The kinds are those of graphql-cop, of graphql-armor and of published advisories.

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use testkit::Role;
use tower::ServiceExt;

use super::{World, codes};

/// The longest answer to a refused document, in bytes.
const ANSWER_BYTES_MAX: usize = 2_048;

/// There and back again: from a person to the people who teach their courses.
fn round_trip(inside: &str) -> String {
    format!("enrollments(first:100){{nodes{{course{{instructors{{{inside}}}}}}}}}")
}

fn fragment(name: usize, inside: &str) -> String {
    format!(" fragment F{name} on User{{{inside}}}")
}

fn nested(open: &str, inside: &str, close: &str, times: usize) -> String {
    format!("{}{inside}{}", open.repeat(times), close.repeat(times))
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(|n| one(n) + " ").collect()
}

/// The documents, each with the first code of its refusal.
#[expect(clippy::too_many_lines, reason = "it is a list")]
fn documents() -> Vec<(&'static str, String, &'static str)> {
    let there = "enrollments(first:100){nodes{course{instructors{";
    let search = "\\u0041".repeat(1_000_000);
    let chain = numbered(5_000, |n| {
        fragment(n, &round_trip(&format!("...F{}", n + 1)))
    });
    let both = |n: usize| {
        let next = round_trip(&format!("...F{}", n + 1));
        fragment(n, &format!("x:{next} y:{next}"))
    };
    let submit = "submitAssignment(input:{assignmentId:\"x\",body:\"y\"}){errors{code}}";
    vec![
        (
            "deep 1,000",
            format!("{{me{{{}}}}}", nested(there, "id", "}}}}", 250)),
            "TOO_MANY_TOKENS",
        ),
        (
            "deep 100,000",
            format!("{{me{{{}}}}}", nested(there, "id", "}}}}", 25_000)),
            "BODY_TOO_LARGE",
        ),
        (
            "deep list",
            format!(
                "{{courses(filter:{}){{totalCount}}}}",
                nested("[", "1", "]", 100_000)
            ),
            "TOO_MANY_TOKENS",
        ),
        (
            "deep object",
            format!(
                "{{courses(filter:{}){{totalCount}}}}",
                nested("{a:", "1", "}", 60_000)
            ),
            "TOO_MANY_TOKENS",
        ),
        (
            "deep type",
            format!("query($v:{}){{me{{id}}}}", nested("[", "Int", "]", 100_000)),
            "TOO_MANY_TOKENS",
        ),
        (
            "circular fragments",
            "{me{...F}} fragment F on User{...G} fragment G on User{...F}".to_owned(),
            "FRAGMENT_CYCLE",
        ),
        (
            "self fragment",
            format!("{{me{{...F0}}}}{}", fragment(0, &round_trip("...F0"))),
            "FRAGMENT_CYCLE",
        ),
        (
            "fragment chain",
            format!("{{me{{...F0}}}}{chain}{}", fragment(5_000, "id")),
            "BODY_TOO_LARGE",
        ),
        (
            "short fragment chain",
            format!(
                "{{me{{...F0}}}}{}{}",
                numbered(50, |n| fragment(n, &round_trip(&format!("...F{}", n + 1)))),
                fragment(50, "id")
            ),
            "QUERY_TOO_DEEP",
        ),
        (
            "fragment bomb",
            format!(
                "{{me{{...F0}}}}{}{}",
                numbered(25, both),
                fragment(25, "id")
            ),
            "QUERY_TOO_DEEP",
        ),
        (
            "aliases 10,000",
            format!("{{{}}}", numbered(10_000, |n| format!("a{n}:me{{id}}"))),
            "TOO_MANY_TOKENS",
        ),
        (
            "aliases 200,000",
            format!("{{{}}}", numbered(200_000, |n| format!("a{n}:me{{id}}"))),
            "BODY_TOO_LARGE",
        ),
        (
            "aliases 200",
            format!("{{{}}}", numbered(200, |n| format!("a{n}:me{{id}}"))),
            "TOO_MANY_ALIASES",
        ),
        (
            "duplicates",
            format!("{{me{{{}}}}}", "id ".repeat(80_000)),
            "TOO_MANY_TOKENS",
        ),
        (
            "few duplicates",
            format!("{{me{{{}}}}}", "id ".repeat(1_500)),
            "QUERY_TOO_COMPLEX",
        ),
        (
            "directives",
            format!("{{me{{id {}}}}}", "@include(if:true) ".repeat(10_000)),
            "TOO_MANY_TOKENS",
        ),
        (
            "unknown directives",
            format!("{{me{{id {}}}}}", "@aa ".repeat(10_000)),
            "TOO_MANY_TOKENS",
        ),
        (
            "few unknown directives",
            format!("{{me{{id {}}}}}", "@aa ".repeat(500)),
            "TOO_MANY_DIRECTIVES",
        ),
        (
            "list product",
            format!(
                "{{courses(first:100){{nodes{{instructors{{{}}}}}}}}}",
                round_trip(&round_trip("id"))
            ),
            "QUERY_TOO_DEEP",
        ),
        (
            "aliased changes",
            format!(
                "mutation{{{}}}",
                numbered(1_000, |n| format!("a{n}:{submit}"))
            ),
            "TOO_MANY_TOKENS",
        ),
        (
            "few aliased changes",
            format!("mutation{{{}}}", numbered(20, |n| format!("a{n}:{submit}"))),
            "TOO_MANY_ROOT_FIELDS",
        ),
        (
            "introspection circle",
            format!(
                "{{__schema{{types{}}}}}",
                nested("{fields{type", "{name}", "}}", 12)
            ),
            "QUERY_TOO_DEEP",
        ),
        (
            "huge integer",
            "{courses(first:99999999999999999999999999){totalCount}}".to_owned(),
            "BAD_VARIABLE",
        ),
        (
            "control characters",
            "{me{id\u{0}\u{feff}}}".to_owned(),
            "QUERY_SYNTAX",
        ),
        (
            "comment",
            format!("{{me{{id}}}}#{}", "x".repeat(10_000_000)),
            "BODY_TOO_LARGE",
        ),
        (
            "operations",
            numbered(50_000, |n| format!("query q{n}{{me{{id}}}}")),
            "BODY_TOO_LARGE",
        ),
        (
            "few operations",
            numbered(100, |n| format!("query q{n}{{me{{id}}}}")),
            "TOO_MANY_OPERATIONS",
        ),
        (
            "spaces",
            format!("{{me{{id}}}}{}", " ".repeat(10_000_000)),
            "BODY_TOO_LARGE",
        ),
        (
            "string",
            format!("{{courses(filter:{{search:\"{search}\"}}){{totalCount}}}}"),
            "BODY_TOO_LARGE",
        ),
    ]
}

fn send(world: &World, document: &str) -> (StatusCode, Vec<u8>) {
    let body = json!({ "query": document }).to_string();
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, body.len());
    let routes = world
        .api
        .routes()
        .layer(Extension(world.cast.actor(Role::Student)));
    world.cast.school.block_on(async {
        let response = routes.oneshot(request.body(Body::from(body)).unwrap());
        let response = response.await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, body.to_vec())
    })
}

#[test]
fn hostile_documents_are_refused_shortly_and_the_next_one_is_served() {
    let world = World::new();
    let mut wrong = Vec::new();
    for (name, document, code) in documents() {
        let (status, body) = send(&world, &document);
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(
            matches!(
                status,
                StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE
            ),
            "{name}: {status} {answer}"
        );
        if codes(&answer).first() != Some(&code) {
            wrong.push(format!("{name}: {answer}"));
        }
        assert!(
            body.len() < ANSWER_BYTES_MAX,
            "{name}: {} bytes",
            body.len()
        );
        let start: String = document.chars().take(200).collect();
        let echoed = document.len() > 200 && answer.to_string().contains(&start);
        assert!(!echoed, "{name} is echoed: {answer}");
        let (status, body) = send(&world, "{me{id}}");
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (status, codes(&answer)),
            (StatusCode::OK, vec![]),
            "after {name}"
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_short_document_with_a_long_answer_ends_when_its_budget_is_spent() {
    let world = World::new();
    let module = world.module();
    for _ in 0..80 {
        world.assignment(Some(module));
    }
    let items = |n| {
        format!(
            "m{n}: modules {{ items {{ id title kind position dueAt contentId url published estimatedMinutes completed }} }}"
        )
    };
    let ask = |lists: usize| {
        let text = format!(
            "query($id: ID!) {{ course(id: $id) {{ {} }} }}",
            numbered(lists, items)
        );
        world.ask(
            Role::Student,
            &text,
            json!({ "id": world.course.to_string() }),
        )
    };
    assert_eq!(codes(&ask(20)), Vec::<&str>::new());
    let answer = ask(30);
    assert_eq!(
        codes(&answer).first(),
        Some(&"ANSWER_TOO_LARGE"),
        "24,000 fields"
    );
    assert!(answer["data"].is_null(), "half an answer");
}
