//! How often a document reads the store: each record once, however often it is shown.

use std::sync::Arc;

use async_graphql::{Request, Variables};
use courses::enrollments::{CourseRole, Enroll};
use courses::modules::{AddItem, Linked, WebAddress};
use serde_json::{Value, json};
use testkit::Role;

use super::{World, document, new_course};
use crate::view::View;

/// The answer to a document, and how many points and scans were read for it.
fn count(world: &World, role: Role, query: &str, variables: Value) -> (Value, u64) {
    let view = View::new(world.cast.school.app.clone(), world.cast.actor(role));
    let request = Request::new(query).variables(Variables::from_json(variables));
    let answer = world.cast.school.block_on(
        world
            .api
            .execute_over(Arc::clone(&view), world.api.prepare(request)),
    );
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    (
        serde_json::to_value(answer).unwrap(),
        view.snapshot().reads(),
    )
}

fn add_items(world: &World, count: usize) {
    let (course, module) = (world.course, world.module());
    for number in 0..count {
        let content = Linked::Link(WebAddress::parse("https://example.org/").unwrap());
        let title = format!("Link {number}");
        world.given(AddItem {
            course,
            module,
            title,
            content,
            estimated_minutes: None,
            published: true,
        });
    }
}

#[test]
fn the_reads_of_a_course_do_not_grow_with_its_items() {
    let world = World::new();
    let read = || {
        let id = json!({ "id": world.course.to_string() });
        count(&world, Role::Student, document("getCourseDetails"), id)
    };
    add_items(&world, 1);
    let (_, few) = read();
    add_items(&world, 30);
    let (answer, many) = read();
    assert_eq!(
        answer["data"]["course"]["modules"][1]["items"]
            .as_array()
            .unwrap()
            .len(),
        30
    );
    // The course, the viewer's enrolment, the students, the instructors and the one of them, the
    // items, the modules, the items that count and those completed.
    assert_eq!((few, many), (9, 9));
}

#[test]
fn an_instructor_of_many_courses_is_read_once() {
    let world = World::new();
    let (teacher, student) = (
        world.cast.user(Role::Teacher),
        world.cast.user(Role::Student),
    );
    for number in 1..20 {
        let course = new_course(&world.cast, &format!("MA-{number}"), "Mathematics");
        world.given(Enroll {
            course,
            user: teacher,
            role: CourseRole::Instructor,
            section: None,
            idempotency_key: None,
        });
        world.given(Enroll {
            course,
            user: student,
            role: CourseRole::Student,
            section: None,
            idempotency_key: None,
        });
    }
    let (answer, reads) = count(&world, Role::Student, document("listCourses"), json!({}));
    assert_eq!(
        answer["data"]["courses"]["nodes"].as_array().unwrap().len(),
        20
    );
    // Of each course itself, the viewer's enrolment, the students and the instructors; once the
    // viewer's courses, those open to everybody and their number, and the one instructor.
    assert_eq!(reads, 20 * 4 + 4);
    let (_, reads) = count(&world, Role::Admin, document("listCourses"), json!({}));
    // An administrator is shown a page of all: their number and the page instead of one's own.
    assert_eq!(reads, 20 * 4 + 3);
}

#[test]
fn whether_items_are_completed_is_read_at_once() {
    let world = World::new();
    add_items(&world, 20);
    let query = "query ($id: ID!) { course(id: $id) { modules { items { completed } } } }";
    let id = json!({ "id": world.course.to_string() });
    let (_, reads) = count(&world, Role::Student, query, id);
    // The course, the enrolment, the items, the modules and the completions.
    assert_eq!(reads, 5);
}

#[test]
fn authors_parents_and_the_topic_of_posts_are_read_once() {
    let world = World::new();
    let topic = world.topic(false).to_string();
    let post = |input: Value| {
        let answer = world.operation(
            Role::Student,
            "createDiscussionPost",
            json!({ "input": input }),
        );
        answer["data"]["createDiscussionPost"]["post"]["id"].clone()
    };
    let mut parent = post(json!({ "topicId": topic, "body": "First" }));
    for _ in 1..20 {
        parent = post(json!({ "topicId": topic, "body": "More", "parentId": parent }));
    }
    let query = "query ($id: ID!) { topic(id: $id) { posts { nodes {
        author { displayName } parent { id } topic { id }
    } } } }";
    let (answer, reads) = count(&world, Role::Student, query, json!({ "id": topic }));
    assert_eq!(
        answer["data"]["topic"]["posts"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
    // The topic with its course, the viewer's enrolment, its items and the number of its posts,
    // once for itself and once for its posts; the page, each post, and the one author.
    assert_eq!(reads, 32);
}
