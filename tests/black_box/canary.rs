//! Whether a demo school goes on: its server is well, and takes a submission.

use serde_json::json;

use crate::running::{Client, Server};

/// The course in which Lena learns.
pub(crate) fn course(lena: &Client) -> String {
    let found = lena.operation("listCourses", &json!({ "filter": { "search": "BIO-101" } }));
    let id = found["courses"]["nodes"][0]["id"].as_str();
    id.unwrap().to_owned()
}

/// An assignment that Lena can hand in to; a new one, for there may be no attempts left at others.
pub(crate) fn assignment(server: &Server) -> String {
    let create = "mutation($input: CreateAssignmentInput!) {
        createAssignment(input: $input) { assignment { id } errors { code } }
    }";
    let admin = server.sign_in("admin", "edusphere");
    let input = json!({
        "courseId": course(&admin), "title": "Canary", "points": 1, "published": true,
    });
    let made = admin.document(create, &json!({ "input": input }))["createAssignment"].clone();
    let id = made["assignment"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// The server is ready, and takes a submission.
pub(crate) fn goes_on(server: &Server) {
    assert_eq!(server.anonymous().get("/health/ready").0, 200);
    let work = json!({ "input": { "assignmentId": assignment(server), "body": "Still here." } });
    let lena = server.sign_in("lena", "edusphere");
    let done = lena.operation("submitAssignment", &work)["submitAssignment"].clone();
    assert_eq!(done["errors"], json!([]), "{done}");
}
