//! The documents of the contract, letter for letter, with the answers that they must get.

use std::time::Duration;

use assess::assignments::NewAssignment;
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::SafeHtml;
use courses::modules::{self, AddItem, Linked, WebAddress};
use courses::progress::CompleteItem;
use serde_json::{Value, json};
use testkit::Role;

use super::{NOON, World, new_course};

#[test]
fn get_user_profile_without_id_is_the_viewer() {
    let world = World::new();
    let module = world.module();
    world.assignment(Some(module));
    let answer = world.operation(Role::Student, "getUserProfile", json!({}));
    let expected = json!({ "data": { "user": {
        "id": world.cast.user(Role::Student).to_string(),
        "displayName": "The student",
        "email": "student@example.org",
        "role": "MEMBER",
        "locale": "en",
        "timeZone": "UTC",
        "createdAt": NOON,
        "enrollments": { "totalCount": 1, "nodes": [{
            "role": "STUDENT",
            "state": "ACTIVE",
            "course": {
                "id": world.course.to_string(),
                "code": "CS-101",
                "title": "Introduction to Computing",
            },
            "progress": { "completedItems": 0, "totalItems": 1 },
        }] },
    } } });
    assert_eq!(answer, expected);
}

#[test]
fn get_user_profile_hides_from_class_mates_what_is_not_theirs_to_see() {
    let world = World::new();
    let teacher = world.cast.user(Role::Teacher).to_string();
    let answer = world.operation(Role::Student, "getUserProfile", json!({ "id": teacher }));
    assert_eq!(answer["data"]["user"]["displayName"], "The teacher");
    assert_eq!(answer["data"]["user"]["email"], Value::Null);
    assert_eq!(
        answer["data"]["user"]["enrollments"],
        json!({ "totalCount": 0, "nodes": [] })
    );
}

#[test]
fn get_course_details_shows_modules_and_items_by_position() {
    let world = World::new();
    let (course, module) = (world.course, world.module());
    let due_at = Some("2023-12-01T08:00:00Z".parse().unwrap());
    let essay = NewAssignment::titled("Essay", SafeHtml::default()).unwrap();
    let essay = world.assignment_of(Some(module), essay.dates(None, due_at, None).unwrap());
    let link = Linked::Link(WebAddress::parse("https://example.org/").unwrap());
    let title = "Elsewhere".to_owned();
    let link = AddItem {
        course,
        module,
        title,
        content: link,
        estimated_minutes: None,
        published: true,
    };
    let link = world.given(link);
    world
        .cast
        .does(Role::Student, CompleteItem { course, item: link });
    let snapshot = world.cast.school.app.snapshot();
    let items = modules::items_of(&snapshot, course, essay).unwrap();
    let answer = world.operation(
        Role::Student,
        "getCourseDetails",
        json!({ "id": course.to_string() }),
    );
    let expected = json!({ "data": { "course": {
        "id": course.to_string(),
        "code": "CS-101",
        "title": "Introduction to Computing",
        "description": "What is *taught*.",
        "state": "PUBLISHED",
        "language": "en",
        "startsAt": null,
        "endsAt": null,
        "enrollmentCount": 1,
        "instructors": [{
            "id": world.cast.user(Role::Teacher).to_string(),
            "displayName": "The teacher",
        }],
        "modules": [{ "id": module.to_string(), "title": "Basics", "position": 1, "items": [
            {
                "id": items[0].0.to_string(), "title": "Essay", "kind": "ASSIGNMENT", "position": 1,
                "estimatedMinutes": 90, "dueAt": "2023-12-01T08:00:00Z",
                "contentId": essay.to_string(),
            },
            {
                "id": link.to_string(), "title": "Elsewhere", "kind": "LINK", "position": 2,
                "estimatedMinutes": null, "dueAt": null, "contentId": null,
            },
        ] }],
        "viewerProgress": { "completedItems": 1, "totalItems": 2 },
    } } });
    assert_eq!(answer, expected);
    let answer = world.operation(
        Role::Admin,
        "getCourseDetails",
        json!({ "id": course.to_string() }),
    );
    assert_eq!(
        answer["data"]["course"]["viewerProgress"],
        Value::Null,
        "who is not enrolled"
    );
}

/// The codes of all pages of `listCourses`, each page as long as asked.
fn listed(world: &World, first: usize, filter: &Value) -> (Vec<String>, usize) {
    let (mut listed, mut pages, mut after) = (Vec::new(), 0, Value::Null);
    loop {
        let variables = json!({ "first": first, "after": after, "filter": filter });
        let answer = world.operation(Role::Student, "listCourses", variables);
        let page = &answer["data"]["courses"];
        let nodes = page["nodes"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"));
        listed.extend(
            nodes
                .iter()
                .map(|node| node["code"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], listed.len(), "{answer}");
            return (listed, pages);
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

#[test]
fn list_courses_goes_through_all_pages_by_code() {
    let world = World::new();
    let user = world.cast.user(Role::Student);
    for code in ["MA-3", "MA-1", "BI-7", "MA-2"] {
        let course = new_course(&world.cast, code, "Another");
        world.given(Enroll {
            course,
            user,
            role: CourseRole::Student,
            section: None,
            idempotency_key: None,
        });
    }
    new_course(&world.cast, "ZZ-9", "Not hers");
    let all = ["BI-7", "CS-101", "MA-1", "MA-2", "MA-3"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(listed(&world, 2, &Value::Null), (all.clone(), 3));
    assert_eq!(listed(&world, 100, &json!({ "mine": true })), (all, 1));
    let ma = ["MA-1", "MA-2", "MA-3"].map(str::to_owned).to_vec();
    assert_eq!(listed(&world, 2, &json!({ "search": "ma-" })), (ma, 2));
    assert_eq!(
        listed(&world, 2, &json!({ "state": "DRAFT" })).0,
        Vec::<String>::new()
    );
}

#[test]
fn list_courses_shows_each_course() {
    let world = World::new();
    let answer = world.operation(Role::Student, "listCourses", json!({}));
    let end = answer["data"]["courses"]["pageInfo"]["endCursor"].clone();
    let expected = json!({ "data": { "courses": {
        "totalCount": 1,
        "pageInfo": { "hasNextPage": false, "endCursor": end },
        "nodes": [{
            "id": world.course.to_string(),
            "code": "CS-101",
            "title": "Introduction to Computing",
            "state": "PUBLISHED",
            "enrollmentCount": 1,
            "instructors": [{
                "id": world.cast.user(Role::Teacher).to_string(),
                "displayName": "The teacher",
            }],
        }],
    } } });
    assert_eq!(answer, expected);
    assert!(end.is_string());
}

#[test]
fn submit_assignment_counts_attempts_and_tells_what_is_late() {
    let world = World::new();
    let due_at = Some("2023-11-14T12:30:00Z".parse().unwrap());
    let essay = NewAssignment::titled("Essay", SafeHtml::default()).unwrap();
    let essay = world.assignment_of(None, essay.dates(None, due_at, None).unwrap());
    let input = json!({ "input": { "assignmentId": essay.to_string(), "body": "My essay." } });
    let first = world.operation(Role::Student, "submitAssignment", input.clone());
    let id = first["data"]["submitAssignment"]["submission"]["id"].clone();
    let expected = json!({ "data": { "submitAssignment": {
        "submission": {
            "id": id, "attempt": 1, "state": "SUBMITTED", "submittedAt": NOON, "late": false,
        },
        "errors": [],
    } } });
    assert_eq!(first, expected);
    assert!(id.as_str().unwrap().starts_with("submission_"));
    world.cast.school.clock.advance(Duration::from_hours(1));
    let second = world.operation(Role::Student, "submitAssignment", input);
    let second = &second["data"]["submitAssignment"]["submission"];
    assert_eq!(
        (&second["attempt"], &second["late"]),
        (&json!(2), &json!(true))
    );
}

#[test]
fn create_discussion_post_answers_the_topic_or_a_post() {
    let world = World::new();
    let topic = world.topic(false).to_string();
    let post = |role, input: Value| {
        world.operation(role, "createDiscussionPost", json!({ "input": input }))
    };
    let first = post(
        Role::Student,
        json!({ "topicId": topic, "body": " All of it. " }),
    );
    let id = first["data"]["createDiscussionPost"]["post"]["id"].clone();
    let expected = json!({ "data": { "createDiscussionPost": {
        "post": {
            "id": id,
            "body": "All of it.",
            "createdAt": NOON,
            "author": {
                "id": world.cast.user(Role::Student).to_string(),
                "displayName": "The student",
            },
            "parent": null,
        },
        "errors": [],
    } } });
    assert_eq!(first, expected);
    let answer = json!({ "topicId": topic, "parentId": id, "body": "Read it again." });
    let answer = post(Role::Teacher, answer);
    assert_eq!(
        answer["data"]["createDiscussionPost"]["post"]["parent"],
        json!({ "id": id })
    );
}
