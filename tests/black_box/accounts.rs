//! People and their ways in: codes, tries, passwords, sessions, and what is written down of it.

use serde_json::{Value, json};

use crate::running::{Client, Server, edusphere, stdout};
use crate::school_day::{content, course_of};

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

#[test]
fn a_changed_password_signs_out_everywhere_else() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let [here, there] = [(); 2].map(|()| server.sign_in("lena", "edusphere"));
    let change = |client: &Client, current: &str, new: &str| {
        let body = json!({ "current": current, "new": new });
        client.post("/api/auth/password", &body)
    };
    for (current, new, code) in [
        ("wrong horse", "looms and threads", "PASSWORD_WRONG"),
        ("edusphere", "password1", "WEAK_PASSWORD"),
        ("edusphere", "lena fischer", "WEAK_PASSWORD"),
    ] {
        assert_eq!(
            refusal(change(&here, current, new)),
            refused(422, code),
            "{new}"
        );
    }
    let (status, answer) = change(&here, "edusphere", "looms and threads");
    assert_eq!(status, 200, "{answer}");
    for client in [&here, &there] {
        assert_eq!(client.get("/api/auth/sessions").0, 401);
        let me = client.answer("getUserProfile", &json!({}));
        assert_eq!(me["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    let again = sign_in(&server, "lena", "edusphere");
    assert_eq!(refusal(again), refused(401, "SIGN_IN_FAILED"));
    own_id(&server.sign_in("lena", "looms and threads"));
}

#[test]
fn sessions_are_listed_and_ended_and_who_is_disabled_has_none() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let admin = server.sign_in("admin", "edusphere");
    let [one, two, three] = [(); 3].map(|()| server.sign_in("lena", "edusphere"));
    let (_, listed) = one.get("/api/auth/sessions");
    let listed = listed["sessions"].as_array().unwrap();
    let current: Vec<bool> = listed.iter().map(|of| of["current"] == true).collect();
    assert_eq!(current, [false, false, true], "the newest first");
    assert_eq!(listed[0]["address"], "127.0.0.1");
    let path = format!("/api/auth/sessions/{}", listed[0]["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path), 404, "it is not theirs");
    assert_eq!(one.delete(&path), 204);
    let open = |client: &Client| client.get("/api/auth/sessions").0;
    assert_eq!([&one, &two, &three].map(open), [200, 200, 401]);
    assert_eq!(two.delete("/api/auth/sessions"), 204);
    assert_eq!([&one, &two, &three].map(open), [401, 200, 401]);

    let lena = own_id(&two);
    let user = format!("/api/users/{}", lena.as_str().unwrap());
    let sessions = format!("{user}/sessions");
    assert_eq!(two.get(&sessions).0, 200, "her own, by her id");
    assert_eq!(server.sign_in("maria", "edusphere").get(&sessions).0, 403);
    let (_, renamed) = two.patch(&user, &json!({ "displayName": "Lena F.", "email": null }));
    assert_eq!(
        (&renamed["displayName"], &renamed["email"]),
        (&json!("Lena F."), &Value::Null)
    );
    let role = two.patch(&user, &json!({ "role": "ADMIN" }));
    assert_eq!(refusal(role), refused(422, "INVALID_BODY"));
    let username = two.patch(&user, &json!({ "username": "lf" }));
    assert_eq!(refusal(username), refused(403, "FORBIDDEN"));
    assert_eq!(admin.post(&format!("{user}/disable"), &json!({})).0, 204);
    assert_eq!(open(&two), 401);
    let out = sign_in(&server, "lena", "edusphere");
    assert_eq!(refusal(out), refused(401, "SIGN_IN_FAILED"));
    let (_, disabled) = admin.get("/api/users?disabled=true");
    assert_eq!(disabled["nodes"][0]["id"], lena);
    assert_eq!(disabled["totalCount"], 1);
    assert_eq!(admin.post(&format!("{user}/enable"), &json!({})).0, 204);
    let (status, reset) = admin.post(&format!("{user}/password-reset"), &json!({}));
    assert_eq!(status, 201, "{reset}");
    assert_eq!(sign_in(&server, "lena", "edusphere").0, 401);
    assert_eq!(with_code(&server, "lena", &reset["code"]).0, 200);

    let own = format!("/api/users/{}/role", own_id(&admin).as_str().unwrap());
    let demoted = admin.put(&own, &json!({ "role": "MEMBER" }));
    assert_eq!(refusal(demoted), refused(409, "LAST_ADMIN"));
}

#[test]
fn the_audit_tells_who_signed_in_who_was_locked_out_and_who_read_grades() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let admin = server.sign_in("admin", "edusphere");
    let [lena, maria] = ["lena", "maria"].map(|name| server.sign_in(name, "edusphere"));
    let (lena_id, maria_id) = (own_id(&lena), own_id(&maria));
    let audit = |filter: &str| {
        let (status, answer) = admin.get(&format!("/api/admin/audit?first=100&{filter}"));
        assert_eq!(status, 200, "{answer}");
        answer["nodes"].as_array().unwrap().clone()
    };
    let reads = || {
        let by_maria = audit(&format!("actor={}", maria_id.as_str().unwrap()));
        let reads = by_maria.iter().filter(|event| {
            let subject = event["subject"].as_str().unwrap();
            subject.ends_with(".grades_read")
                && event.to_string().contains(lena_id.as_str().unwrap())
        });
        reads.count()
    };

    let assignment = content(&course_of(&lena, "BIO-101"), "ASSIGNMENT");
    let work = json!({ "assignmentId": assignment, "body": "Both have ribosomes." });
    let (_, received) = lena.post("/api/assignments/submit", &work);
    let id = received["submission"]["id"].as_str().unwrap();
    assert_eq!(reads(), 0);
    let path = format!("/api/submissions/{id}/grade");
    assert_eq!(maria.put(&path, &json!({ "score": 9 })).0, 200);
    assert_eq!(reads(), 1, "the answer shows the grade");
    let list = format!("/api/assignments/{assignment}/submissions?first=100");
    assert_eq!(maria.get(&list).0, 200);
    assert_eq!(reads(), 2);
    let read = "query($id: ID!) { submission(id: $id) { grade { score } } }";
    maria.document(read, &json!({ "id": id }));
    assert_eq!(reads(), 3);
    let dashboard = json!({ "courseId": course_of(&maria, "BIO-101")["id"], "days": 7 });
    maria.operation("getAnalyticsDashboard", &dashboard);
    assert_eq!(reads(), 3, "figures of a course are nobody's grade");

    for _ in 0..5 {
        sign_in(&server, "lena", "wrong horse");
    }
    let about_lena = audit(&format!("user={}", lena_id.as_str().unwrap()));
    let has = |verb: &str| {
        let mut subjects = about_lena
            .iter()
            .map(|event| event["subject"].as_str().unwrap());
        subjects.any(|subject| subject == format!("edusphere.users.{verb}"))
    };
    assert!(has("session_started") && has("sign_in_locked") && has("added"));
    for (client, status) in [(&maria, 403), (&server.anonymous(), 401)] {
        assert_eq!(client.get("/api/admin/audit").0, status);
    }
    let (status, page) = admin.get("/api/admin/audit?first=1");
    assert_eq!((status, &page["hasNextPage"]), (200, &json!(true)));
    let next = format!(
        "/api/admin/audit?first=1&after={}",
        page["endCursor"].as_str().unwrap()
    );
    assert_ne!(admin.get(&next).1["nodes"][0]["id"], page["nodes"][0]["id"]);
    let forged = admin.get("/api/admin/audit?after=00");
    assert_eq!(refusal(forged), refused(422, "CURSOR_INVALID"));
}
