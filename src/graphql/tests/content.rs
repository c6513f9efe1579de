//! Files of a course, and changes to what a course is made of.

use courses::files::{Announced, Blobs, FileId, Limits, Upload};
use serde_json::json;
use testkit::Role;

use super::{World, codes, is_not_found, refused};

const FILES: &str = "query($id: ID!) { course(id: $id) { files(first: 1) {
    totalCount pageInfo { hasNextPage } nodes { id name mediaType bytes published addedAt url }
} } }";
const RENAME: &str = "mutation($input: RenameFileInput!) { renameFile(input: $input) {
    file { name } errors { code field }
} }";

/// Uploads a text, as somebody of this role.
fn upload(world: &World, role: Role, name: &str) -> FileId {
    let root = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(root.path()).unwrap();
    let announced = Announced {
        course: world.course,
        name: name.to_owned(),
        bytes: None,
        published: true,
        idempotency_key: None,
    };
    let limits = Limits {
        disk_floor_bytes: 0,
        ..Limits::default()
    };
    let (snapshot, actor) = (world.cast.school.app.snapshot(), world.cast.actor(role));
    let mut upload = Upload::begin(&snapshot, &actor, &blobs, announced, limits).unwrap();
    upload.append(b"text").unwrap();
    world.cast.does(role, upload.finish().unwrap())
}

#[test]
fn the_files_of_a_course_are_listed_for_its_staff_and_renamed() {
    let world = World::new();
    let id = upload(&world, Role::Teacher, "notes.txt");
    upload(&world, Role::Teacher, "more.txt");
    upload(&world, Role::Student, "essay.txt");
    let course = json!({ "id": world.course.to_string() });
    let answer = world.ask(Role::Designer, FILES, course.clone());
    let files = &answer["data"]["course"]["files"];
    assert_eq!(
        *files,
        json!({
            "totalCount": 2,
            "pageInfo": { "hasNextPage": true },
            "nodes": [{
                "id": id.to_string(),
                "name": "notes.txt",
                "mediaType": "text/plain",
                "bytes": 4.0,
                "published": true,
                "addedAt": super::NOON,
                "url": format!("/api/files/{id}"),
            }],
        })
    );
    assert_eq!(
        codes(&world.ask(Role::Student, FILES, course)),
        ["FORBIDDEN"]
    );
    let input = |name: &str| json!({ "input": { "fileId": id.to_string(), "name": name } });
    let answer = world.ask(Role::Teacher, RENAME, input("../Week 1.txt"));
    assert_eq!(answer["data"]["renameFile"]["file"]["name"], "Week 1.txt");
    let answer = world.ask(Role::Teacher, RENAME, input("virus.exe"));
    assert_eq!(refused(&answer, "renameFile"), ["FILE_TYPE_MISMATCH"]);
    let answer = world.ask(Role::Member, RENAME, input("x.txt"));
    assert!(is_not_found(&answer, "renameFile"), "{answer}");
}
