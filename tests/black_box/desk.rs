//! Pupils who hand in as fast as they can, and a teacher who looks whether it is all there: what
//! the tests share that kill the program, break its disk or cut its power.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::running::{Client, Server, edusphere, stdout};

/// One teacher asks for all that was handed in, thousands of times in a row.
pub(crate) const UNHURRIED: [(&str, &str); 1] = [("EDUSPHERE__USER_REQUESTS_BURST", "1000000")];

/// How many submissions the teacher asks for at once.
const ASKED_AT_ONCE: usize = 10;

/// An assignment that takes any number of attempts, and the people around it, signed in.
pub(crate) struct Desk {
    course: String,
    assignment: String,
    pupils: Vec<String>,
    teacher: String,
}

impl Desk {
    /// Sets an assignment in the demo school.
    pub(crate) fn set_up(server: &Server) -> Self {
        let teacher = server.sign_in("maria", "edusphere");
        let courses =
            teacher.operation("listCourses", &json!({ "filter": { "search": "BIO-101" } }));
        let course = courses["courses"]["nodes"][0]["id"].as_str().unwrap();
        let created = teacher.document(
            "mutation($input: CreateAssignmentInput!) { createAssignment(input: $input) { assignment { id } errors { code } } }",
            &json!({ "input": { "courseId": course, "title": "Diary" } }),
        );
        let assignment = created["createAssignment"]["assignment"]["id"].as_str();
        let pupils = ["lena", "tomas", "aisha", "noah"]
            .map(|name| server.sign_in(name, "edusphere").token().to_owned());
        Self {
            course: course.to_owned(),
            assignment: assignment.unwrap().to_owned(),
            pupils: pupils.into(),
            teacher: teacher.token().to_owned(),
        }
    }

    /// One pupil hands in. The submission, or what the server had to say; an error when it is gone.
    pub(crate) fn hand_in(
        &self,
        pupil: &Client,
        (key, length): (&str, usize),
    ) -> Result<Result<String, Value>, ureq::Error> {
        let input = json!({ "input": {
            "assignmentId": self.assignment,
            "body": format!("What I saw today, {key}. {}", "x".repeat(length)),
            "idempotencyKey": key,
        } });
        let answer = pupil.try_operation("submitAssignment", &input)?;
        let id = answer["data"]["submitAssignment"]["submission"]["id"].as_str();
        Ok(id.map(str::to_owned).ok_or(answer))
    }

    /// A pupil sends a file of their own that says this; the status of the answer.
    pub(crate) fn upload(&self, pupil: &Client, says: &str) -> Result<u16, ureq::Error> {
        let path = format!("/api/courses/{}/files?name=notes.txt", self.course);
        pupil.try_upload(&path, says.as_bytes())
    }

    /// The first of the pupils.
    pub(crate) fn pupil(&self, server: &Server) -> Client {
        server.bearing(&self.pupils[0])
    }

    /// All pupils hand in one after another, for a while and until the server has met its end; the
    /// submissions whose answers were there before that began.
    pub(crate) fn hand_in_until(
        &self,
        server: &Server,
        (cycle, pause): (u64, Duration),
        end: impl FnOnce(),
    ) -> Vec<String> {
        let ending = AtomicBool::new(false);
        let acknowledged = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for (number, token) in self.pupils.iter().enumerate() {
                let (ending, acknowledged) = (&ending, &acknowledged);
                let pupil = server.bearing(token);
                scope.spawn(move || {
                    for count in 0.. {
                        let key = format!("{cycle}-{number}-{count}");
                        let answer = self.hand_in(&pupil, (&key, count % 5_000));
                        let over = ending.load(Ordering::SeqCst);
                        match answer {
                            Ok(Ok(id)) if !over => acknowledged.lock().unwrap().push(id),
                            Ok(Err(answer)) if !over => panic!("{answer}"),
                            Ok(_) | Err(_) => return,
                        }
                    }
                });
            }
            wait(pause);
            ending.store(true, Ordering::SeqCst);
            end();
        });
        acknowledged.into_inner().unwrap()
    }

    /// Those of the submissions that are not there.
    pub(crate) fn missing(&self, server: &Server, ids: &[String]) -> Vec<String> {
        let teacher = server.bearing(&self.teacher);
        let is_there = |ids: &[String]| {
            let field = |(at, id)| format!("s{at}: submission(id: \"{id}\") {{ id }}");
            let fields: Vec<String> = ids.iter().enumerate().map(field).collect();
            let body = json!({ "query": format!("{{ {} }}", fields.join(" ")) });
            let data = teacher.post("/graphql", &body).1["data"].clone();
            let there = |(at, id): (usize, &String)| data[format!("s{at}")]["id"] == **id;
            let asked = ids.iter().enumerate();
            asked.map(there).collect::<Vec<bool>>()
        };
        ids.chunks(ASKED_AT_ONCE)
            .flat_map(|ids| ids.iter().zip(is_there(ids)))
            .filter(|(_, there)| !there)
            .map(|(id, _)| id.clone())
            .collect()
    }
}

/// Every record decodes, indexes agree, events agree, no gap.
pub(crate) fn check(data_dir: &Path, when: &str) {
    let output = edusphere(&["check", "--data-dir", data_dir.to_str().unwrap()]);
    assert!(output.status.success(), "{when}: {}", stdout(&output));
}

/// Lets the pupils work: the one wait here is the length of the experiment itself.
#[expect(
    clippy::disallowed_methods,
    reason = "the end comes after a random time"
)]
pub(crate) fn wait(pause: Duration) {
    std::thread::sleep(pause);
}

/// Knuth's generator: the same on each machine.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// A time between the two, in milliseconds.
    pub(crate) fn pause(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}
