//! The event log as it grows, over real sockets: told at once, gone on with after a cut, and over
//! with the session and with the server.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::running::{Client, Server};
use crate::school_day::{content, course_of};

const POSTED: &str = "edusphere.courses.post_created";
const SUBMITTED: &str = "edusphere.assignments.submitted";

#[expect(clippy::disallowed_methods, reason = "measures how long it takes")]
fn now() -> Instant {
    Instant::now()
}

const GRADED: &str = "edusphere.assignments.graded";
const GRADES_READ: &str = "edusphere.assignments.grades_read";

/// A stream of events.
struct Events(BufReader<TcpStream>);

/// An event of a stream.
#[derive(Debug, Default)]
struct Event {
    id: String,
    subject: String,
    data: Value,
}

impl Events {
    /// Asks for events; the status of the answer, and what comes behind its head.
    fn open(server: &Server, token: Option<&str>, query: &str, last: Option<&str>) -> (u16, Self) {
        let address = server.url("").replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        let patience = Some(Duration::from_secs(30));
        stream.set_read_timeout(patience).unwrap();
        // Without chunks, so that lines can be read as they are.
        let mut request = format!("GET /api/events{query} HTTP/1.0\r\nhost: {address}\r\n");
        for (name, value) in [
            (
                "authorization",
                token.map(|token| format!("Bearer {token}")),
            ),
            ("last-event-id", last.map(str::to_owned)),
        ] {
            if let Some(value) = value {
                write!(request, "{name}: {value}\r\n").unwrap();
            }
        }
        stream.write_all((request + "\r\n").as_bytes()).unwrap();
        let mut events = Self(BufReader::new(stream));
        let status = events.line().unwrap();
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        while events.line().is_some_and(|line| !line.is_empty()) {}
        (status, events)
    }

    /// The stream of somebody who may have it, from its first word on; and the id of that.
    fn of(server: &Server, client: &Client, query: &str, last: Option<&str>) -> (Self, String) {
        let (status, mut events) = Self::open(server, Some(client.token()), query, last);
        assert_eq!(status, 200);
        let first = events.block().unwrap();
        assert_eq!(first.subject, "");
        (events, first.id)
    }

    /// The next line; none at the end.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let bytes = self.0.read_line(&mut line).unwrap();
        (bytes > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The lines up to an empty one; none at the end.
    fn block(&mut self) -> Option<Event> {
        let mut event = Event::default();
        loop {
            let line = self.line()?;
            match line.split_once(": ") {
                Some(("id", id)) => id.clone_into(&mut event.id),
                Some(("event", subject)) => subject.clone_into(&mut event.subject),
                Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                Some(_) => {}
                None => return Some(event),
            }
        }
    }

    fn next(&mut self) -> Event {
        let event = self.block().unwrap();
        assert_eq!(event.data["subject"], event.subject, "{event:?}");
        event
    }
}

fn posts(client: &Client, topic: &str, body: &str) -> Value {
    let post = json!({ "input": { "topicId": topic, "body": body } });
    let posted = client.operation("createDiscussionPost", &post);
    posted["createDiscussionPost"]["post"]["id"].clone()
}

#[test]
fn what_happens_is_told_at_once_and_after_a_cut_nothing_is_missing() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, admin) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("admin", "edusphere"),
    );
    let course = course_of(&lena, "BIO-101");
    let query = format!("?subject={SUBMITTED}");
    let (mut events, _) = Events::of(&server, &admin, &query, None);
    let assignment = content(&course, "ASSIGNMENT");
    let input = json!({ "input": { "assignmentId": assignment, "body": "My second try." } });
    let submitted = lena.operation("submitAssignment", &input);
    let answered = now();
    let told = events.next();
    println!(
        "a submission was told {:?} after its answer",
        answered.elapsed()
    );
    assert!(answered.elapsed() < Duration::from_secs(1));
    assert_eq!(
        told.data["body"]["submission"],
        submitted["submitAssignment"]["submission"]["id"]
    );
    drop(events);

    let topic = content(&course, "DISCUSSION");
    let query = format!("?subject={POSTED}");
    let (mut events, begun) = Events::of(&server, &admin, &query, None);
    let mut waits = Vec::new();
    let mut first = Event::default();
    for number in 0..20 {
        let post = posts(&lena, &topic, &format!("Thought {number}."));
        let answered = now();
        let told = events.next();
        waits.push(answered.elapsed());
        assert_eq!(told.data["body"]["post"], post);
        if number == 0 {
            first = told;
        }
    }
    waits.sort();
    println!(
        "posts were told {:?} after their answers, at most {:?}",
        waits[10], waits[19]
    );

    // Cut off, and back: from the last id on, and from the very beginning.
    drop(events);
    let missed: Vec<Value> = (0..3).map(|_| posts(&lena, &topic, "Missed?")).collect();
    let (mut again, _) = Events::of(&server, &admin, &query, Some(&first.id));
    for _ in 1..20 {
        again.next();
    }
    for post in &missed {
        assert_eq!(again.next().data["body"]["post"], *post);
    }
    let query = format!("{query}&after={begun}");
    let (mut again, _) = Events::of(&server, &admin, &query, None);
    assert_eq!(again.next().data["body"], first.data["body"]);
}

#[test]
fn a_stream_is_over_with_the_session_and_with_the_server() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, admin, again) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("admin", "edusphere"),
        server.sign_in("admin", "edusphere"),
    );
    for (token, query, status) in [
        (None, "", 401),
        (Some(lena.token()), "", 403),
        (Some(lena.token()), "?subject=a..b", 403),
        (Some(admin.token()), "?subject=a..b", 422),
        (Some(admin.token()), "?after=nonsense", 422),
        (Some(admin.token()), "?unheard=of", 422),
    ] {
        assert_eq!(
            Events::open(&server, token, query, None).0,
            status,
            "{query}"
        );
    }
    let (mut events, _) = Events::of(&server, &admin, "?subject=none", None);
    let (mut others, _) = Events::of(&server, &again, "", None);
    assert_eq!(admin.post("/api/auth/logout", &json!({})).0, 204);
    let left = now();
    assert_eq!(events.block().map(|event| event.subject), None);
    assert!(
        left.elapsed() < Duration::from_secs(2),
        "{:?}",
        left.elapsed()
    );
    // Streams that were left do not count among the 50 that a person may have.
    for _ in 0..60 {
        Events::of(&server, &again, "?subject=none", None);
    }
    // An open stream does not hold the server up.
    assert_eq!(others.next().subject, "edusphere.users.session_ended");
    server.signal();
    let mut rest = String::new();
    others.0.read_to_string(&mut rest).unwrap();
    assert_eq!(server.wait(), Some(0));
}

/// Whose grade is told of is noted, as it is wherever a grade is shown.
#[test]
fn a_grade_that_is_told_of_is_noted_as_read() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, admin) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("admin", "edusphere"),
    );
    let assignment = content(&course_of(&lena, "BIO-101"), "ASSIGNMENT");
    let input = json!({ "input": { "assignmentId": assignment, "body": "My second try." } });
    let submitted = lena.operation("submitAssignment", &input);
    let query = "?subject=edusphere.assignments.*";
    let (mut events, _) = Events::of(&server, &admin, query, None);
    let submission = &submitted["submitAssignment"]["submission"]["id"];
    let grade = json!({ "input": { "submissionId": submission, "score": 8 } });
    let document = "mutation ($input: GradeSubmissionInput!) {
        gradeSubmission(input: $input) { errors { code } }
    }";
    let maria = server.sign_in("maria", "edusphere");
    let graded = maria.document(document, &grade);
    assert_eq!(graded["gradeSubmission"]["errors"], json!([]), "{graded}");
    let mut subjects = Vec::new();
    while subjects.last().is_none_or(|last| last != GRADES_READ) {
        subjects.push(events.next().subject);
    }
    assert!(subjects.contains(&GRADED.to_owned()), "{subjects:?}");
}
