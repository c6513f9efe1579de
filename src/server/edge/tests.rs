//! Real sockets against the accept loop, with time-outs of milliseconds.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use super::listen::Answer;
use super::{Caps, Doors, Listening, Timeouts};

/// The longest that anything may take here.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone)]
struct Face(Router);

impl Answer for Face {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let answered: Result<_, Infallible> = self.0.clone().oneshot(request).await;
        answered.unwrap()
    }
}

fn face() -> Face {
    let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
    let length = |body: Bytes| async move { body.len().to_string() };
    Face(
        Router::new()
            .route("/peer", get(peer))
            .route("/length", post(length)),
    )
}

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    async fn start(caps: Caps, timeouts: Timeouts) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = watch::Sender::new(false);
        let listening = Listening::new(face(), Doors { caps, timeouts }, Arc::default());
        #[expect(clippy::disallowed_methods, reason = "the test awaits its end")]
        let task = tokio::spawn(listening.run(listener, stop.subscribe()));
        Self {
            address,
            stop,
            task,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn say(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("it does not take that long")
}

/// Everything that comes until the server closes the connection.
async fn all_of(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    soon(stream.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Reads until the answers so far end with this text.
async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end.as_bytes()) {
        let byte = soon(stream.read_u8()).await.unwrap();
        bytes.push(byte);
    }
    String::from_utf8(bytes).unwrap()
}

/// All time-outs long but those that the test is about.
fn patient() -> Timeouts {
    Timeouts {
        first_byte: PATIENCE,
        head: PATIENCE,
        body: PATIENCE,
        idle: PATIENCE,
    }
}

const SHORT: Duration = Duration::from_millis(60);
const GET: &str = "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let timeouts = Timeouts {
        first_byte: SHORT,
        ..patient()
    };
    let running = Running::start(Caps::default(), timeouts).await;
    assert_eq!(all_of(&mut running.connect().await).await, "");
}

#[tokio::test]
async fn headers_that_dribble_in_are_cut_off_with_408() {
    let timeouts = Timeouts {
        head: SHORT,
        ..patient()
    };
    let running = Running::start(Caps::default(), timeouts).await;
    let mut stream = running.say("GET /peer HTTP/1.1\r\nHost: a\r\n").await;
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let dribble = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while writer.write_all(b"X-A: b\r\n").await.is_ok() {
            ticks.tick().await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        read = soon(reader.read_to_end(&mut answer)) => drop(read),
        () = dribble => {}
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.ends_with(r#""code":"REQUEST_TIMEOUT"}"#), "{answer}");
    for header in [
        "x-frame-options: DENY",
        "content-security-policy: default-src 'none'",
    ] {
        assert!(answer.contains(header), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_cut_off_with_408() {
    let timeouts = Timeouts {
        body: SHORT,
        ..patient()
    };
    let running = Running::start(Caps::default(), timeouts).await;
    let head = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc";
    let mut stream = running.say(head).await;
    let answer = all_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    let timeouts = Timeouts {
        idle: SHORT,
        ..patient()
    };
    let running = Running::start(Caps::default(), timeouts).await;
    let answer = all_of(&mut running.say(GET).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\n127.0.0.1"), "{answer}");
    assert!(!answer.to_lowercase().contains("\r\nserver:"), "{answer}");
}

#[tokio::test]
async fn requests_in_a_row_on_one_connection_are_answered_in_order() {
    let running = Running::start(Caps::default(), patient()).await;
    let post = |body: &str| {
        let length = body.len();
        format!("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    let mut stream = running
        .say(&format!("{}{GET}{}", post("12345"), post("1234567")))
        .await;
    let answers = until(&mut stream, "\r\n\r\n7").await;
    let bodies: Vec<&str> = answers
        .split("HTTP/1.1 200 OK\r\n")
        .skip(1)
        .map(|answer| answer.split("\r\n\r\n").nth(1).unwrap())
        .collect();
    assert_eq!(bodies, ["5", "127.0.0.1", "7"]);
}

#[tokio::test]
async fn a_connection_too_many_is_told_so_until_another_ends() {
    let caps = Caps {
        total: 1,
        per_address: 1,
    };
    let running = Running::start(caps, patient()).await;
    let mut first = running.say(GET).await;
    until(&mut first, "127.0.0.1").await;
    let refused = all_of(&mut running.connect().await).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("\r\nretry-after: 5\r\n"), "{refused}");
    first
        .write_all(b"GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(all_of(&mut first).await.starts_with("HTTP/1.1 200 "));
    // The place is free a moment after the connection was closed.
    loop {
        let mut stream = running.say(GET).await;
        let mut begin = [0; 12];
        soon(stream.read_exact(&mut begin)).await.unwrap();
        if begin.ends_with(b"200") {
            break;
        }
    }
}

#[tokio::test]
async fn a_request_beside_two_hundred_slow_ones_is_answered() {
    let running = Running::start(Caps::default(), patient()).await;
    let mut slow = Vec::new();
    for at in 0..200 {
        let begun = [
            "",
            "GET /pe",
            "POST /length HTTP/1.1\r\nContent-Length: 9\r\n\r\n1",
        ];
        slow.push(running.say(begun[at % begun.len()]).await);
    }
    let mut stream = running.say(GET).await;
    until(&mut stream, "127.0.0.1").await;
    for stream in &slow {
        assert!(stream.try_read(&mut [0]).is_err(), "it waits still");
    }
}

#[tokio::test]
async fn a_stop_closes_what_is_idle_and_waits_for_what_runs() {
    let running = Running::start(Caps::default(), patient()).await;
    let mut silent = running.connect().await;
    let mut idle = running.say(GET).await;
    until(&mut idle, "127.0.0.1").await;
    let head = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na";
    let mut runs = running.say(head).await;
    // Answered after it, so the server has begun to read the body of the one before.
    until(&mut running.say(GET).await, "127.0.0.1").await;
    running.stop.send_replace(true);
    assert_eq!(all_of(&mut silent).await, "");
    assert_eq!(all_of(&mut idle).await, "");
    assert!(!running.task.is_finished(), "a request is still running");
    runs.write_all(b"bc").await.unwrap();
    let answer = all_of(&mut runs).await;
    assert!(answer.ends_with("\r\n\r\n3"), "{answer}");
    soon(running.task).await.unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_long_or_has_too_many_fields_is_refused() {
    let running = Running::start(Caps::default(), patient()).await;
    let long = format!("X-Long: {}\r\n", "a".repeat(40_000));
    let many = "X-A: b\r\n".repeat(101);
    for fields in [long, many] {
        let mut stream = running.connect().await;
        let head = format!("GET /peer HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        // The server may close before all of it is sent.
        drop(stream.write_all(head.as_bytes()).await);
        let mut begin = [0; 12];
        soon(stream.read_exact(&mut begin)).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 431");
    }
}
