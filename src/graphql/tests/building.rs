//! A course from nothing to its first completed item, by documents alone.

use serde_json::{Value, json};
use testkit::Role;

use super::{NOON, World, codes, refused};

/// What a mutation made, without errors.
fn make(world: &World, role: Role, mutation: &str, input: Value) -> Value {
    let answer = world.ask(role, mutation, json!({ "input": input }));
    let payload = answer["data"]
        .as_object()
        .and_then(|data| data.values().next().cloned());
    let payload = payload.unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(
        (codes(&answer), &payload["errors"]),
        (Vec::new(), &json!([])),
        "{answer}"
    );
    payload
}

const CREATE_COURSE: &str = "mutation ($input: CreateCourseInput!) {
    createCourse(input: $input) {
        course { id state descriptionHtml startsAt viewerRole instructors { username } }
        errors { code field }
    }
}";
const PUBLISH: &str = "mutation ($input: PublishCourseInput!) {
    publishCourse(input: $input) { course { state } errors { code } }
}";
const CREATE_MODULE: &str = "mutation ($input: CreateModuleInput!) {
    createModule(input: $input) { module { id } errors { code } }
}";
const CREATE_PAGE: &str = "mutation ($input: CreatePageInput!) {
    createPage(input: $input) {
        page { id title body updatedAt course { code } } errors { code field }
    }
}";
const CREATE_ASSIGNMENT: &str = "mutation ($input: CreateAssignmentInput!) {
    createAssignment(input: $input) {
        assignment {
            title instructions points unlockAt dueAt lockAt attemptsAllowed published
            gradesPostedAt course { code } viewerSubmissions { id }
        }
        errors { code field }
    }
}";
const CREATE_TOPIC: &str = "mutation ($input: CreateTopicInput!) {
    createTopic(input: $input) {
        topic { title body closed createdAt author { displayName } posts { totalCount } }
        errors { code field }
    }
}";
const ENROLL: &str = "mutation ($input: EnrollUserInput!) {
    enrollUser(input: $input) {
        enrollment { role state enrolledAt user { displayName } course { code } lastActivityAt }
        errors { code field }
    }
}";
const COMPLETE: &str = "mutation ($input: CompleteItemInput!) {
    completeItem(input: $input) { progress { completedItems totalItems } errors { code field } }
}";
const DETAILS: &str = "query ($id: ID!) {
    course(id: $id) { modules { items { id kind title contentId completed } } }
}";

fn course(world: &World) -> Value {
    let input = json!({
        "code": "BI-1", "title": "Biology", "description": "*Life*", "language": "en-GB",
        "startsAt": "2024-01-08T09:00:00+01:00",
    });
    let made = make(world, Role::Staff, CREATE_COURSE, input);
    let expected = json!({
        "id": made["course"]["id"],
        "state": "DRAFT",
        "descriptionHtml": "<p><em>Life</em></p>",
        "startsAt": "2024-01-08T08:00:00Z",
        "viewerRole": "INSTRUCTOR",
        "instructors": [{ "username": "staff" }],
    });
    assert_eq!(made["course"], expected);
    made["course"]["id"].clone()
}

#[test]
fn a_course_is_built_published_and_worked_through() {
    let world = World::new();
    let course = course(&world);
    let staff = |mutation, input| make(&world, Role::Staff, mutation, input);
    let module = staff(
        CREATE_MODULE,
        json!({ "courseId": course, "title": "Cells" }),
    );
    let module = module["module"]["id"].clone();
    let page = json!({
        "courseId": course, "moduleId": module, "title": "Welcome", "format": "HTML",
        "body": "<p onclick=\"x()\">Hi</p><script>x()</script>",
    });
    let page = staff(CREATE_PAGE, page);
    let expected = json!({
        "id": page["page"]["id"], "title": "Welcome", "body": "<p>Hi</p>", "updatedAt": NOON,
        "course": { "code": "BI-1" },
    });
    assert_eq!(page["page"], expected);
    assert_eq!(
        staff(PUBLISH, json!({ "courseId": course }))["course"]["state"],
        "PUBLISHED"
    );
    let student = world.cast.user(Role::Student).to_string();
    let enrolled = json!({ "courseId": course, "userId": student, "role": "STUDENT" });
    let expected = json!({
        "role": "STUDENT", "state": "ACTIVE", "enrolledAt": NOON,
        "user": { "displayName": "The student" }, "course": { "code": "BI-1" },
        "lastActivityAt": null,
    });
    assert_eq!(staff(ENROLL, enrolled.clone())["enrollment"], expected);
    let again = world.ask(Role::Staff, ENROLL, json!({ "input": enrolled }));
    assert_eq!(refused(&again, "enrollUser"), ["ALREADY_ENROLLED"]);
    let items = || {
        let answer = world.ask(Role::Student, DETAILS, json!({ "id": course }));
        answer["data"]["course"]["modules"][0]["items"].clone()
    };
    let item = items()[0]["id"].clone();
    let done = json!({ "courseId": course, "itemId": item });
    let done = make(&world, Role::Student, COMPLETE, done);
    assert_eq!(
        done["progress"],
        json!({ "completedItems": 1, "totalItems": 1 })
    );
    let expected = json!([{
        "id": item, "kind": "PAGE", "title": "Welcome", "contentId": page["page"]["id"],
        "completed": true,
    }]);
    assert_eq!(items(), expected);
    world.cast.school.agrees();
}

#[test]
fn assignments_and_topics_are_made_as_they_are_described() {
    let world = World::new();
    let course = world.course.to_string();
    let teacher = |mutation, input| make(&world, Role::Teacher, mutation, input);
    let essay = json!({
        "courseId": course, "title": "Essay", "instructions": "Write **much**.", "points": 12.5,
        "unlockAt": "2023-11-01T00:00:00Z", "dueAt": "2023-12-01T00:00:00Z",
        "lockAt": "2023-12-08T00:00:00Z", "attemptsAllowed": 3,
    });
    let expected = json!({
        "title": "Essay", "instructions": "<p>Write <strong>much</strong>.</p>", "points": 12.5,
        "unlockAt": "2023-11-01T00:00:00Z", "dueAt": "2023-12-01T00:00:00Z",
        "lockAt": "2023-12-08T00:00:00Z", "attemptsAllowed": 3, "published": true,
        "gradesPostedAt": null, "course": { "code": "CS-101" }, "viewerSubmissions": [],
    });
    assert_eq!(teacher(CREATE_ASSIGNMENT, essay)["assignment"], expected);
    let topic = json!({ "courseId": course, "title": "Questions", "body": "Ask.", "closed": true });
    let expected = json!({
        "title": "Questions", "body": "<p>Ask.</p>", "closed": true, "createdAt": NOON,
        "author": { "displayName": "The teacher" }, "posts": { "totalCount": 0 },
    });
    assert_eq!(teacher(CREATE_TOPIC, topic)["topic"], expected);
}

#[test]
fn an_input_is_refused_by_the_field_that_is_to_blame() {
    let world = World::new();
    let course = world.course.to_string();
    let cases = [
        (
            CREATE_COURSE,
            json!({ "code": "<b>", "title": "T" }),
            "createCourse",
            "CODE_INVALID",
            "code",
        ),
        (
            CREATE_COURSE,
            json!({ "code": "X", "title": "" }),
            "createCourse",
            "TITLE_INVALID",
            "title",
        ),
        (
            CREATE_COURSE,
            json!({
                "code": "X", "title": "T",
                "startsAt": "2024-01-02T00:00:00Z", "endsAt": "2024-01-01T00:00:00Z",
            }),
            "createCourse",
            "DATES_REVERSED",
            "endsAt",
        ),
        (
            CREATE_PAGE,
            json!({ "courseId": course, "title": "T", "body": "", "moduleId": "module_x" }),
            "createPage",
            "MODULE_NOT_FOUND",
            "moduleId",
        ),
        (
            CREATE_ASSIGNMENT,
            json!({ "courseId": course, "title": "T", "points": -1.0 }),
            "createAssignment",
            "POINTS_INVALID",
            "points",
        ),
        (
            CREATE_ASSIGNMENT,
            json!({ "courseId": course, "title": "T", "attemptsAllowed": 0 }),
            "createAssignment",
            "ATTEMPTS_INVALID",
            "attemptsAllowed",
        ),
        (
            CREATE_TOPIC,
            json!({ "courseId": course, "title": "a\nb" }),
            "createTopic",
            "TITLE_INVALID",
            "title",
        ),
    ];
    for (mutation, input, name, code, field) in cases {
        let answer = world.ask(Role::Admin, mutation, json!({ "input": input }));
        assert_eq!(refused(&answer, name), [code], "{input}");
        assert_eq!(answer["data"][name]["errors"][0]["field"], field, "{input}");
    }
}
