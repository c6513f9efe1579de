//! The event log in the hands of an administrator: over REST, on the command line, in the metrics.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use eventlog::{Consumers, Message, Position};
use kernel::SystemClock;
use serde_json::{Value, json};
use store::{Options, Quarantine, Space, Store, Table, Tx};
use tempfile::TempDir;

use crate::running::{Client, Server, edusphere, stderr, stdout};

/// A school that has a stream with two messages and a consumer.
fn library() -> (TempDir, Server, Client) {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let admin = server.sign_in("admin", "edusphere");
    let stream = json!({ "name": "LIBRARY", "subjects": ["library.>"] });
    assert_eq!(admin.post("/api/admin/streams", &stream).0, 201);
    for subject in ["library.loans.new", "library.fines.new"] {
        let message = json!({ "subject": subject, "key": "book-1", "body": { "reader": "lena" } });
        assert_eq!(admin.post("/api/admin/messages", &message).0, 201);
    }
    let consumer = json!({ "name": "reminders" });
    let path = "/api/admin/streams/LIBRARY/consumers";
    assert_eq!(admin.post(path, &consumer).0, 201);
    (root, server, admin)
}

const REMINDERS: &str = "/api/admin/streams/LIBRARY/consumers/reminders";

#[test]
fn an_administrator_adds_a_stream_publishes_and_has_a_consumer_begin_again() {
    let (_root, server, admin) = library();
    let again = json!({ "name": "LIBRARY", "subjects": ["library.>"] });
    let (status, answer) = admin.post("/api/admin/streams", &again);
    assert_eq!((status, &answer["code"]), (409, &json!("STREAM_EXISTS")));
    let reserved = json!({ "name": "MINE", "subjects": ["edusphere.>"] });
    let (status, answer) = admin.post("/api/admin/streams", &reserved);
    assert_eq!((status, &answer["code"]), (403, &json!("SUBJECT_RESERVED")));
    let unknown = json!({ "name": "MINE", "subjects": ["mine"], "colour": "red" });
    let (status, answer) = admin.post("/api/admin/streams", &unknown);
    assert_eq!((status, &answer["code"]), (422, &json!("INVALID_BODY")));

    let loan = json!({ "subject": "library.loans.new", "bodyBase64": "/w==", "messageId": "a" });
    let (status, answer) = admin.post("/api/admin/messages", &loan);
    let first = json!({ "stream": "LIBRARY", "sequence": 3, "duplicate": false });
    assert_eq!((status, answer), (201, first));
    let (status, answer) = admin.post("/api/admin/messages", &loan);
    let again = json!({ "stream": "LIBRARY", "sequence": 3, "duplicate": true });
    assert_eq!((status, answer), (200, again));
    let late = json!({ "subject": "library.loans.new", "expectedLastSequence": 2 });
    let (status, answer) = admin.post("/api/admin/messages", &late);
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("WRONG_LAST_SEQUENCE"))
    );
    let (_, page) = admin.get("/api/admin/streams/LIBRARY/messages?first=2");
    let (whole, bytes) = (&page["nodes"][0], &page["nodes"][1]);
    assert_eq!(whole["body"], json!({ "reader": "lena" }), "{page}");
    assert_eq!(bytes["bodyBase64"], "/w==", "{page}");
    assert_eq!(bytes["headers"]["Nats-Msg-Id"], "a", "{page}");
    let (_, page) = admin.get("/api/admin/streams/LIBRARY/messages?after=0&first=1");
    assert_eq!(
        (&page["endCursor"], &page["hasNextPage"]),
        (&json!("1"), &json!(true))
    );

    assert_eq!(admin.get(REMINDERS).1["numPending"], 3);
    let settings = json!({ "filters": ["library.loans.*"], "maxDeliver": 2 });
    let (status, consumer) = admin.put(REMINDERS, &settings);
    assert_eq!(
        (status, &consumer["numPending"]),
        (200, &json!(2)),
        "{consumer}"
    );
    assert_eq!(consumer["class"], "AT_LEAST_ONCE");
    let (_, paused) = admin.post(
        &format!("{REMINDERS}/pause"),
        &json!({ "until": "2099-01-01T00:00:00Z" }),
    );
    assert_eq!(paused["config"]["pausedUntil"], "2099-01-01T00:00:00Z");
    assert_eq!(paused["config"]["maxDeliver"], 2, "the rest stays");
    let (_, reset) = admin.post(&format!("{REMINDERS}/reset"), &json!({ "sequence": 3 }));
    assert_eq!(reset["numPending"], 1, "{reset}");
    let (status, _) = admin.post(&format!("{REMINDERS}/reset"), &json!({}));
    assert_eq!(status, 422);
    let (_, detail) = admin.get("/api/health/detail");
    assert_eq!(detail["log"]["consumers"][0]["name"], "reminders");
    let (_, _, metrics) = server.anonymous().get_text("/metrics");
    for line in [
        "edusphere_stream_published_total{stream=\"LIBRARY\"} 3\n",
        "edusphere_consumer_pending{stream=\"LIBRARY\",consumer=\"reminders\"} 1\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    let lena = server.sign_in("lena", "edusphere");
    assert_eq!(lena.get(REMINDERS).0, 403);
    assert_eq!(admin.delete(REMINDERS), 204);
    assert_eq!(admin.get(REMINDERS).0, 404);
    assert_eq!(admin.delete("/api/admin/streams/LIBRARY"), 204);
    assert_eq!(admin.delete("/api/admin/streams/COURSES"), 403);
}

#[test]
fn whose_grades_an_administrator_is_shown_by_the_audit_and_by_messages_is_noted() {
    let (_root, _server, admin) = library();
    let noted = || {
        let (_, audit) = admin.get("/api/admin/audit?first=100");
        let events = audit["nodes"].as_array().unwrap().iter();
        let told = |event: &&Value| event["subject"] == "edusphere.assignments.grades_read";
        events.filter(told).count()
    };
    assert_eq!(noted(), 0);
    let path = "/api/admin/streams/ASSIGNMENTS/messages?after=0";
    let (_, page) = admin.get(path);
    let messages = page["nodes"].as_array().unwrap().iter();
    let graded = messages.filter(|message| message["body"]["score"].is_number());
    let of = |message: &Value| message["body"]["assignment"].as_str().unwrap().to_owned();
    let assignments: BTreeSet<String> = graded.map(of).collect();
    assert!(!assignments.is_empty(), "{page}");
    // The audit was read before, and had shown the same grades.
    assert_eq!(noted(), 2 * assignments.len(), "one event an assignment");
}

/// Asks for the metrics until a line is there, or is not.
fn until_metrics_have(server: &Server, line: &str, has: bool) {
    let monitor = server.anonymous();
    // A few milliseconds each: longer than retention takes to look again.
    let seen = (0..5_000).any(|_| monitor.get_text("/metrics").2.contains(line) == has);
    assert!(seen, "{line}");
}

#[test]
fn a_guaranteed_consumer_that_holds_retention_up_is_told_of() {
    let (_root, server, admin) = library();
    let ledger = json!({ "name": "ledger", "guaranteed": true });
    let path = "/api/admin/streams/LIBRARY/consumers";
    assert_eq!(admin.post(path, &ledger).0, 201);
    let one = json!({ "subjects": ["library.>"], "maxMessages": 1 });
    assert_eq!(admin.put("/api/admin/streams/LIBRARY", &one).0, 200);
    let stalled = "edusphere_consumer_stalled{stream=\"LIBRARY\",consumer=\"ledger\"} 1\n";
    until_metrics_have(&server, stalled, true);
    let (_, detail) = admin.get("/api/health/detail");
    let told = json!([{ "stream": "LIBRARY", "consumer": "ledger", "sequence": 1 }]);
    assert_eq!(detail["log"]["stalled"], told);
    assert_eq!(admin.delete(&format!("{path}/ledger")), 204);
    let removed = "edusphere_stream_removed_total{stream=\"LIBRARY\"} 1\n";
    until_metrics_have(&server, removed, true);
    until_metrics_have(&server, stalled, false);
}

#[test]
fn the_command_line_asks_a_running_server_and_follows_it() {
    let (root, server, admin) = library();
    let (url, token) = (server.url(""), root.path().join("token"));
    let token = token.to_str().unwrap();
    fs_err::write(token, admin.token()).unwrap();
    let asked = |arguments: &[&str]| {
        let with = ["--server", &url, "--token-file", token];
        edusphere(&[&["log"], arguments, &with].concat())
    };
    let output = asked(&[
        "publish",
        "library.loans.back",
        " as it is ",
        "--header",
        "A=b",
    ]);
    assert_eq!(stdout(&output), "Published: 3 in LIBRARY.\n");
    let output = asked(&["tail", "library.loans.*", "--json"]);
    let lines: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[1]["bodyBase64"], "IGFzIGl0IGlzIA==");
    assert_eq!(lines[1]["headers"]["A"], "b");
    let output = asked(&["info", "LIBRARY", "reminders"]);
    assert!(
        stdout(&output).contains("Pending       3\n"),
        "{}",
        stdout(&output)
    );
    let output = asked(&["replay", "LIBRARY", "reminders", "--from", "2"]);
    let said = "reminders begins again at 2: 2 messages to be delivered.\n";
    assert_eq!(stdout(&output), said);
    let output = asked(&["info", "NOWHERE"]);
    assert_eq!(output.status.code(), Some(65));
    assert!(stderr(&output).contains("STREAM_NOT_FOUND"));
    let lena = server.sign_in("lena", "edusphere");
    fs_err::write(token, lena.token()).unwrap();
    assert_eq!(asked(&["streams"]).status.code(), Some(77));
    fs_err::write(token, admin.token()).unwrap();
    let output = edusphere(&["log", "streams", "--data-dir", data_dir(&server)]);
    assert_eq!(output.status.code(), Some(73));
    assert!(stderr(&output).contains("--server"), "{}", stderr(&output));

    let mut following = Command::new(env!("CARGO_BIN_EXE_edusphere"))
        .args(["log", "tail", "library.loans.*", "--follow", "--server"])
        .args([&url, "--token-file", token])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(following.stdout.take().unwrap()).lines();
    let mut lines = lines.map(Result::unwrap);
    let there: Vec<String> = lines.by_ref().take(2).collect();
    assert!(there[0].ends_with("Z LIBRARY 1 library.loans.new key=book-1 {\"reader\":\"lena\"}"));
    // It has told of all that was there: what comes now is followed.
    let extended = json!({ "subject": "library.loans.extended", "body": 7 });
    admin.post("/api/admin/messages", &extended);
    let line = lines.next().unwrap();
    assert!(
        line.ends_with(" LIBRARY 4 library.loans.extended 7"),
        "{line}"
    );
    following.kill().unwrap();
    following.wait().unwrap();
}

fn data_dir(server: &Server) -> &str {
    server.data_dir().to_str().unwrap()
}

/// Opens the records of a school that nobody has open.
fn records(data_dir: &Path) -> Store {
    let quarantine = Quarantine {
        folder: data_dir.join("quarantine"),
        label: "test".to_owned(),
    };
    Store::on_disk(&data_dir.join("records"), &quarantine, Options::default()).unwrap()
}

#[test]
fn dead_letters_are_looked_after_while_the_school_is_stopped() {
    let (root, server, _) = library();
    assert_eq!(server.stop(), Some(0));
    let data_dir = root.path().join("data");
    let store = records(&data_dir);
    let consumers = Consumers::new(store.clone(), Arc::new(SystemClock));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let reminders = consumers.get("LIBRARY", "reminders").unwrap();
        for sequence in [1, 2] {
            let batch = reminders.fetch(1, Duration::ZERO).await.unwrap();
            assert_eq!(batch[0].message.sequence, sequence);
            reminders.term(sequence, "no such reader");
        }
        reminders.flush().await.unwrap();
    });
    drop(consumers);
    store.close();
    drop(store);
    let data_dir = data_dir.to_str().unwrap();
    let letters = |arguments: &[&str]| {
        let names = ["LIBRARY", "reminders"];
        let (verb, rest) = arguments.split_first().unwrap();
        let place = ["--data-dir", data_dir];
        let output =
            edusphere(&[&["log", "dead-letters", *verb], &names[..], rest, &place].concat());
        (output.status.code(), stdout(&output))
    };
    let (code, listed) = letters(&["list"]);
    assert_eq!(code, Some(0));
    assert!(
        listed.contains("library.fines.new  book-1  no such reader"),
        "{listed}"
    );
    let (_, shown) = letters(&["show", "1", "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["message"]["body"]["reader"], "lena");
    let retried = letters(&["retry", "--subject", "library.loans.>"]);
    assert_eq!(
        retried,
        (
            Some(0),
            "1 dead letter given to the consumer again.\n".to_owned()
        )
    );
    let dropped = letters(&["drop", "2"]);
    assert_eq!(dropped, (Some(0), "1 dead letter dropped.\n".to_owned()));
    assert_eq!(letters(&["drop", "2"]).0, Some(65));
}

/// The log as it lies in the records, to be forged.
static LOG: Table<Position, Message> = Table::new(0x0001, "log").within(Space::Events);

#[test]
fn a_forged_message_is_found_by_the_walk_of_its_stream_and_by_the_check() {
    let (root, server, _) = library();
    let (path, last) = (root.path().join("data"), 2);
    assert_eq!(server.stop(), Some(0));
    let data_dir = path.to_str().unwrap();
    let verify = || edusphere(&["log", "verify", "LIBRARY", "--data-dir", data_dir]);
    let output = verify();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "LIBRARY: whole up to 2.\n");

    let store = records(&path);
    let snapshot = store.snapshot();
    let found = eventlog::read(&snapshot, 0).unwrap().map(Result::unwrap);
    let mut of_library = found.filter(|(_, message)| message.subject.starts_with("library."));
    let (position, mut message) = of_library.nth(last - 1).unwrap();
    drop(of_library);
    message.body = b"{\"reader\":\"tomas\"}".to_vec();
    let forge = move |tx: &mut Tx| tx.put(&LOG, &position, &message);
    store.submit(forge).wait().unwrap();
    drop(snapshot);
    store.close();
    drop(store);

    let output = verify();
    assert_eq!(output.status.code(), Some(1));
    let said =
        "LIBRARY: whole up to 1 and no further. LIBRARY: the chain is broken at sequence 2.\n";
    assert_eq!(stdout(&output), said);
    let output = edusphere(&["check", "--data-dir", data_dir]);
    assert_eq!(output.status.code(), Some(1));
    let fault = "LIBRARY: the chain is broken at sequence 2";
    assert!(stdout(&output).contains(fault), "{}", stdout(&output));
}
