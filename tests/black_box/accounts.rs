//! People and their ways in: codes, tries, passwords, sessions, and what is written down of it.

use serde_json::{Value, json};

use crate::running::{Client, Server, edusphere, stdout};

/// The id of the person who is signed in.
fn own_id(client: &Client) -> Value {
    client.operation("getUserProfile", &json!({}))["user"]["id"].clone()
}

fn sign_in(server: &Server, username: &str, password: &str) -> (u16, Value) {
    let body = json!({ "username": username, "password": password });
    server.anonymous().post("/api/auth/login", &body)
}

fn with_code(server: &Server, username: &str, code: &Value) -> (u16, Value) {
    let body = json!({ "username": username, "code": code, "newPassword": "looms and threads" });
    server.anonymous().post("/api/auth/code", &body)
}

/// Status and code of a refusal.
fn refusal((status, answer): (u16, Value)) -> (u16, String) {
    let code = answer["code"].as_str().unwrap_or_default();
    (status, code.to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn a_code_lets_somebody_in_once_and_they_choose_a_password() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let admin = server.sign_in("admin", "edusphere");
    let tom = json!({ "username": "tom", "displayName": "Tom Weaver" });
    let (_, added) = admin.post("/api/users", &tom);
    let path = format!("/api/users/{}/sign-in-code", added["id"].as_str().unwrap());
    let lena = server.sign_in("lena", "edusphere");
    assert_eq!(
        refusal(lena.post(&path, &json!({}))),
        refused(403, "FORBIDDEN")
    );
    let (status, issued) = admin.post(&path, &json!({}));
    assert_eq!(status, 201, "{issued}");
    let wrong = with_code(&server, "tom", &json!("00000-00000-00000"));
    assert_eq!(
        wrong,
        with_code(&server, "nobody", &issued["code"]),
        "one answer"
    );
    assert_eq!(refusal(wrong), refused(401, "SIGN_IN_FAILED"));
    let (status, answer) = with_code(&server, "tom", &issued["code"]);
    assert_eq!((status, &answer["user"]["username"]), (200, &json!("tom")));
    let again = with_code(&server, "tom", &issued["code"]);
    assert_eq!(refusal(again), refused(401, "SIGN_IN_FAILED"));
    assert_eq!(
        own_id(&server.sign_in("tom", "looms and threads")),
        added["id"]
    );
    assert_eq!(server.stop(), Some(0));

    let place = ["--data-dir", data_dir.to_str().unwrap()];
    let printed = edusphere(&[&["admin", "code", "tom"][..], &place].concat());
    let printed = stdout(&printed);
    let code = printed.lines().next().unwrap();
    let server = Server::serve(&data_dir);
    assert_eq!(with_code(&server, "tom", &json!(code)).0, 200);
    assert_eq!(server.stop(), Some(0));
    let check = edusphere(&[&["check"][..], &place].concat());
    assert!(check.status.success(), "{}", stdout(&check));
}

#[test]
fn wrong_passwords_lock_and_a_kill_unlocks_nothing() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..200)
            .map(|_| scope.spawn(|| sign_in(&server, "lena", "wrong horse")))
            .collect();
        tries
            .into_iter()
            .map(|tried| tried.join().unwrap())
            .collect()
    });
    let count = |status| answers.iter().filter(|(of, _)| *of == status).count();
    // Five, and one more after each second, third and seventh second that the burst took.
    assert!(
        (5..=8).contains(&count(401)),
        "{} were compared",
        count(401)
    );
    assert_eq!(count(401) + count(429) + count(503), 200);
    assert_eq!(
        sign_in(&server, "noah", "edusphere").0,
        200,
        "others come in"
    );
    server.kill();

    let server = Server::serve(&data_dir);
    // Whatever time went by, each try waits longer than the one before it.
    let tries = [(); 5].map(|()| sign_in(&server, "lena", "edusphere "));
    let (last, rest) = tries.split_last().unwrap();
    assert_eq!(
        refusal(last.clone()),
        refused(429, "SIGN_IN_LOCKED"),
        "{rest:?}"
    );
    let locked = sign_in(&server, "lena", "edusphere");
    assert_eq!(
        refusal(locked),
        refused(429, "SIGN_IN_LOCKED"),
        "not with the right one either"
    );
}
