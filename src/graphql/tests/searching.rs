//! `searchContent` and what is beside it, as documents ask for them.

use courses::markup::{SafeHtml, Written};
use courses::pages::{CreatePage, PageId};
use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes};

fn page(world: &World, title: &str, html: &str, published: bool) -> PageId {
    let page = world.given(CreatePage {
        course: world.course,
        module: None,
        title: title.to_owned(),
        body: SafeHtml::of(Written::Html(html)).unwrap(),
        estimated_minutes: None,
        published,
    });
    world.search.catch_up().unwrap();
    page
}

#[test]
fn search_content_tells_of_what_was_found() {
    let world = World::new();
    let id = page(&world, "Sorting", "<p>Quicksort &amp; heapsort.</p>", true);
    let answer = world.operation(
        Role::Student,
        "searchContent",
        json!({ "query": "heapsort", "filter": { "mode": "FULLTEXT" } }),
    );
    let found = &answer["data"]["searchContent"];
    let score = found["nodes"][0]["score"].clone();
    assert!(score.as_f64().unwrap() > 0.0);
    let course = world.course;
    assert_eq!(found["totalCount"], 1);
    assert_eq!(found["pageInfo"]["hasNextPage"], false);
    assert_eq!(
        found["nodes"],
        json!([{
            "id": id.to_string(),
            "kind": "PAGE",
            "title": "Sorting",
            "snippet": "Quicksort &amp; <mark>heapsort</mark>.",
            "score": score,
            "url": format!("/courses/{course}/pages/{id}"),
            "course": {
                "id": course.to_string(),
                "code": "CS-101",
                "title": "Introduction to Computing",
            },
        }])
    );
}

#[test]
fn pages_of_results_facets_and_notices_are_told_beside_them() {
    let world = World::new();
    for number in 0..5 {
        page(
            &world,
            &format!("Graph {number}"),
            "<p>graph</p>",
            number < 3,
        );
    }
    let ask = |role, after: Value| {
        let document = "query($after: String) {
            searchContent(query: \"graph\", first: 2, after: $after, filter: { mode: FULLTEXT }) {
                totalCount hasMore partial notices
                pageInfo { hasNextPage hasPreviousPage endCursor }
                edges { cursor node { title } }
                kinds { kind count }
                courses { course { code } count }
            }
        }";
        let answer = world.ask(role, document, json!({ "after": after }));
        assert_eq!(codes(&answer), Vec::<&str>::new(), "{answer}");
        answer["data"]["searchContent"].clone()
    };
    let first = ask(Role::Student, Value::Null);
    assert_eq!(first["totalCount"], 3);
    assert_eq!(first["kinds"], json!([{ "kind": "PAGE", "count": 3 }]));
    assert_eq!(
        first["courses"],
        json!([{ "course": { "code": "CS-101" }, "count": 3 }])
    );
    assert_eq!(first["partial"], false);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    assert_eq!(first["pageInfo"]["endCursor"], first["edges"][1]["cursor"]);
    let second = ask(Role::Student, first["pageInfo"]["endCursor"].clone());
    assert_eq!(second["edges"].as_array().unwrap().len(), 1);
    assert_eq!(second["pageInfo"]["hasPreviousPage"], true);
    // Staff sees what is hidden too.
    assert_eq!(ask(Role::Teacher, Value::Null)["totalCount"], 5);
    let nothing = ask(Role::Nobody, Value::Null);
    assert_eq!(
        (&nothing["totalCount"], &nothing["kinds"]),
        (&json!(0), &json!([]))
    );
}

#[test]
fn what_cannot_be_asked_is_refused_with_a_code() {
    let world = World::new();
    world.search.catch_up().unwrap();
    for (variables, code) in [
        (json!({ "query": "x", "first": 0 }), "PAGE_INVALID"),
        (json!({ "query": "x", "first": -1 }), "PAGE_INVALID"),
        (
            json!({ "query": "x", "first": 1_000_000_000 }),
            "PAGE_INVALID",
        ),
        (json!({ "query": "x", "after": "zz" }), "CURSOR_INVALID"),
        (json!({ "query": "x", "after": "00" }), "CURSOR_INVALID"),
        (json!({ "query": "x".repeat(10_000) }), "QUERY_TOO_LONG"),
        (
            json!({ "query": "x", "filter": { "courseId": "course_1" } }),
            "NOT_FOUND",
        ),
        (
            json!({ "query": "x", "filter": { "kinds": ["PLANET"] } }),
            "BAD_VARIABLE",
        ),
        (
            json!({ "query": "x", "filter": { "mode": "LUCK" } }),
            "BAD_VARIABLE",
        ),
        (json!({ "query": null }), "BAD_VARIABLE"),
    ] {
        let answer = world.operation(Role::Student, "searchContent", variables.clone());
        assert_eq!(codes(&answer), [code], "{variables}: {answer}");
    }
}

#[test]
fn suggestions_and_what_is_similar_are_told_as_far_as_the_viewer_may_see_them() {
    let world = World::new();
    let sorting = page(
        &world,
        "Sorting",
        "<p>How to put numbers into order.</p>",
        true,
    );
    page(
        &world,
        "Ordering",
        "<p>Numbers are put into their order.</p>",
        true,
    );
    page(&world, "Sorted out", "<p>Numbers in order.</p>", false);
    let document = "query($id: ID!) {
        suggest(prefix: \"sort\") { kind title url course { code } }
        similarContent(id: $id) { title }
    }";
    let told = |role| world.ask(role, document, json!({ "id": sorting.to_string() }));
    let answer = told(Role::Student);
    assert_eq!(
        answer["data"]["suggest"],
        json!([{
            "kind": "PAGE",
            "title": "Sorting",
            "url": format!("/courses/{}/pages/{sorting}", world.course),
            "course": { "code": "CS-101" },
        }])
    );
    let similar = answer["data"]["similarContent"].as_array().unwrap();
    assert!(similar.contains(&json!({ "title": "Ordering" })));
    assert!(!similar.contains(&json!({ "title": "Sorted out" })));
    let outside = told(Role::Member);
    assert_eq!(outside["data"]["suggest"], json!([]));
    assert_eq!(codes(&outside), ["NOT_FOUND"]);
}
