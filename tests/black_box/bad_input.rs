//! What cannot be meant, sent to the running server: each gets its code, twice the same, in a short
//! answer that does not repeat it; and the server takes the next submission.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::canary;
use crate::running::{Client, Server, edusphere, stderr};

/// The longest answer to a refused request, in bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024;
/// The longest wait for it. A refusal takes milliseconds; the test machine may be busy.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// A demo school, and Lena, who learns there.
struct World {
    server: Server,
    lena: Client,
    assignment: String,
    _root: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let server = Server::demo(&root.path().join("data"));
        let lena = server.sign_in("lena", "edusphere");
        Self {
            assignment: canary::assignment(&server),
            server,
            lena,
            _root: root,
        }
    }

    /// Sends these very bytes twice; the status and the body, which must be the same both times.
    fn refused(&self, head: &str, body: &[u8]) -> (u16, Value) {
        let (first, again) = (self.send(head, body), self.send(head, body));
        assert_eq!(first.0, again.0, "{head}");
        let what = |body: &Value| (code(body), body["detail"].clone());
        assert_eq!(what(&first.1), what(&again.1), "{head}");
        first
    }

    fn send(&self, head: &str, body: &[u8]) -> (u16, Value) {
        let started = now();
        let address = self.server.url("").replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(WAIT_MAX)).unwrap();
        let token = self.lena.token();
        let length = if head.contains("Content-Length") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head = format!(
            "{head}\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{length}\r\n"
        );
        // The server may answer and close before it has read all of a body that is too long.
        drop(stream.write_all(&[head.as_bytes(), body].concat()));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(started.elapsed() < WAIT_MAX, "{head}: {text}");
        assert!(text.len() < ANSWER_BYTES_MAX, "{head}: {text}");
        let status = text.get(9..12).and_then(|status| status.parse().ok());
        let (_, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        (status.unwrap_or_default(), body)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "measures how long an answer takes"
)]
fn now() -> Instant {
    Instant::now()
}

/// The code of a problem document or of the first error of a GraphQL answer.
fn code(body: &Value) -> Option<String> {
    let code = body["code"].as_str();
    let code = code.or_else(|| body["errors"][0]["extensions"]["code"].as_str());
    code.map(str::to_owned)
}

const GRAPHQL: &str = "POST /graphql HTTP/1.1\r\nContent-Type: application/json";

fn query(document: &str) -> Vec<u8> {
    serde_json::to_vec(&json!({ "query": document })).unwrap()
}

fn asks(document: &str, variables: &Value) -> Vec<u8> {
    serde_json::to_vec(&json!({ "query": document, "variables": variables })).unwrap()
}

#[test]
fn graphql_refuses_what_is_no_request() {
    let world = World::new();
    let page = "query($first: Int!) { courses(first: $first) { totalCount } }";
    let batch = br#"[{"query":"{me{id}}"},{"query":"{me{id}}"}]"#.to_vec();
    let unknown =
        json!({ "input": { "assignmentId": world.assignment, "body": "x", "role": "ADMIN" } });
    let submit = "mutation($input: SubmitAssignmentInput!) { submitAssignment(input: $input) { errors { code } } }";
    for (body, status, wanted) in [
        (b"{\"query\": ".to_vec(), 400, "INVALID_JSON"),
        (b"\xff\xfe\x00".to_vec(), 400, "INVALID_JSON"),
        (b"7".to_vec(), 400, "REQUEST_INVALID"),
        (b"{}".to_vec(), 400, "QUERY_MISSING"),
        (query(&"{a".repeat(100_000)), 400, "TOO_MANY_TOKENS"),
        (query("{ me { id "), 400, "QUERY_SYNTAX"),
        (query("{ me { grades } }"), 400, "UNKNOWN_FIELD"),
        (
            query("{ __schema { types { name } } }"),
            400,
            "INTROSPECTION_DISABLED",
        ),
        (asks(page, &json!({ "first": "ten" })), 400, "BAD_VARIABLE"),
        (asks(page, &json!({ "first": 1e30 })), 400, "BAD_VARIABLE"),
        (asks(page, &json!({})), 400, "BAD_VARIABLE"),
        (asks(submit, &unknown), 400, "BAD_VARIABLE"),
        (batch, 400, "BATCHING_DISABLED"),
        (vec![b' '; 300 * 1024], 413, "BODY_TOO_LARGE"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let (got, answer) = world.refused(GRAPHQL, &body);
        assert_eq!(
            (got, code(&answer).as_deref()),
            (status, Some(wanted)),
            "{shown}: {answer}"
        );
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.len() <= 200, "{shown}: {message}");
    }
    let form = GRAPHQL.replace("application/json", "application/x-www-form-urlencoded");
    let (status, answer) = world.refused(&form, b"query={me{id}}");
    assert_eq!(status, 415, "{answer}");
    let (status, answer) = world.refused("GET /graphql?query={me{id}} HTTP/1.1", b"");
    assert_eq!(status, 405, "{answer}");
    canary::goes_on(&world.server);
}

#[test]
fn rest_refuses_what_is_no_request() {
    let world = World::new();
    let json_to = |path: &str| format!("POST {path} HTTP/1.1\r\nContent-Type: application/json");
    let submit = json_to("/api/assignments/submit");
    let extra = format!(
        r#"{{"assignmentId":"{}","body":"x","grade":20}}"#,
        world.assignment
    );
    let xml = submit.replace("application/json", "text/xml");
    for (head, body, status, wanted) in [
        ("GET /api/courses/%ff HTTP/1.1", "", 400, "BAD_PATH"),
        ("GET /api/files/%00 HTTP/1.1", "", 400, "BAD_PATH"),
        ("GET /api/files/..%2f..%2fetc HTTP/1.1", "", 400, "BAD_PATH"),
        (
            "GET /api/courses?first=-1 HTTP/1.1",
            "",
            422,
            "PAGE_INVALID",
        ),
        (
            "GET /api/courses?first=1000000000 HTTP/1.1",
            "",
            422,
            "PAGE_INVALID",
        ),
        (
            "GET /api/courses?first=abc HTTP/1.1",
            "",
            422,
            "INVALID_QUERY",
        ),
        (
            "GET /api/courses?after=zz HTTP/1.1",
            "",
            422,
            "CURSOR_INVALID",
        ),
        ("PUT /api/courses HTTP/1.1", "", 405, "METHOD_NOT_ALLOWED"),
        (submit.as_str(), "{\"assignmentId\":", 400, "INVALID_JSON"),
        (submit.as_str(), "[]", 422, "INVALID_BODY"),
        (submit.as_str(), extra.as_str(), 422, "INVALID_BODY"),
        (xml.as_str(), "<a/>", 415, "MEDIA_TYPE_UNSUPPORTED"),
    ] {
        let (got, answer) = world.refused(head, body.as_bytes());
        assert_eq!(
            (got, code(&answer).as_deref()),
            (status, Some(wanted)),
            "{head}: {answer}"
        );
    }
    let long = vec![b'x'; 2 * 1024 * 1024];
    let declared = format!("{submit}\r\nContent-Length: {}", long.len());
    let (status, answer) = world.send(&declared, b"");
    assert_eq!(
        (status, code(&answer).as_deref()),
        (413, Some("BODY_TOO_LARGE")),
        "{answer}"
    );
    canary::goes_on(&world.server);
}

#[test]
fn requests_that_two_readers_would_read_differently_are_not_taken() {
    let world = World::new();
    let post = "POST /api/assignments/submit HTTP/1.1\r\nContent-Type: application/json";
    for extra in [
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Content-Length: +2",
        "X-Folded: a\r\n b",
        "Transfer-Encoding: chunked\r\nContent-Length: 2\r\nTransfer-Encoding: identity",
    ] {
        let (status, answer) = world.send(&format!("{post}\r\n{extra}"), b"{}");
        assert!(
            matches!(status, 400 | 422 | 501),
            "{extra:?}: {status} {answer}"
        );
    }
    canary::goes_on(&world.server);
}

#[test]
fn signing_in_tells_nobody_more_than_they_know() {
    let world = World::new();
    let login = "POST /api/auth/login HTTP/1.1\r\nContent-Type: application/json";
    let body = |username: &str, password: &str| {
        serde_json::to_vec(&json!({ "username": username, "password": password })).unwrap()
    };
    let long = "x".repeat(500_000);
    for (username, password, status, wanted) in [
        ("lena", "", 422, "PASSWORD_LENGTH"),
        ("lena", long.as_str(), 422, "PASSWORD_LENGTH"),
        ("", "wrong horse", 401, "SIGN_IN_FAILED"),
        ("nobody", "wrong horse", 401, "SIGN_IN_FAILED"),
        ("le\0na", "wrong horse", 401, "SIGN_IN_FAILED"),
        ("\u{202e}lena", "wrong horse", 401, "SIGN_IN_FAILED"),
        ("l\u{435}na", "wrong horse", 401, "SIGN_IN_FAILED"),
        (long.as_str(), "wrong horse", 401, "SIGN_IN_FAILED"),
        ("mei", "wrong horse", 401, "SIGN_IN_FAILED"),
    ] {
        let (got, answer) = world.refused(login, &body(username, password));
        let shown: String = username.chars().take(20).collect();
        assert_eq!(
            (got, code(&answer).as_deref()),
            (status, Some(wanted)),
            "{shown:?}: {answer}"
        );
    }
    // Each try too many waits twice as long as the one before, so that one comes too early soon.
    let mut tries = (0..10).map(|_| world.send(login, &body("mei", "wrong horse")));
    let locked = tries.find(|(status, _)| *status == 429);
    let locked = locked.expect("ten tries are too many");
    assert_eq!(code(&locked.1).as_deref(), Some("SIGN_IN_LOCKED"));
    canary::goes_on(&world.server);
}

#[test]
fn uploads_refuse_what_is_no_file_for_us() {
    let world = World::new();
    let course = canary::course(&world.lena);
    let to = |rest: &str| format!("POST /api/courses/{course}/{rest} HTTP/1.1");
    let png = to("files?name=map.png");
    let form = format!("{png}\r\nContent-Type: multipart/form-data; boundary=x");
    let long = format!("{png}\r\nContent-Length: 1099511627776");
    let parts = format!("{}\r\nContent-Type: application/json", to("uploads"));
    let nobody = "upload_01h455vb4pex5vsknk084sn02q";
    let more = format!("PATCH /api/uploads/{nobody} HTTP/1.1\r\nUpload-Offset: 0");
    for (head, body, status, wanted) in [
        (to("files"), "x", 422, "INVALID_QUERY"),
        (to("files?name=a.txt&owner=x"), "x", 422, "INVALID_QUERY"),
        (to("files?name=essay.pdf"), "", 422, "EMPTY_FILE"),
        (to("files?name=run.exe"), "MZ", 415, "FILE_TYPE_NOT_ALLOWED"),
        (png.clone(), "<html>", 415, "FILE_TYPE_MISMATCH"),
        (
            png.clone(),
            "\u{89}PNG\r\n\u{1a}\n",
            415,
            "FILE_TYPE_MISMATCH",
        ),
        (form, "--x--", 415, "FORM_NOT_TAKEN"),
        (long, "", 413, "FILE_TOO_LARGE"),
        (to("files?name=%ff.txt"), "", 422, "EMPTY_FILE"),
        (parts.clone(), "{\"name\":", 400, "INVALID_JSON"),
        (parts.clone(), "{\"name\":\"a.txt\"}", 422, "INVALID_BODY"),
        (
            parts.clone(),
            "{\"name\":\"a.txt\",\"bytes\":-1}",
            422,
            "INVALID_BODY",
        ),
        (
            parts.clone(),
            "{\"name\":\"a.txt\",\"bytes\":0}",
            422,
            "EMPTY_FILE",
        ),
        (
            parts.clone(),
            "{\"name\":\"a.txt\",\"bytes\":18446744073709551615}",
            413,
            "FILE_TOO_LARGE",
        ),
        (
            parts,
            "{\"name\":\"a.exe\",\"bytes\":1}",
            415,
            "FILE_TYPE_NOT_ALLOWED",
        ),
        (more, "x", 404, "NOT_FOUND"),
        (
            "GET /api/uploads/x HTTP/1.1".to_owned(),
            "",
            404,
            "NOT_FOUND",
        ),
    ] {
        let (got, answer) = world.refused(&head, body.as_bytes());
        assert_eq!(
            (got, code(&answer).as_deref()),
            (status, Some(wanted)),
            "{head}: {answer}"
        );
    }
    canary::goes_on(&world.server);
}

#[test]
fn a_school_goes_on_after_commands_that_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let data_dir = path("data");
    assert_eq!(Server::demo(data_dir.as_ref()).stop(), Some(0));
    fs_err::write(path("no.zip"), "this is no zip").unwrap();
    fs_err::write(path("cut.zip"), b"PK\x03\x04\x14\0\0\0").unwrap();
    fs_err::create_dir(path("open")).unwrap();
    let open = format!("sourcedId,username\ns1,\"{}", "x".repeat(100_000));
    fs_err::write(path("open/users.csv"), open).unwrap();
    fs_err::create_dir(path("rows")).unwrap();
    let rows = "sourcedId,role,username,givenName,familyName\n,headmaster,,,\n";
    fs_err::write(path("rows/users.csv"), rows).unwrap();
    fs_err::write(path("e.toml"), "lisen = 1\n").unwrap();
    fs_err::write(path("zone.toml"), "[school]\ntime_zone = \"Mars\"\n").unwrap();
    let [no, cut, open, rows] = ["no.zip", "cut.zip", "open", "rows"].map(path);
    let [settings, zone] = ["e.toml", "zone.toml"].map(path);
    let rosters = [
        (vec![no.as_str()], 65, "NOT_A_ZIP"),
        (vec![&cut], 65, "NOT_A_ZIP"),
        (vec![&open], 65, "QUOTE_OPEN"),
        (vec![&rows, "--strict"], 65, "nothing was imported"),
    ];
    let cartridges = [
        (vec![no.as_str()], 65, "NOT_A_ZIP"),
        (vec![&cut], 65, "NOT_A_ZIP"),
        (vec![&open], 66, "open"),
    ];
    let settings = [
        (vec!["--config", &settings], 78, "lisen"),
        (vec!["--config", &zone], 78, "Mars"),
        (vec!["--listen=nowhere"], 64, "nowhere"),
    ];
    for (command, refused) in [
        (&["import", "roster"][..], &rosters[..]),
        (&["import", "cartridge"], &cartridges),
        (&["serve"], &settings),
    ] {
        for (arguments, wanted, named) in refused {
            let place = ["--data-dir", &data_dir];
            let output = edusphere(&[command, arguments, &place].concat());
            let said = stderr(&output);
            assert_eq!(output.status.code(), Some(*wanted), "{arguments:?}: {said}");
            assert!(said.contains(named), "{arguments:?}: {said}");
        }
        let server = Server::serve(data_dir.as_ref());
        canary::goes_on(&server);
        assert_eq!(server.stop(), Some(0));
    }
}
