//! The life of a course over HTTP: made, filled, put in order, joined, worked in, copied, archived.

use serde_json::{Value, json};

use crate::running::{Client, Server, edusphere, stdout};

/// Runs a mutation with its input, and gives what it made; nothing may be refused.
fn does(client: &Client, mutation: &str, selection: &str, input: &Value) -> Value {
    let payload = asked(client, mutation, selection, input);
    assert_eq!(payload["errors"], json!([]), "{mutation}: {payload}");
    payload
}

/// What a mutation answers to its input.
fn asked(client: &Client, mutation: &str, selection: &str, input: &Value) -> Value {
    let (first, rest) = mutation.split_at(1);
    let of_input = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation($input: {of_input}!) {{ {mutation}(input: $input) {{ {selection} errors {{ code }} }} }}"
    );
    client.document(&document, &json!({ "input": input }))[mutation].clone()
}

fn modules(client: &Client, course: &Value) -> Value {
    let course = client.operation("getCourseDetails", &json!({ "id": course }));
    course["course"]["modules"].clone()
}

/// A draft of maria's with a page, an essay and a film in two modules; the page links to the essay.
fn filled(maria: &Client) -> (Value, Value) {
    let course = json!({ "code": "FERN-1", "title": "Ferns", "startsAt": "2030-09-01T08:00:00Z" });
    let course = does(maria, "createCourse", "course { id }", &course)["course"]["id"].clone();
    let module = |title: &str| {
        let input = json!({ "courseId": course, "title": title });
        does(maria, "createModule", "module { id }", &input)["module"]["id"].clone()
    };
    let (moss, spores) = (module("Moss"), module("Spores"));
    let essay = json!({
        "courseId": course, "moduleId": spores, "title": "Essay", "points": 10.0,
        "dueAt": "2030-09-08T08:00:00Z",
    });
    let essay = does(maria, "createAssignment", "assignment { id }", &essay);
    let essay = essay["assignment"]["id"].clone();
    let link = format!(
        "Write the [essay](/courses/{}/assignments/{}).",
        course.as_str().unwrap(),
        essay.as_str().unwrap()
    );
    let page = json!({ "courseId": course, "moduleId": spores, "title": "Read", "body": link });
    does(maria, "createPage", "page { id }", &page);
    let film = json!({
        "courseId": course, "moduleId": moss, "title": "Film", "kind": "VIDEO",
        "url": "https://example.org/film",
    });
    does(maria, "addItem", "item { id }", &film);
    let order = json!({ "courseId": course, "moduleIds": [spores, moss] });
    does(maria, "reorderModules", "course { id }", &order);
    let found = modules(maria, &course);
    let item = &found[0]["items"][1];
    assert_eq!(item["title"], "Read");
    let to = json!({
        "courseId": course, "itemId": item["id"], "moduleId": spores, "position": 1,
    });
    does(maria, "moveItem", "item { position }", &to);
    (course, essay)
}

/// Noah comes in with the code, hands in, and speaks.
fn worked_in(server: &Server, course: &Value, essay: &Value) {
    let noah = server.sign_in("noah", "edusphere");
    let lena = server.sign_in("lena", "edusphere");
    let join = json!({ "courseId": course, "code": "spores-2030" });
    let joined = does(&noah, "enrollSelf", "enrollment { role }", &join);
    assert_eq!(joined["enrollment"]["role"], "STUDENT");
    let full = asked(&lena, "enrollSelf", "enrollment { role }", &join);
    assert_eq!(full["errors"][0]["code"], "COURSE_FULL");
    let work = json!({ "input": { "assignmentId": essay, "body": "Ferns have no flowers." } });
    let done = noah.operation("submitAssignment", &work)["submitAssignment"].clone();
    assert_eq!(done["errors"], json!([]));
}

#[test]
fn a_course_is_made_ordered_joined_copied_and_archived() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let maria = server.sign_in("maria", "edusphere");
    let (course, essay) = filled(&maria);
    let of_course = json!({ "courseId": course });
    let open = json!({ "courseId": course, "joinCode": "spores-2030", "seats": 1 });
    does(&maria, "updateCourse", "course { id }", &open);
    does(&maria, "publishCourse", "course { state }", &of_course);
    worked_in(&server, &course, &essay);
    let refused = asked(&maria, "unpublishCourse", "course { state }", &of_course);
    assert_eq!(refused["errors"][0]["code"], "COURSE_HAS_WORK");

    let id = course.as_str().unwrap();
    let copy = json!({
        "code": "FERN-2", "startsAt": "2031-09-01T08:00:00Z", "idempotencyKey": "next-year",
    });
    let path = format!("/api/courses/{id}/copy");
    let (status, made) = maria.post(&path, &copy);
    assert_eq!((status, &made["course"]["title"]), (201, &json!("Ferns")));
    assert_eq!(maria.post(&path, &copy), (201, made.clone()), "asked twice");
    let copied = &made["course"]["id"];
    let outline = modules(&maria, copied);
    let titles = |at: usize| outline[0]["items"][at]["title"].clone();
    assert_eq!((titles(0), titles(1)), (json!("Read"), json!("Essay")));
    let work = &outline[0]["items"][1];
    assert_eq!(work["dueAt"], "2031-09-08T08:00:00Z");
    let read = "query($id: ID!) { page(id: $id) { body } }";
    let page = maria.document(read, &json!({ "id": outline[0]["items"][0]["contentId"] }));
    let body = page["page"]["body"].as_str().unwrap();
    let link = format!(
        "/courses/{}/assignments/{}",
        copied.as_str().unwrap(),
        work["contentId"].as_str().unwrap()
    );
    assert!(body.contains(&link), "{body}");

    let (status, archived) = maria.post(&format!("/api/courses/{id}/archive"), &json!({}));
    assert_eq!(
        (status, &archived["course"]["state"]),
        (200, &json!("ARCHIVED"))
    );
    let noah = server.sign_in("noah", "edusphere");
    assert_eq!(modules(&noah, &course)[0]["items"][1]["title"], "Essay");
    let more = json!({ "input": { "assignmentId": essay, "body": "And no seeds." } });
    let late = noah.operation("submitAssignment", &more)["submitAssignment"].clone();
    assert_eq!(late["errors"][0]["code"], "COURSE_NOT_OPEN");
    let draft = json!({ "courseId": copied });
    let gone = does(&maria, "deleteCourse", "deletedId", &draft);
    assert_eq!(&gone["deletedId"], copied);

    assert_eq!(server.stop(), Some(0));
    let check = edusphere(&["check", "--data-dir", data_dir.to_str().unwrap()]);
    assert_eq!(check.status.code(), Some(0), "{}", stdout(&check));
}
