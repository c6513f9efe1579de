//! What mutations are refused for, through the documents of the contract.

use assess::assignments::NewAssignment;
use community::discussions::{CreateTopic, NewTopic};
use courses::markup::SafeHtml;
use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes, refused};

fn submit(world: &World, role: Role, input: Value) -> Value {
    world.operation(role, "submitAssignment", json!({ "input": input }))
}

fn post(world: &World, role: Role, input: Value) -> Value {
    world.operation(role, "createDiscussionPost", json!({ "input": input }))
}

#[test]
fn work_is_refused_with_the_codes_of_the_contract() {
    let world = World::new();
    let moment = |text: &str| Some(text.parse().unwrap());
    let essay = || NewAssignment::titled("Essay", SafeHtml::default()).unwrap();
    let later = essay()
        .dates(moment("2024-01-01T00:00:00Z"), None, None)
        .unwrap();
    let over = essay()
        .dates(None, None, moment("2023-11-14T11:00:00Z"))
        .unwrap();
    let (later, over) = (
        world.assignment_of(None, later),
        world.assignment_of(None, over),
    );
    let once = world.assignment_of(None, essay().attempts(Some(1)).unwrap());
    let try_to = |input: Value, code: &str, field: Value| {
        let answer = submit(&world, Role::Student, input);
        assert_eq!(refused(&answer, "submitAssignment"), [code]);
        let error = &answer["data"]["submitAssignment"]["errors"][0];
        assert_eq!(error["field"], field, "{answer}");
        assert!(error["message"].as_str().unwrap().len() > 10, "{answer}");
    };
    let (none, body) = (Value::Null, "My essay.");
    try_to(
        json!({ "assignmentId": later.to_string(), "body": body }),
        "ASSIGNMENT_NOT_OPEN",
        none.clone(),
    );
    try_to(
        json!({ "assignmentId": over.to_string(), "body": body }),
        "ASSIGNMENT_CLOSED",
        none.clone(),
    );
    try_to(
        json!({ "assignmentId": once.to_string(), "body": "  " }),
        "SUBMISSION_EMPTY",
        json!("body"),
    );
    let long = "x".repeat(256 * 1024 + 1);
    try_to(
        json!({ "assignmentId": once.to_string(), "body": long }),
        "BODY_TOO_LONG",
        json!("body"),
    );
    try_to(
        json!({ "assignmentId": once.to_string(), "url": "ftp://x" }),
        "URL_INVALID",
        json!("url"),
    );
    let file = json!({ "assignmentId": once.to_string(), "fileIds": ["no such file"] });
    try_to(file, "FILE_NOT_USABLE", json!("fileIds"));
    let done = submit(
        &world,
        Role::Student,
        json!({ "assignmentId": once.to_string(), "body": body }),
    );
    assert_eq!(done["data"]["submitAssignment"]["submission"]["attempt"], 1);
    try_to(
        json!({ "assignmentId": once.to_string(), "body": body }),
        "ATTEMPTS_EXHAUSTED",
        none,
    );
}

#[test]
fn posts_are_refused_with_the_codes_of_the_contract() {
    let world = World::new();
    let (open, other, closed) = (world.topic(false), world.topic(false), world.topic(true));
    let try_to = |input: Value, code: &str| {
        let answer = post(&world, Role::Student, input);
        assert_eq!(refused(&answer, "createDiscussionPost"), [code]);
    };
    try_to(
        json!({ "topicId": closed.to_string(), "body": "Hello" }),
        "TOPIC_CLOSED",
    );
    try_to(
        json!({ "topicId": open.to_string(), "body": " \n" }),
        "BODY_EMPTY",
    );
    try_to(
        json!({ "topicId": open.to_string(), "body": "x".repeat(65_537) }),
        "BODY_TOO_LONG",
    );
    let there = post(
        &world,
        Role::Student,
        json!({ "topicId": other.to_string(), "body": "Hello" }),
    );
    let there = there["data"]["createDiscussionPost"]["post"]["id"].clone();
    for parent in [
        there,
        json!("post_00000000000000000000000000"),
        json!("nonsense"),
    ] {
        let input = json!({ "topicId": open.to_string(), "body": "Yes", "parentId": parent });
        try_to(input, "PARENT_NOT_IN_TOPIC");
    }
}

#[test]
fn the_same_key_does_it_once() {
    let world = World::new();
    let (essay, topic) = (
        world.assignment(None).to_string(),
        world.topic(false).to_string(),
    );
    let work = json!({ "assignmentId": essay, "body": "My essay.", "idempotencyKey": "k1" });
    let (first, again) = (
        submit(&world, Role::Student, work.clone()),
        submit(&world, Role::Student, work),
    );
    assert_eq!(first, again);
    let said = json!({ "topicId": topic, "body": "Hello", "idempotencyKey": "k1" });
    let (first, again) = (
        post(&world, Role::Student, said.clone()),
        post(&world, Role::Student, said),
    );
    assert_eq!(first, again);
    let query = "query ($essay: ID!, $topic: ID!) {
        assignment(id: $essay) { viewerSubmissions { attempt } }
        topic(id: $topic) { posts { totalCount } }
    }";
    let answer = world.ask(
        Role::Student,
        query,
        json!({ "essay": essay, "topic": topic }),
    );
    let expected = json!({ "data": {
        "assignment": { "viewerSubmissions": [{ "attempt": 1 }] },
        "topic": { "posts": { "totalCount": 1 } },
    } });
    assert_eq!(answer, expected);
}

#[test]
fn who_may_not_gets_an_error_of_the_document_and_nothing_is_done() {
    let world = World::new();
    let essay = world.assignment(None).to_string();
    let expected = [
        (Role::Nobody, "UNAUTHENTICATED"),
        (Role::Member, "NOT_FOUND"),
        (Role::Staff, "NOT_FOUND"),
        (Role::Observer, "FORBIDDEN"),
        (Role::Designer, "FORBIDDEN"),
        (Role::Assistant, "FORBIDDEN"),
        (Role::Teacher, "FORBIDDEN"),
        (Role::Admin, "FORBIDDEN"),
    ];
    for (role, code) in expected {
        let answer = submit(
            &world,
            role,
            json!({ "assignmentId": essay, "body": "Mine." }),
        );
        assert_eq!(
            answer["data"],
            json!({ "submitAssignment": null }),
            "{role}"
        );
        assert_eq!(codes(&answer), [code], "{role}");
    }
    let query = "query ($id: ID!) { assignment(id: $id) { submissions { totalCount } } }";
    let answer = world.ask(Role::Teacher, query, json!({ "id": essay }));
    assert_eq!(answer["data"]["assignment"]["submissions"]["totalCount"], 0);
}

#[test]
fn a_missing_and_a_malformed_id_are_answered_alike() {
    let world = World::new();
    let missing = "assignment_01h455vb4pex5vsknk084sn02q";
    let answers: Vec<Value> = [
        missing,
        "assignment_x",
        "user_01h455vb4pex5vsknk084sn02q",
        "",
    ]
    .map(|id| {
        submit(
            &world,
            Role::Student,
            json!({ "assignmentId": id, "body": "Mine." }),
        )
    })
    .to_vec();
    assert_eq!(codes(&answers[0]), ["NOT_FOUND"]);
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
}

#[test]
fn one_refused_change_leaves_the_others_of_the_document_as_they_are() {
    let world = World::new();
    let mutation = r#"mutation ($course: ID!) {
        missing: publishCourse(input: { courseId: "course_x" }) { course { id } errors { code } }
        module: createModule(input: { courseId: $course, title: "Basics" }) {
            module { title position published items { id } }
            errors { code }
        }
        taken: createCourse(input: { code: "cs-101", title: "Again" }) { errors { code field } }
    }"#;
    let answer = world.ask(
        Role::Admin,
        mutation,
        json!({ "course": world.course.to_string() }),
    );
    let module = json!({ "title": "Basics", "position": 1, "published": true, "items": [] });
    let expected = json!({
        "missing": null,
        "module": { "module": module, "errors": [] },
        "taken": { "errors": [{ "code": "CODE_TAKEN", "field": "code" }] },
    });
    assert_eq!(
        (&answer["data"], codes(&answer)),
        (&expected, vec!["NOT_FOUND"])
    );
}

#[test]
fn a_fault_is_told_to_nobody() {
    let world = World::new();
    // An actor whom no record knows: whatever names them cannot be shown.
    let ghost = world.cast.school.actor(app::SchoolRole::Admin);
    let topic = NewTopic::titled("Boo", SafeHtml::default(), true).unwrap();
    let topic = CreateTopic {
        course: world.course,
        module: None,
        topic,
    };
    let topic = world.cast.school.run(ghost, topic).unwrap().to_string();
    let query = "query ($id: ID!) { topic(id: $id) { title author { displayName } } }";
    let answer = world.ask(Role::Admin, query, json!({ "id": topic }));
    assert_eq!(
        (&answer["data"], codes(&answer)),
        (&Value::Null, vec!["INTERNAL"])
    );
    assert_eq!(
        answer["errors"][0]["message"],
        "Something went wrong on our side."
    );
}
