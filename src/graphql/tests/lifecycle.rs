//! What was made is changed, ordered, copied, archived and removed, by documents alone.

use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes, refused};

/// Runs a mutation with its input, and gives what it made; nothing may be refused.
fn does(world: &World, role: Role, mutation: &str, selection: &str, input: Value) -> Value {
    let answer = asked(world, role, mutation, selection, input);
    let payload = answer["data"][mutation].clone();
    assert_eq!(codes(&answer), Vec::<&str>::new(), "{answer}");
    assert_eq!(payload["errors"], json!([]), "{answer}");
    payload
}

/// The answer to a mutation with its input.
fn asked(world: &World, role: Role, mutation: &str, selection: &str, input: Value) -> Value {
    let (first, rest) = mutation.split_at(1);
    let of_input = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation ($input: {of_input}!) {{
            {mutation}(input: $input) {{ {selection} errors {{ code field }} }}
        }}"
    );
    world.ask(role, &document, json!({ "input": input }))
}

const SETTINGS: &str = "course { code title state selfEnrollment seats joinCode startsAt }";

#[test]
fn a_course_is_changed_shown_hidden_archived_and_restored() {
    let world = World::new();
    let id = world.course.to_string();
    let teacher = |mutation, input| does(&world, Role::Teacher, mutation, SETTINGS, input);
    let change = json!({
        "courseId": id, "title": "Computing", "startsAt": "2024-01-08T09:00:00Z",
        "visibility": "SCHOOL", "selfEnrollment": true, "seats": 30, "joinCode": "ferns-and-moss",
    });
    let expected = json!({
        "code": "CS-101", "title": "Computing", "state": "PUBLISHED", "selfEnrollment": true,
        "seats": 30, "joinCode": "ferns-and-moss", "startsAt": "2024-01-08T09:00:00Z",
    });
    assert_eq!(teacher("updateCourse", change)["course"], expected);
    let read = "query ($id: ID!) { course(id: $id) { joinCode seats } }";
    let seen = world.ask(Role::Student, read, json!({ "id": id }));
    assert_eq!(
        seen["data"]["course"],
        json!({ "joinCode": null, "seats": 30 })
    );
    let cleared = json!({ "courseId": id, "startsAt": null, "seats": null });
    let cleared = teacher("updateCourse", cleared)["course"].clone();
    assert_eq!(
        (&cleared["startsAt"], &cleared["seats"], &cleared["title"]),
        (&Value::Null, &Value::Null, &json!("Computing"))
    );
    let course = || json!({ "courseId": id });
    for (mutation, state) in [
        ("unpublishCourse", "DRAFT"),
        ("publishCourse", "PUBLISHED"),
        ("archiveCourse", "ARCHIVED"),
        ("restoreCourse", "PUBLISHED"),
    ] {
        assert_eq!(teacher(mutation, course())["course"]["state"], state);
    }
    let delete = |role| asked(&world, role, "deleteCourse", "deletedId", course());
    assert_eq!(
        refused(&delete(Role::Teacher), "deleteCourse"),
        ["COURSE_IN_USE"]
    );
    assert_eq!(codes(&delete(Role::Student)), ["FORBIDDEN"]);
    teacher("unpublishCourse", course());
    assert_eq!(
        delete(Role::Teacher)["data"]["deleteCourse"]["deletedId"],
        id
    );
    assert_eq!(codes(&delete(Role::Admin)), ["NOT_FOUND"]);
    world.cast.school.agrees();
}

const ENROLLMENT: &str = "enrollment { role state user { displayName } section { name } }";

#[test]
fn people_come_into_a_course_move_in_it_and_leave() {
    let world = World::new();
    let id = world.course.to_string();
    let open = json!({ "courseId": id, "joinCode": "ferns-and-moss" });
    does(&world, Role::Teacher, "updateCourse", SETTINGS, open);
    let blind = json!({ "courseId": id });
    let answer = asked(&world, Role::Member, "enrollSelf", ENROLLMENT, blind);
    assert_eq!(codes(&answer), ["NOT_FOUND"]);
    let join = json!({ "courseId": id, "code": "ferns-and-moss" });
    let joined = does(&world, Role::Member, "enrollSelf", ENROLLMENT, join);
    let expected = json!({
        "role": "STUDENT", "state": "ACTIVE", "user": { "displayName": "The member" },
        "section": null,
    });
    assert_eq!(joined["enrollment"], expected);
    let leave = json!({ "courseId": id });
    let left = does(
        &world,
        Role::Member,
        "leaveCourse",
        "courseId",
        leave.clone(),
    );
    assert_eq!(left["courseId"], id);
    let answer = asked(&world, Role::Student, "leaveCourse", "courseId", leave);
    assert_eq!(refused(&answer, "leaveCourse"), ["NOT_SELF_ENROLLED"]);

    let student = world.cast.user(Role::Student).to_string();
    let change = json!({ "courseId": id, "userId": student, "state": "COMPLETED" });
    let changed = does(
        &world,
        Role::Teacher,
        "updateEnrollment",
        ENROLLMENT,
        change,
    );
    assert_eq!(changed["enrollment"]["state"], "COMPLETED");
    let out = json!({ "courseId": id, "userId": student });
    let answer = asked(
        &world,
        Role::Assistant,
        "unenrollUser",
        "userId",
        out.clone(),
    );
    assert_eq!(codes(&answer), ["FORBIDDEN"]);
    let gone = does(&world, Role::Teacher, "unenrollUser", "userId", out);
    assert_eq!(gone["userId"], student);
    let read = "query ($id: ID!) {
        course(id: $id) { enrollments { totalCount nodes { state user { displayName } } } }
    }";
    let found = |role| world.ask(role, read, json!({ "id": id }));
    let listed = &found(Role::Teacher)["data"]["course"]["enrollments"];
    assert_eq!(listed["totalCount"], 6);
    let left = json!({ "state": "INACTIVE", "user": { "displayName": "The student" } });
    assert!(listed["nodes"].as_array().unwrap().contains(&left));
    assert_eq!(codes(&found(Role::Observer)), ["FORBIDDEN"]);
    world.cast.school.agrees();
}

const MODULES: &str = "{ id title items { title published publishedItself } }";

#[test]
fn modules_and_items_are_put_in_order_shown_and_removed() {
    let world = World::new();
    let course = world.course.to_string();
    let teacher = |mutation, selection, input: Value| {
        let mut input = input;
        input["courseId"] = json!(course);
        does(&world, Role::Teacher, mutation, selection, input)
    };
    let module = |title: &str, published| {
        let input = json!({ "title": title, "published": published });
        teacher("createModule", "module { id }", input)["module"]["id"].clone()
    };
    let (basics, more) = (module("Basics", true), module("More", false));
    let add = |module: &Value, title: &str| {
        let input = json!({
            "moduleId": module, "title": title, "kind": "LINK", "url": "https://example.org/",
        });
        teacher("addItem", "item { id }", input)["item"]["id"].clone()
    };
    let (first, second) = (add(&basics, "First"), add(&basics, "Second"));
    let order = json!({ "moduleId": basics, "itemIds": [second, first] });
    teacher("reorderItems", "module { id }", order);
    let to = json!({ "itemId": first, "moduleId": more });
    let moved = teacher(
        "moveItem",
        "item { position published publishedItself }",
        to,
    );
    assert_eq!(
        moved["item"],
        json!({ "position": 1, "published": false, "publishedItself": true })
    );
    let renamed = json!({ "moduleId": more, "title": "Later" });
    teacher("updateModule", "module { title }", renamed);
    teacher(
        "publishModule",
        "module { id }",
        json!({ "moduleId": more }),
    );
    let change = json!({ "itemId": first, "title": "Film", "estimatedMinutes": 9 });
    teacher("updateItem", "item { estimatedMinutes }", change);
    teacher("unpublishItem", "item { id }", json!({ "itemId": second }));
    let selection = format!("course {{ modules {MODULES} }}");
    let order = json!({ "moduleIds": [more, basics] });
    let ordered = teacher("reorderModules", &selection, order);
    let expected = json!([
        { "id": more, "title": "Later", "items": [
            { "title": "Film", "published": true, "publishedItself": true },
        ] },
        { "id": basics, "title": "Basics", "items": [
            { "title": "Second", "published": false, "publishedItself": false },
        ] },
    ]);
    assert_eq!(ordered["course"]["modules"], expected);
    teacher("publishItem", "item { id }", json!({ "itemId": second }));
    teacher("removeItem", "deletedId", json!({ "itemId": second }));
    teacher(
        "unpublishModule",
        "module { id }",
        json!({ "moduleId": more }),
    );
    teacher("deleteModule", "deletedId", json!({ "moduleId": basics }));
    world.cast.school.agrees();
}

#[test]
fn an_order_names_each_module_once() {
    let world = World::new();
    let course = world.course.to_string();
    let module = world.module().to_string();
    for modules in [json!([]), json!([module, module]), json!(["module_x"])] {
        let input = json!({ "courseId": course, "moduleIds": modules });
        let answer = asked(
            &world,
            Role::Teacher,
            "reorderModules",
            "course { id }",
            input,
        );
        assert_eq!(refused(&answer, "reorderModules"), ["ORDER_INCOMPLETE"]);
    }
}

#[test]
fn the_second_of_two_who_change_a_page_is_told() {
    let world = World::new();
    let page =
        json!({ "courseId": world.course.to_string(), "title": "Rules", "body": "Be kind." });
    let page = does(
        &world,
        Role::Teacher,
        "createPage",
        "page { id updatedAt }",
        page,
    );
    let page = &page["page"];
    let update = |role, title: &str| {
        let input = json!({
            "pageId": page["id"], "title": title, "body": "Be **kind**.",
            "expectedUpdatedAt": page["updatedAt"],
        });
        asked(&world, role, "updatePage", "page { title body }", input)
    };
    let answer = update(Role::Teacher, "One");
    let expected = json!({ "title": "One", "body": "<p>Be <strong>kind</strong>.</p>" });
    assert_eq!(answer["data"]["updatePage"]["page"], expected);
    let answer = update(Role::Designer, "Two");
    assert_eq!(refused(&answer, "updatePage"), ["EDIT_CONFLICT"]);
    let gone = json!({ "pageId": page["id"] });
    let gone = does(&world, Role::Teacher, "deletePage", "deletedId", gone);
    assert_eq!(gone["deletedId"], page["id"]);
    world.cast.school.agrees();
}

#[test]
fn what_was_said_is_changed_and_deleted_and_a_topic_is_closed() {
    let world = World::new();
    let topic = world.topic(false).to_string();
    let say = |role, input: Value| {
        let mut input = input;
        input["topicId"] = json!(topic);
        does(&world, role, "createDiscussionPost", "post { id }", input)["post"]["id"].clone()
    };
    let first = say(Role::Student, json!({ "body": "Helo" }));
    let changed = json!({ "postId": first, "body": "Hello" });
    let changed = does(
        &world,
        Role::Student,
        "updatePost",
        "post { body editedAt }",
        changed,
    );
    assert_eq!(changed["post"]["body"], "Hello");
    assert!(changed["post"]["editedAt"].is_string());
    say(
        Role::Teacher,
        json!({ "body": "Hello!", "parentId": first }),
    );
    let gone = json!({ "postId": first });
    does(&world, Role::Teacher, "deletePost", "deletedId", gone);
    let read = "query ($id: ID!) {
        topic(id: $id) { posts { nodes { body deleted parent { id deleted } } } }
    }";
    let posts = world.ask(Role::Student, read, json!({ "id": topic }));
    let expected = json!([
        { "body": "", "deleted": true, "parent": null },
        { "body": "Hello!", "deleted": false, "parent": { "id": first, "deleted": true } },
    ]);
    assert_eq!(posts["data"]["topic"]["posts"]["nodes"], expected);

    let of_topic = || json!({ "topicId": topic });
    let teacher =
        |mutation, selection, input| does(&world, Role::Teacher, mutation, selection, input);
    let closed = teacher("closeTopic", "topic { closed }", of_topic());
    assert_eq!(closed["topic"]["closed"], true);
    teacher("reopenTopic", "topic { closed }", of_topic());
    let change = json!({ "topicId": topic, "title": "Week 1", "body": "*Hi*", "published": false });
    let changed = teacher("updateTopic", "topic { title body published }", change);
    let expected = json!({ "title": "Week 1", "body": "<p><em>Hi</em></p>", "published": false });
    assert_eq!(changed["topic"], expected);
    teacher("deleteTopic", "deletedId", of_topic());
    let answer = world.ask(Role::Admin, read, json!({ "id": topic }));
    assert_eq!(codes(&answer), ["NOT_FOUND"]);
    world.cast.school.agrees();
}

const OUTLINE: &str = "course {
    id state startsAt modules { title items { title kind contentId dueAt published } }
}";

/// Sets an essay that learners do not see yet and begins a talk that links to it, in a course that
/// begins in January 2024.
fn taught(world: &World) {
    let course = world.course.to_string();
    let begins = json!({ "courseId": course, "startsAt": "2024-01-08T09:00:00Z" });
    does(world, Role::Teacher, "updateCourse", SETTINGS, begins);
    let module = world.module().to_string();
    let essay = json!({
        "courseId": course, "moduleId": module, "title": "Essay", "published": false,
        "dueAt": "2024-01-15T22:00:00Z", "points": 10.0, "attemptsAllowed": 2,
    });
    let essay = does(
        world,
        Role::Teacher,
        "createAssignment",
        "assignment { id }",
        essay,
    );
    let topic = json!({
        "courseId": course, "moduleId": module, "title": "Talk", "format": "HTML",
        "body": format!(
            "<a href=\"/courses/{course}/assignments/{}\">essay</a>",
            essay["assignment"]["id"].as_str().unwrap()
        ),
    });
    let topic = does(world, Role::Teacher, "createTopic", "topic { id }", topic);
    let said = json!({ "topicId": topic["topic"]["id"], "body": "Hello" });
    does(
        world,
        Role::Student,
        "createDiscussionPost",
        "post { id }",
        said,
    );
}

/// A copy of that course that begins a month later, asked for twice.
fn copied(world: &World) -> Value {
    taught(world);
    let copy = json!({
        "courseId": world.course.to_string(), "code": "CS-102",
        "startsAt": "2024-02-08T09:00:00Z", "idempotencyKey": "once",
    });
    let made = does(world, Role::Admin, "copyCourse", OUTLINE, copy.clone())["course"].clone();
    let again = does(world, Role::Admin, "copyCourse", OUTLINE, copy);
    assert_eq!(again["course"], made);
    made
}

#[test]
fn a_copy_has_the_work_and_the_talk_and_leaves_the_people() {
    let world = World::new();
    let made = copied(&world);
    let told = (&made["state"], &made["startsAt"]);
    assert_eq!(told, (&json!("DRAFT"), &json!("2024-02-08T09:00:00Z")));
    let items = &made["modules"][0]["items"];
    let (work, talk) = (&items[0], &items[1]);
    assert_eq!(
        (&work["title"], &work["dueAt"], &work["published"]),
        (
            &json!("Essay"),
            &json!("2024-02-15T22:00:00Z"),
            &json!(false)
        )
    );
    let read = "query ($essay: ID!, $talk: ID!) {
        assignment(id: $essay) { points attemptsAllowed dueAt published gradesPostedAt }
        topic(id: $talk) { body author { displayName } posts { totalCount } }
    }";
    let ids = json!({ "essay": work["contentId"], "talk": talk["contentId"] });
    let read = world.ask(Role::Admin, read, ids);
    let expected = json!({
        "assignment": {
            "points": 10.0, "attemptsAllowed": 2, "dueAt": "2024-02-15T22:00:00Z",
            "published": false, "gradesPostedAt": null,
        },
        "topic": {
            "body": read["data"]["topic"]["body"],
            "author": { "displayName": "The admin" },
            "posts": { "totalCount": 0 },
        },
    });
    assert_eq!(read["data"], expected);
    let link = format!(
        "/courses/{}/assignments/{}",
        made["id"].as_str().unwrap(),
        work["contentId"].as_str().unwrap()
    );
    let body = read["data"]["topic"]["body"].as_str().unwrap();
    assert!(body.contains(&link), "{body}");
    world.cast.school.agrees();
}

#[test]
fn work_and_talk_are_led_to_again_and_shown() {
    let world = World::new();
    let made = copied(&world);
    let items = &made["modules"][0]["items"];
    let module = json!({ "courseId": made["id"], "title": "Once more" });
    let module = does(&world, Role::Admin, "createModule", "module { id }", module);
    for (kind, item, published) in [
        ("ASSIGNMENT", &items[0], false),
        ("DISCUSSION", &items[1], true),
    ] {
        let input = json!({
            "courseId": made["id"], "moduleId": module["module"]["id"], "title": "Again",
            "kind": kind, "contentId": item["contentId"],
        });
        let selection = "item { kind contentId dueAt published }";
        let added = does(&world, Role::Admin, "addItem", selection, input);
        let expected = json!({
            "kind": kind, "contentId": item["contentId"], "dueAt": item["dueAt"],
            "published": published,
        });
        assert_eq!(added["item"], expected);
    }
    let show = json!({ "courseId": made["id"], "itemId": items_id(&world, &made) });
    let shown = does(
        &world,
        Role::Admin,
        "publishItem",
        "item { published }",
        show,
    );
    assert_eq!(shown["item"]["published"], true);
    world.cast.school.agrees();
}

/// The id of the first item of a course.
fn items_id(world: &World, course: &Value) -> Value {
    let read = "query ($id: ID!) { course(id: $id) { modules { items { id } } } }";
    let answer = world.ask(Role::Admin, read, json!({ "id": course["id"] }));
    answer["data"]["course"]["modules"][0]["items"][0]["id"].clone()
}

#[test]
fn staff_find_what_no_module_leads_to() {
    let world = World::new();
    let course = world.course.to_string();
    world.assignment(None);
    let topic = world.topic(false).to_string();
    let page = json!({ "courseId": course, "title": "Rules", "body": "", "published": false });
    does(&world, Role::Teacher, "createPage", "page { id }", page);
    let read = "query ($id: ID!) { course(id: $id) {
        pages { totalCount nodes { title published } }
        assignments { totalCount nodes { title } }
        topics(first: 1) { totalCount nodes { title published } }
    } }";
    let found = |role| world.ask(role, read, json!({ "id": course }));
    let expected = json!({
        "pages": { "totalCount": 1, "nodes": [{ "title": "Rules", "published": false }] },
        "assignments": { "totalCount": 1, "nodes": [{ "title": "Essay" }] },
        "topics": { "totalCount": 1, "nodes": [{ "title": "Week one", "published": true }] },
    });
    assert_eq!(found(Role::Designer)["data"]["course"], expected);
    let forbidden = ["FORBIDDEN"; 3];
    assert_eq!(codes(&found(Role::Student)), forbidden);
    let gone = json!({ "topicId": topic });
    does(&world, Role::Teacher, "deleteTopic", "deletedId", gone);
    let left = &found(Role::Admin)["data"]["course"]["topics"];
    assert_eq!(left, &json!({ "totalCount": 0, "nodes": [] }));
    world.cast.school.agrees();
}
