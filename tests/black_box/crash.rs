//! Kill -9 in the middle of submissions: what was acknowledged is there, records and events agree.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::running::{Client, Server, edusphere, stdout};

/// How often the server is killed.
const CYCLES: u64 = 100;
/// How many pupils hand in at once.
const PUPILS: usize = 4;

/// One teacher asks for all that was handed in, thousands of times in a row.
const UNHURRIED: [(&str, &str); 1] = [("EDUSPHERE__USER_REQUESTS_BURST", "1000000")];

/// The topics that pupils post in and the assignment that they hand in to.
struct Desk {
    assignment: String,
}

#[test]
fn what_was_acknowledged_survives_a_hundred_kills() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let mut server = Server::demo(&data_dir);
    let desk = set_up(&server);
    let acknowledged = Mutex::new(Vec::new());
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    for cycle in 0..CYCLES {
        let pupils: Vec<Client> = ["lena", "tomas", "aisha", "noah"]
            .map(|name| server.sign_in(name, "edusphere"))
            .into();
        assert_eq!(pupils.len(), PUPILS);
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let pause = Duration::from_millis(20 + (chance >> 33) % 130);
        let fresh = hand_in_until_killed(server, &pupils, &desk, cycle, pause);
        check(&data_dir, cycle);
        server = Server::serve_with(&data_dir, &UNHURRIED);
        let teacher = server.sign_in("maria", "edusphere");
        for id in &fresh {
            assert!(
                is_there(&teacher, id),
                "cycle {cycle}: {id} was acknowledged and is gone"
            );
        }
        acknowledged.lock().unwrap().extend(fresh);
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    let teacher = server.sign_in("maria", "edusphere");
    for id in &acknowledged {
        assert!(
            is_there(&teacher, id),
            "{id} was acknowledged and is gone in the end"
        );
    }
    assert!(
        acknowledged.len() >= usize::try_from(CYCLES).unwrap(),
        "{}",
        acknowledged.len()
    );
    println!(
        "{CYCLES} kills, {} acknowledged submissions, all there",
        acknowledged.len()
    );
    assert_eq!(server.stop(), Some(0));
    check(&data_dir, CYCLES);
}

/// An assignment that takes any number of attempts.
fn set_up(server: &Server) -> Desk {
    let teacher = server.sign_in("maria", "edusphere");
    let courses = teacher.operation("listCourses", &json!({ "filter": { "search": "BIO-101" } }));
    let course = courses["courses"]["nodes"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let created = teacher.document(
        "mutation($input: CreateAssignmentInput!) { createAssignment(input: $input) { assignment { id } errors { code } } }",
        &json!({ "input": { "courseId": course, "title": "Diary" } }),
    );
    let assignment = created["createAssignment"]["assignment"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    Desk { assignment }
}

/// Pupils hand in one after another until the server is gone; the submissions whose answers came
/// before the kill began.
fn hand_in_until_killed(
    server: Server,
    pupils: &[Client],
    desk: &Desk,
    cycle: u64,
    pause: Duration,
) -> Vec<String> {
    let killing = AtomicBool::new(false);
    let acknowledged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for (number, pupil) in pupils.iter().enumerate() {
            let (killing, acknowledged) = (&killing, &acknowledged);
            scope.spawn(move || {
                for count in 0.. {
                    let key = format!("{cycle}-{number}-{count}");
                    let input = json!({ "input": {
                        "assignmentId": desk.assignment,
                        "body": format!("What I saw today, {key}. {}", "x".repeat(count % 5_000)),
                        "idempotencyKey": key,
                    } });
                    let Ok(answer) = pupil.try_operation("submitAssignment", &input) else {
                        return;
                    };
                    let submission = &answer["data"]["submitAssignment"]["submission"]["id"];
                    let id = submission
                        .as_str()
                        .unwrap_or_else(|| panic!("{answer}"))
                        .to_owned();
                    if killing.load(Ordering::SeqCst) {
                        return;
                    }
                    acknowledged.lock().unwrap().push(id);
                }
            });
        }
        wait(pause);
        killing.store(true, Ordering::SeqCst);
        server.kill();
    });
    acknowledged.into_inner().unwrap()
}

/// Lets the pupils work for a while: the one wait here is the length of the experiment itself.
#[expect(
    clippy::disallowed_methods,
    reason = "the kill comes after a random time"
)]
fn wait(pause: Duration) {
    std::thread::sleep(pause);
}

fn is_there(teacher: &Client, id: &str) -> bool {
    let found = teacher.document(
        "query($id: ID!) { submission(id: $id) { id attempt } }",
        &json!({ "id": id }),
    );
    found["submission"]["id"] == *id
}

/// Every record decodes, indexes agree, events agree, no gap.
fn check(data_dir: &std::path::Path, cycle: u64) {
    let output = edusphere(&["check", "--data-dir", data_dir.to_str().unwrap()]);
    assert!(
        output.status.success(),
        "cycle {cycle}: {}",
        stdout(&output)
    );
}
