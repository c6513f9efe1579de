//! A day in the demo school, over HTTP: sign in, read, submit, discuss, grade; and what is refused.

use std::path::Path;

use serde_json::{Value, json};

use crate::running::{Client, Server};

pub(crate) fn course_of(client: &Client, code: &str) -> Value {
    let found = client.operation("listCourses", &json!({ "filter": { "search": code } }));
    let id = found["courses"]["nodes"][0]["id"].clone();
    client.operation("getCourseDetails", &json!({ "id": id }))["course"].clone()
}

/// The id of what is behind the first item of this kind.
pub(crate) fn content(course: &Value, kind: &str) -> String {
    let modules = course["modules"].as_array().unwrap();
    let mut items = modules
        .iter()
        .flat_map(|module| module["items"].as_array().unwrap());
    let item = items.find(|item| item["kind"] == *kind).unwrap();
    item["contentId"].as_str().unwrap().to_owned()
}

#[test]
fn a_pupil_reads_submits_and_posts_and_a_teacher_grades() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, maria) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("maria", "edusphere"),
    );

    let me = lena.operation("getUserProfile", &json!({}))["user"].clone();
    assert_eq!(me["displayName"], "Lena Fischer");
    assert_eq!(me["enrollments"]["totalCount"], 2);

    let course = course_of(&lena, "BIO-101");
    assert_eq!(course["instructors"][0]["displayName"], "Maria Santos");
    assert_eq!(course["enrollmentCount"], 6);
    let before = course["viewerProgress"]["completedItems"].as_u64().unwrap();

    let assignment = content(&course, "ASSIGNMENT");
    let input = json!({ "input": { "assignmentId": assignment, "body": "My second try." } });
    let submitted = lena.operation("submitAssignment", &input)["submitAssignment"].clone();
    assert_eq!(submitted["errors"], json!([]));
    assert_eq!(submitted["submission"]["attempt"], 2);
    assert_eq!(submitted["submission"]["late"], false);

    let topic = content(&course, "DISCUSSION");
    let post = json!({ "input": { "topicId": topic, "body": "I changed my mind." } });
    let posted = lena.operation("createDiscussionPost", &post)["createDiscussionPost"].clone();
    assert_eq!(posted["post"]["author"]["displayName"], "Lena Fischer");
    let after = course_of(&lena, "BIO-101")["viewerProgress"]["completedItems"]
        .as_u64()
        .unwrap();
    assert!(after >= before);

    let id = submitted["submission"]["id"].clone();
    let grade = "mutation($input: GradeSubmissionInput!) { gradeSubmission(input: $input) { submission { state grade { score } } errors { code } } }";
    let graded = maria.document(
        grade,
        &json!({ "input": { "submissionId": id, "score": 19.5 } }),
    );
    assert_eq!(
        graded["gradeSubmission"]["submission"]["grade"]["score"],
        19.5
    );
    let read = "query($id: ID!) { submission(id: $id) { state grade { score } } }";
    let seen = lena.document(read, &json!({ "id": id }));
    assert_eq!(seen["submission"]["state"], "GRADED");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn an_administrator_adds_people_who_then_sign_in() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let tom = json!({
        "username": "tom", "displayName": "Tom Weaver", "role": "STAFF", "password": "a long password",
    });
    let admin = server.sign_in("admin", "edusphere");
    let (status, added) = admin.post("/api/users", &tom);
    assert_eq!(status, 201, "{added}");
    assert!(added["id"].as_str().unwrap().starts_with("user_"));
    let me = server
        .sign_in("tom", "a long password")
        .operation("getUserProfile", &json!({}));
    assert_eq!(me["user"]["role"], "STAFF");

    let short = json!({ "username": "x", "displayName": "X", "password": "short" });
    let maria = server.sign_in("maria", "edusphere");
    for ((status, problem), (wanted, code)) in [
        (admin.post("/api/users", &tom), (409, "USERNAME_TAKEN")),
        (admin.post("/api/users", &short), (422, "PASSWORD_LENGTH")),
        (maria.post("/api/users", &tom), (403, "FORBIDDEN")),
        (
            server.anonymous().post("/api/users", &tom),
            (401, "UNAUTHENTICATED"),
        ),
    ] {
        assert_eq!(
            (status, problem["code"].as_str()),
            (wanted, Some(code)),
            "{problem}"
        );
    }
}

#[test]
fn another_pupils_submission_is_as_good_as_missing() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, noah) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("noah", "edusphere"),
    );
    let assignment = content(&course_of(&lena, "BIO-101"), "ASSIGNMENT");
    let input = json!({ "input": { "assignmentId": assignment, "body": "Mine." } });
    let submitted = lena.operation("submitAssignment", &input);
    let id = submitted["submitAssignment"]["submission"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = |id: &str| {
        let query = "query($id: ID!) { submission(id: $id) { state } }";
        noah.post(
            "/graphql",
            &json!({ "query": query, "variables": { "id": id } }),
        )
    };
    let (theirs, missing) = (read(&id), read("submission_00000000000000000000000000"));
    assert_eq!(theirs, missing);
    assert_eq!(theirs.1["errors"][0]["extensions"]["code"], "NOT_FOUND");
}

#[test]
fn work_is_handed_in_looked_through_and_graded_over_rest() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, maria) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("maria", "edusphere"),
    );
    let assignment = content(&course_of(&lena, "BIO-101"), "ASSIGNMENT");
    let submit = json!({ "assignmentId": assignment, "body": "Over REST." });
    let (status, received) = lena.post("/api/assignments/submit", &submit);
    let submission = &received["submission"];
    assert_eq!((status, &submission["state"]), (201, &json!("SUBMITTED")));
    let list = format!("/api/assignments/{assignment}/submissions?first=100");
    let found = |query: &str| {
        let (status, page) = maria.get(&format!("{list}{query}"));
        assert_eq!(status, 200, "{page}");
        let nodes = page["nodes"].as_array().unwrap();
        nodes.iter().any(|node| node["id"] == submission["id"])
    };
    assert!(found("") && found("&ungraded=true"));
    let grade = format!(
        "/api/submissions/{}/grade",
        submission["id"].as_str().unwrap()
    );
    let worth = json!({ "score": 17.5, "feedback": "Well done." });
    let (status, graded) = maria.put(&grade, &worth);
    assert_eq!((status, &graded["grade"]["score"]), (200, &json!(17.5)));
    let (_, graded) = maria.put(&grade, &json!({ "score": 18 }));
    assert_eq!(graded["state"], "GRADED");
    assert_eq!(graded["grade"]["feedback"], "Well done.");
    assert!(!found("&ungraded=true"));
    for ((status, problem), (wanted, code)) in [
        (lena.get(&list), (403, "FORBIDDEN")),
        (lena.put(&grade, &worth), (403, "FORBIDDEN")),
        (
            maria.put(&grade, &json!({ "score": -1 })),
            (422, "SCORE_INVALID"),
        ),
        (maria.put(&grade, &json!({})), (422, "INVALID_BODY")),
    ] {
        let told = (status, problem["code"].as_str());
        assert_eq!(told, (wanted, Some(code)), "{problem}");
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn the_rest_routes_answer_and_refuse_with_problem_documents() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (nobody, lena) = (server.anonymous(), server.sign_in("lena", "edusphere"));
    let admin = server.sign_in("admin", "edusphere");
    assert_eq!(nobody.get("/api/health").0, 200);
    let (status, courses) = lena.get("/api/courses?search=bio");
    assert_eq!((status, &courses["totalCount"]), (200, &json!(1)));
    let id = courses["nodes"][0]["id"].as_str().unwrap();
    let (status, course) = lena.get(&format!("/api/courses/{id}"));
    assert_eq!(
        (status, course["modules"].as_array().unwrap().len()),
        (200, 3)
    );
    let assignment = content(&course, "ASSIGNMENT");
    let submit = json!({ "assignmentId": assignment, "body": "Over REST." });
    let (status, received) = lena.post("/api/assignments/submit", &submit);
    assert_eq!(
        (status, &received["submission"]["attempt"]),
        (201, &json!(2)),
        "{received}"
    );

    let mine = "/api/courses?mine=true";
    let empty = json!({ "assignmentId": assignment });
    let wrong = json!({ "username": "lena", "password": "wrong horse" });
    let typo = json!({ "user": "lena" });
    for ((status, problem), (wanted, code)) in [
        (nobody.get(mine), (401, "UNAUTHENTICATED")),
        (lena.get("/api/courses/course_0"), (404, "NOT_FOUND")),
        (
            lena.get("/api/files/..%2f..%2fetc%2fpasswd"),
            (400, "BAD_PATH"),
        ),
        (lena.get("/api/nowhere"), (404, "NOT_FOUND")),
        (lena.get("/api/courses?first=1000"), (422, "PAGE_INVALID")),
        (lena.get("/api/courses?after=zz"), (422, "CURSOR_INVALID")),
        (lena.get("/api/courses?after=00ff"), (422, "CURSOR_INVALID")),
        (
            admin.get("/api/courses?after=00ff"),
            (422, "CURSOR_INVALID"),
        ),
        (
            lena.get("/api/assignments/submit"),
            (405, "METHOD_NOT_ALLOWED"),
        ),
        (
            lena.post("/api/assignments/submit", &empty),
            (422, "SUBMISSION_EMPTY"),
        ),
        (
            nobody.post("/api/assignments/submit", &submit),
            (401, "UNAUTHENTICATED"),
        ),
        (
            nobody.post("/api/auth/login", &wrong),
            (401, "SIGN_IN_FAILED"),
        ),
        (nobody.post("/api/auth/login", &typo), (422, "INVALID_BODY")),
    ] {
        assert_eq!(
            (status, problem["code"].as_str()),
            (wanted, Some(code)),
            "{problem}"
        );
        assert_eq!(problem["status"], wanted, "{problem}");
    }

    assert_eq!(lena.post("/api/auth/logout", &json!({})).0, 204);
    assert_eq!(lena.get(mine).0, 401, "the session has ended");
}

#[test]
fn a_picture_of_an_imported_page_can_be_downloaded_by_who_sees_the_course() {
    let corpus =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/cartridges/course-1.imscc");
    if !corpus.is_file() {
        println!("no corpus of cartridges here: skipped");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    assert_eq!(Server::demo(&data_dir).stop(), Some(0));
    let import = crate::running::edusphere(&[
        "import",
        "cartridge",
        corpus.to_str().unwrap(),
        "--code",
        "IMP-1",
        "--data-dir",
        data_dir.to_str().unwrap(),
    ]);
    assert!(import.status.success());
    let server = Server::serve(&data_dir);
    let admin = server.sign_in("admin", "edusphere");
    let course = course_of(&admin, "IMP-1");
    assert_eq!(course["state"], "DRAFT");
    assert!(!course["modules"].as_array().unwrap().is_empty());
    let lena = server.sign_in("lena", "edusphere");
    let (status, _) = lena.get(&format!("/api/courses/{}", course["id"].as_str().unwrap()));
    assert_eq!(status, 404, "a draft does not exist for a pupil");
    assert!(server.data_dir().join("files").is_dir());
}
