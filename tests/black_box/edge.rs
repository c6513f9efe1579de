//! The edge of the running server: headers, limits, monitors, and what must not leak.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

use crate::running::Server;

/// What the server answers to these very bytes, until it closes.
fn raw(server: &Server, head: &str, body: &str) -> String {
    let address = server.url("").replace("http://", "");
    let mut stream = TcpStream::connect(&address).unwrap();
    let length = body.len();
    let request = format!(
        "{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap();
    let mut lines = head.lines().skip(1);
    lines.find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}

fn status(answer: &str) -> u16 {
    answer[9..12].parse().unwrap()
}

fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or(Value::Null)
}

const JSON: &str = "Content-Type: application/json";

#[test]
fn every_answer_has_its_headers_and_a_name_also_a_refusal() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::serve(root.path());
    for (request, wanted, allow) in [
        ("GET /api/health HTTP/1.1", 200, None),
        ("GET /nowhere HTTP/1.1", 404, None),
        (
            "GET /api/analytics/courses/course_01h455vb4pex5vsknk084sn02q HTTP/1.1",
            401,
            None,
        ),
        ("PUT /api/courses HTTP/1.1", 405, Some("GET,HEAD")),
        ("GET /graphql?query=mutation{a} HTTP/1.1", 405, Some("POST")),
        ("GET /api/..%2f..%2fetc HTTP/1.1", 400, None),
        ("GET /%00 HTTP/1.1", 400, None),
        ("GET /%ff HTTP/1.1", 400, None),
    ] {
        let answer = raw(&server, request, "");
        assert_eq!(status(&answer), wanted, "{request}: {answer}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
        ] {
            assert_eq!(header(&answer, name), Some(value), "{request}: {answer}");
        }
        assert_eq!(header(&answer, "x-request-id").unwrap().len(), 32);
        assert_eq!(header(&answer, "server"), None, "{answer}");
        assert_eq!(header(&answer, "allow"), allow, "{request}: {answer}");
    }
    let named = raw(
        &server,
        "GET /api/health HTTP/1.1\r\nX-Request-Id: web-7",
        "",
    );
    assert_eq!(header(&named, "x-request-id"), Some("web-7"));
    let forged = raw(&server, "GET /api/health HTTP/1.1\r\nX-Request-Id: a b", "");
    assert_eq!(header(&forged, "x-request-id").unwrap().len(), 32);
}

#[test]
fn a_form_or_a_page_of_another_site_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::serve(root.path());
    for path in ["/graphql", "/api/auth/login"] {
        let evil = format!("POST {path} HTTP/1.1\r\n{JSON}\r\nOrigin: https://evil.example");
        let answer = raw(&server, &evil, "{}");
        assert_eq!(status(&answer), 403, "{answer}");
        assert!(answer.contains("ORIGIN_NOT_ALLOWED"), "{answer}");
        let own = evil.replace("https://evil.example", &server.url(""));
        assert_ne!(status(&raw(&server, &own, "{}")), 403);
        for kind in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=a",
            "text/plain",
            "text/xml",
        ] {
            let form = format!("POST {path} HTTP/1.1\r\nContent-Type: {kind}");
            let answer = raw(&server, &form, "{}");
            assert_eq!(status(&answer), 415, "{answer}");
            assert!(answer.contains("application/json"), "{answer}");
        }
    }
}

#[test]
fn too_many_requests_are_told_when_to_come_again_in_the_terms_of_the_face() {
    let root = tempfile::tempdir().unwrap();
    let settings = [
        ("EDUSPHERE__ANONYMOUS_REQUESTS_PER_SECOND", "1"),
        ("EDUSPHERE__ANONYMOUS_REQUESTS_BURST", "2"),
    ];
    let server = Server::serve_with(root.path(), &settings);
    let get = "GET /api/courses HTTP/1.1";
    let first = raw(&server, get, "");
    assert_eq!(
        header(&first, "ratelimit-policy"),
        Some("\"address\";q=2;w=2")
    );
    assert_eq!(header(&first, "ratelimit"), Some("\"address\";r=1;t=1"));
    raw(&server, get, "");
    // Refused requests cost nothing, so of many at least one finds the bucket empty.
    let refused = |request: &str, body: &str| {
        let mut answers = (0..20).map(|_| raw(&server, request, body));
        answers.find(|answer| status(answer) == 429).unwrap()
    };
    let rest = refused(get, "");
    assert_eq!(body(&rest)["code"], "RATE_LIMITED");
    assert_eq!(
        header(&rest, "content-type"),
        Some("application/problem+json")
    );
    let graphql = refused(&format!("POST /graphql HTTP/1.1\r\n{JSON}"), "{}");
    let told = &body(&graphql)["errors"][0]["extensions"];
    assert_eq!(told["code"], "RATE_LIMITED");
    assert_eq!(told["retryAfter"], 1);
    for answer in [&rest, &graphql] {
        assert_eq!(header(answer, "retry-after"), Some("1"), "{answer}");
        assert_eq!(header(answer, "cache-control"), Some("no-store"));
    }
    for _ in 0..20 {
        assert_eq!(status(&raw(&server, "GET /health/ready HTTP/1.1", "")), 200);
    }
}

#[test]
fn monitors_see_how_each_part_fares_and_strangers_do_not() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (nobody, lena) = (server.anonymous(), server.sign_in("lena", "edusphere"));
    let admin = server.sign_in("admin", "edusphere");
    assert_eq!(nobody.get("/health/live").0, 200);
    assert_eq!(nobody.get("/health/ready").1["status"], "ok");
    assert_eq!(nobody.get("/api/health/detail").0, 401);
    assert_eq!(lena.get("/api/health/detail").0, 403);
    let (status_of_detail, detail) = admin.get("/api/health/detail");
    assert_eq!(status_of_detail, 200, "{detail}");
    assert_eq!(detail["store"]["writable"], true);
    assert!(detail["log"]["head"].as_u64().unwrap() > 0);
    assert!(detail["disk"]["freeBytes"].as_u64().unwrap() > 0);
    assert!(detail["projections"][0]["lag"].is_u64(), "{detail}");

    lena.operation("listCourses", &json!({}));
    let (_, kind, metrics) = nobody.get_text("/metrics");
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    for begin in [
        "edusphere_http_requests_total{route=\"/graphql\",status=\"200\"} 1",
        "edusphere_http_requests_total{route=\"/api/auth/login\",status=\"200\"} 2",
        "edusphere_http_request_duration_seconds_bucket{route=\"/graphql\",le=\"+Inf\"} 1",
        "edusphere_store_groups_total ",
        "edusphere_queue_depth ",
        "edusphere_projection_lag{projection=",
        "edusphere_shed_total{reason=\"connections\"} 0",
        "process_resident_memory_bytes ",
        "edusphere_build_info{version=",
    ] {
        assert!(
            metrics.lines().any(|line| line.starts_with(begin)),
            "{begin}\n{metrics}"
        );
    }
    let passed_on = "GET /metrics HTTP/1.1\r\nX-Forwarded-For: 198.51.100.7";
    assert_eq!(status(&raw(&server, passed_on, "")), 404);
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_secret_stands_in_the_data_the_log_or_the_metrics() {
    let root = tempfile::tempdir().unwrap();
    let (data_dir, log) = (root.path().join("data"), root.path().join("log"));
    let password = root.path().join("password");
    fs_err::write(&password, "canary horse\n").unwrap();
    let made = crate::running::edusphere(&[
        "admin",
        "create",
        "ada",
        "--password-file",
        password.to_str().unwrap(),
        "--data-dir",
        data_dir.to_str().unwrap(),
    ]);
    assert!(made.status.success());
    let settings = [
        ("EDUSPHERE__LOG", "trace"),
        ("EDUSPHERE__METRICS_TOKEN", "canary-of-metrics-0123"),
    ];
    let server = Server::serve_logging_to(&data_dir, &settings, &log);
    let login = |password: &str| {
        let body = json!({ "username": "ada", "password": password });
        server.anonymous().post("/api/auth/login", &body)
    };
    let token = login("canary horse").1["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(login("canary mistake").0, 401);
    let ada = server.sign_in("ada", "canary horse");
    assert_eq!(ada.get("/api/courses").0, 200);
    let added = json!({ "username": "bob", "displayName": "Bob", "password": "canary of bob" });
    assert_eq!(ada.post("/api/users", &added).0, 201);
    let asked = format!("GET /api/courses HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert_eq!(status(&raw(&server, &asked, "")), 200);
    let asked = "GET /metrics HTTP/1.1\r\nVia: a\r\nAuthorization: Bearer canary-of-metrics-0123";
    assert_eq!(status(&raw(&server, asked, "")), 200, "the token opens");
    let (_, _, metrics) = ada.get_text("/metrics");
    assert_eq!(server.stop(), Some(0));

    let mut places = vec![("/metrics".to_owned(), metrics.into_bytes())];
    let log_bytes = fs_err::read(&log).unwrap();
    assert!(log_bytes.len() > 1_000, "the log tells a lot");
    places.push(("the log".to_owned(), log_bytes));
    for file in files(&data_dir) {
        places.push((file.display().to_string(), fs_err::read(&file).unwrap()));
    }
    for secret in ["canary", token.as_str()] {
        for (place, bytes) in &places {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {place}");
        }
    }
}

#[test]
fn a_second_signal_ends_the_wait_for_running_requests() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::serve(root.path());
    let address = server.url("").replace("http://", "");
    let mut stuck = TcpStream::connect(&address).unwrap();
    let head =
        format!("POST /graphql HTTP/1.1\r\nHost: {address}\r\n{JSON}\r\nContent-Length: 9\r\n\r\n");
    stuck.write_all(head.as_bytes()).unwrap();
    // Answered after it, so the server has begun to wait for its body.
    assert_eq!(server.anonymous().get("/api/health").0, 200);
    server.signal();
    // Once no new connection is taken the first signal has been seen.
    while TcpStream::connect(&address).is_ok() {}
    server.signal();
    #[expect(clippy::disallowed_methods, reason = "the promise is about time")]
    let started = std::time::Instant::now();
    assert_eq!(server.wait(), Some(0));
    assert!(started.elapsed().as_secs() < 5, "it did not wait for 10 s");
}
