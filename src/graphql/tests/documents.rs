//! Documents as such: registered ones, refused ones, and the published schema.

use std::path::{Path, PathBuf};

use async_graphql::parser::parse_query;
use async_graphql::{Request, Variables};
use insight::search::Search;
use serde_json::{Value, json};
use testkit::Role;

use super::{NEIGHBOURS, World, codes, document};
use crate::operations::{DOCUMENTS, Operations, are_distinct};
use crate::{Api, Options};

fn published(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../schema")
        .join(name)
}

#[test]
fn the_published_schema_is_the_one_that_is_served() {
    let committed = fs_err::read_to_string(published("schema.graphql")).unwrap_or_default();
    assert!(
        committed == Api::sdl(),
        "schema/schema.graphql is out of date: run cargo xtask schema"
    );
}

#[test]
fn every_published_operation_is_registered_under_its_name() {
    let files = fs_err::read_dir(published("operations")).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let registered: Vec<String> = DOCUMENTS
        .iter()
        .map(|(name, _)| format!("{name}.graphql"))
        .collect();
    assert_eq!(names, registered);
    for (name, text) in DOCUMENTS {
        let document = parse_query(text).unwrap();
        let operations: Vec<_> = document
            .operations
            .iter()
            .map(|(name, _)| name.unwrap())
            .collect();
        assert_eq!(operations, [name]);
    }
}

/// What each registered operation is asked with.
fn variables(world: &World, name: &str) -> Value {
    match name {
        "getAnalyticsDashboard" => json!({ "courseId": world.course.to_string() }),
        "getCourseDetails" => json!({ "id": world.course.to_string() }),
        "searchContent" => json!({ "query": "computing" }),
        "submitAssignment" => {
            let assignment = world.assignment(None).to_string();
            json!({ "input": { "assignmentId": assignment, "body": "Mine.", "idempotencyKey": "k" } })
        }
        "createDiscussionPost" => {
            let topic = world.topic(false).to_string();
            json!({ "input": { "topicId": topic, "body": "Hello", "idempotencyKey": "k" } })
        }
        _ => json!({}),
    }
}

#[test]
fn a_registered_operation_is_the_same_by_name_by_text_and_validated_in_full() {
    let world = World::new();
    for (name, text) in DOCUMENTS {
        let role = match *name {
            "getAnalyticsDashboard" => Role::Teacher,
            _ => Role::Student,
        };
        let variables = Variables::from_json(variables(&world, name));
        let by_name = Request::new("")
            .operation_name(*name)
            .variables(variables.clone());
        let by_name = world.execute(role, by_name);
        assert_eq!(codes(&by_name), Vec::<&str>::new(), "{name}: {by_name}");
        let by_text = Request::new(*text).variables(variables.clone());
        assert_eq!(by_name, world.execute(role, by_text), "{name}");
        // A document that differs by a comment is none of ours, and passes every validation.
        let other = Request::new(format!("# mine\n{text}")).variables(variables);
        assert_eq!(by_name, world.execute(role, other), "{name}");
    }
}

#[test]
fn what_is_written_while_it_is_resolved_is_what_the_values_say() {
    let world = World::new();
    world.search.catch_up().unwrap();
    let read = [
        "getCourseDetails",
        "getUserProfile",
        "listCourses",
        "getAnalyticsDashboard",
        "searchContent",
    ];
    for name in read {
        let variables = variables(&world, name);
        for variables in [
            variables,
            json!({ "id": "course_0", "courseId": "course_0", "query": "\"the" }),
        ] {
            for role in Role::ALL {
                let request = || {
                    Request::new("")
                        .operation_name(name)
                        .variables(Variables::from_json(variables.clone()))
                };
                let actor = world.cast.actor(role);
                let values = world.api.execute(actor.clone(), request());
                let values = serde_json::to_string(&world.cast.school.block_on(values)).unwrap();
                let written = world
                    .cast
                    .school
                    .block_on(world.api.answer(actor, request()));
                let written = String::from_utf8(written.to_json()).unwrap();
                assert_eq!(written, values, "{name} for {role:?}");
            }
        }
    }
}

#[test]
fn the_lists_of_every_registered_operation_can_be_written_at_once() {
    let operations = Operations::parse();
    for (name, _) in DOCUMENTS {
        assert!(operations.named(name).unwrap().distinct, "{name}");
    }
    let merged = parse_query("{ course(id: 1) { modules { id } modules { title } } }").unwrap();
    let spread = parse_query("{ course(id: 1) { ...on Course { modules { id } } } }").unwrap();
    let maybe = parse_query("{ course(id: 1) { modules @skip(if: true) { id } } }").unwrap();
    for document in [merged, spread, maybe] {
        assert!(!are_distinct(&document), "{document:?}");
    }
}

#[test]
fn a_registered_operation_refuses_variables_that_do_not_fit() {
    let world = World::new();
    let ask = |name: &str, variables: Value| {
        let request = Request::new("").operation_name(name);
        world.execute(
            Role::Student,
            request.variables(Variables::from_json(variables)),
        )
    };
    for wrong in [
        json!({}),
        json!({ "id": null }),
        json!({ "id": ["x"] }),
        json!({ "id": true }),
    ] {
        let answer = ask("getCourseDetails", wrong.clone());
        assert_eq!(codes(&answer), ["BAD_VARIABLE"], "{wrong}: {answer}");
    }
    let unknown_field = json!({ "filter": { "serach": "x" } });
    assert_eq!(codes(&ask("listCourses", unknown_field)), ["BAD_VARIABLE"]);
    let missing_field = json!({ "input": { "body": "Mine." } });
    assert_eq!(
        codes(&ask("submitAssignment", missing_field)),
        ["BAD_VARIABLE"]
    );
    assert_eq!(
        codes(&ask("submitAssignment", json!({ "input": null }))),
        ["BAD_VARIABLE"]
    );
    assert_eq!(codes(&ask("nameless", json!({}))), ["OPERATION_UNKNOWN"]);
    assert_eq!(codes(&ask("", json!({}))), ["OPERATION_UNKNOWN"]);
    assert_eq!(
        codes(&world.execute(Role::Student, Request::new("  "))),
        ["QUERY_MISSING"]
    );
}

#[test]
fn refused_documents_have_a_code_and_are_not_quoted_at_length() {
    let world = World::new();
    let deep = |levels: usize| {
        let (open, close) = ("enrollments{nodes{course{instructors{", "}}}}");
        format!(
            "{{me{{{}id{}}}}}",
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    let secret = "x".repeat(5_000);
    let documents = [
        ("{a{".repeat(10_000), "TOO_MANY_TOKENS"),
        ("{a{".repeat(300), "QUERY_SYNTAX"),
        (format!("{{ me {{ id }} }} {secret}"), "QUERY_SYNTAX"),
        ("{ me { id".to_owned(), "QUERY_SYNTAX"),
        ("{ me { id } curses }".to_owned(), "UNKNOWN_FIELD"),
        (format!("{{ {secret} }}"), "UNKNOWN_FIELD"),
        (deep(3), "QUERY_TOO_DEEP"),
        (deep(100), "QUERY_TOO_DEEP"),
        ("{ course { id } }".to_owned(), "QUERY_INVALID"),
        (
            format!("{{ courses(first: \"{secret}\") {{ totalCount }} }}"),
            "BAD_VARIABLE",
        ),
        (
            format!("{{ me {{ id {} }} }}", "@include(if: true) ".repeat(11)),
            "TOO_MANY_DIRECTIVES",
        ),
        (
            "subscription { me { id } }".to_owned(),
            "SUBSCRIPTION_NEEDS_SOCKET",
        ),
        (
            "query a { me { id } } query b { me { id } }".to_owned(),
            "TOO_MANY_OPERATIONS",
        ),
    ];
    for (text, code) in documents {
        let answer = world.ask(Role::Student, &text, json!({}));
        let start: String = text.chars().take(80).collect();
        assert_eq!(codes(&answer).first(), Some(&code), "{start}: {answer}");
        assert_eq!(answer["data"], Value::Null, "{start}");
        assert!(answer.to_string().len() < 2_048, "{start}: {answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.len() <= 200 && !message.contains("Did you mean"),
            "{start}: {message}"
        );
    }
    let many: Vec<String> = (0..1_000).map(|n| format!("f{n}")).collect();
    let answer = world.ask(
        Role::Student,
        &format!("{{ {} }}", many.join(" ")),
        json!({}),
    );
    assert!(answer.to_string().len() < 2_048, "{answer}");
}

#[test]
fn the_schema_is_told_only_where_the_operator_wants_it() {
    let world = World::new();
    let closed = Api::with(
        world.cast.school.app.clone(),
        Options::default(),
        NEIGHBOURS,
        Search::in_memory(world.cast.school.app.clone()).unwrap(),
    );
    let ask = |api: &Api, query: &str| {
        let response = api.execute(world.cast.actor(Role::Student), Request::new(query));
        serde_json::to_value(world.cast.school.block_on(response)).unwrap()
    };
    let query = r#"{ __schema { queryType { name } } __type(name: "User") { name } }"#;
    let open =
        json!({ "__schema": { "queryType": { "name": "Query" } }, "__type": { "name": "User" } });
    assert_eq!(ask(&world.api, query)["data"], open);
    let hidden = "query { ...F } fragment F on Query { ... { __schema { types { name } } } }";
    for query in [query, hidden] {
        assert_eq!(codes(&ask(&closed, query)), ["INTROSPECTION_DISABLED"]);
    }
    assert_eq!(
        ask(&closed, "{ __typename me { __typename } }")["data"]["me"]["__typename"],
        "User"
    );
}

#[test]
fn a_page_that_cannot_be_is_refused_beside_what_can() {
    let world = World::new();
    let query = r#"{
        me { displayName few: enrollments(first: 0) { totalCount } }
        many: courses(first: 101) { totalCount }
        forged: courses(after: "zz") { totalCount }
        fine: courses { totalCount edges { cursor node { code } } }
    }"#;
    let answer = world.ask(Role::Student, query, json!({}));
    assert_eq!(
        codes(&answer),
        ["PAGE_INVALID", "PAGE_INVALID", "CURSOR_INVALID"]
    );
    let data = &answer["data"];
    assert_eq!(
        data["me"],
        json!({ "displayName": "The student", "few": null })
    );
    assert_eq!(
        (&data["many"], &data["forged"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(data["fine"]["edges"][0]["node"]["code"], "CS-101");
    assert_eq!(answer["errors"][0]["path"], json!(["me", "few"]));
    assert_eq!(answer["errors"][0]["extensions"]["field"], "first");
}

#[test]
fn a_field_that_must_have_a_value_leaves_no_answer_without_it() {
    let world = World::new();
    let answer = world.ask(Role::Nobody, "{ me { id } __typename }", json!({}));
    assert_eq!(
        (&answer["data"], codes(&answer)),
        (&Value::Null, vec!["UNAUTHENTICATED"])
    );
    let text = document("getUserProfile");
    let answer = world.ask(Role::Nobody, text, json!({}));
    assert_eq!(
        (&answer["data"], codes(&answer)),
        (&json!({ "user": null }), vec!["UNAUTHENTICATED"])
    );
}

#[test]
fn the_rows_of_a_list_are_the_same_however_they_are_selected() {
    let world = World::new();
    let module = world.module();
    world.assignment(Some(module));
    world.assignment(Some(module));
    let ask = |query: &str| {
        let id = json!({ "id": world.course.to_string() });
        let answer = world.ask(Role::Student, query, id);
        assert_eq!(codes(&answer), Vec::<&str>::new(), "{answer}");
        answer["data"]["course"]["modules"].clone()
    };
    let plain = ask("query ($id: ID!) { course(id: $id) { modules {
        title items { title position kind completed } number: position
    } } }");
    let split = ask("query ($id: ID!) { course(id: $id) { modules {
        title title items { title ...Rest } ... on Module { items { completed } }
        number: position @include(if: true)
    } } } fragment Rest on ModuleItem { position kind }");
    assert_eq!(plain, split);
    let item = |position| {
        let item = json!({ "title": "Essay", "position": position, "kind": "ASSIGNMENT" });
        let mut item = item.as_object().unwrap().clone();
        item.insert("completed".to_owned(), json!(false));
        Value::Object(item)
    };
    let module = json!({ "title": "Basics", "items": [item(1), item(2)], "number": 1 });
    assert_eq!(plain, json!([module]));
    let twice = ask("query ($id: ID!) { course(id: $id) { modules {
        items { id } items { __typename }
    } } }");
    assert_eq!(twice[0]["items"][1]["__typename"], "ModuleItem");
    assert!(twice[0]["items"][1]["id"].is_string());
}
