//! Live updates: who is told of what, when it ends, and what a connection may do.

use std::ops::Deref;
use std::time::Duration;

use app::{Actor, Command, Secret, Tx, UserId};
use assess::assignments::{AssignmentId, Change, PostGrades};
use assess::grading::GradeSubmission;
use assess::submissions::{SubmissionId, SubmitAssignment, Work};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use community::discussions::{CreateDiscussionPost, CreateTopic, NewTopic, TopicId};
use courses::catalog::CourseId;
use courses::enrollments::{CourseRole, Enroll, Unenroll};
use courses::markup::SafeHtml;
use courses::modules::{Content, ModuleId, NewItem, add_item};
use futures_util::{SinkExt, StreamExt};
use people::sessions::{
    Client as Browser, EndSession, NewSession, Password, PasswordHash, StartSession, Token,
};
use people::users::{AddUser, NewUser};
use serde_json::{Value, json};
use store::Snapshot;
use testkit::Role;
use tokio::io::DuplexStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role as Side;
use tower::ServiceExt;

use super::{World, new_course};
use crate::Takeover;
use crate::view::View;

/// The longest that anything may take here. Where time is paused it is skipped at once.
const PATIENCE: Duration = Duration::from_secs(100);

const POSTS: &str = "subscription ($topic: ID!, $after: String) {
    discussionPosts(topicId: $topic, after: $after) { cursor post { body author { displayName } } }
}";
const ACTIVITY: &str = "subscription ($course: ID!, $after: String) {
    courseActivity(courseId: $course, after: $after) {
        cursor at kind subjectId user { displayName }
    }
}";
const EVENTS: &str = "subscription ($subject: String!) {
    events(subject: $subject) { cursor event { subject actor key body } }
}";
const GRADES: &str = "subscription ($course: ID) {
    submissionGraded(courseId: $course) {
        cursor submission { attempt grade { score feedback } }
    }
}";

/// A world whose people have a password, so that they can have sessions.
struct Signed {
    world: World,
    password: PasswordHash,
}

impl Signed {
    fn new() -> Self {
        let password = Password::offer("edusphere").unwrap();
        let password = password.hash(&Secret([7; 32])).unwrap();
        Self {
            world: World::with_password(Some(password.clone())),
            password,
        }
    }
}

impl Deref for Signed {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// A world with a hub, and connections to it.
struct Live<'a> {
    world: &'a Signed,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl<'a> Live<'a> {
    fn over(world: &'a Signed) -> Self {
        let mut tasks = JoinSet::new();
        let stop = watch::Sender::new(false);
        let (api, stopping) = (world.api.clone(), stop.subscribe());
        tasks.spawn(async move { api.follow(stopping).await.unwrap() });
        Self { world, tasks, stop }
    }

    /// A connection that has not said anything yet.
    async fn connect(&mut self) -> Client {
        self.connect_through(1 << 20).await
    }

    /// A connection through a pipe that holds this many bytes.
    async fn connect_through(&mut self, bytes: usize) -> Client {
        let (ours, theirs) = tokio::io::duplex(bytes);
        let taken = Takeover::of(self.world.api.clone(), None);
        self.tasks.spawn(taken.run(theirs, Vec::new()));
        Client(WebSocketStream::from_raw_socket(ours, Side::Client, None).await)
    }

    async fn token(&self, user: UserId) -> Token {
        let app = &self.world.cast.school.app;
        let token = Token::new(&app.new_secret());
        let start = StartSession {
            session: NewSession {
                user,
                token: token.clone(),
                client: Browser::at([127, 0, 0, 1].into(), None),
            },
            password: Some(self.world.password.clone()),
            renewed: None,
        };
        app.run(Actor::program("test"), start).await.unwrap();
        token
    }

    /// A connection of somebody who has been welcomed.
    async fn welcomed(&mut self, role: Role) -> Client {
        let token = self.token(self.world.cast.user(role)).await;
        let mut client = self.connect().await;
        client.greet(&token).await;
        client
    }

    async fn posts(&self, role: Role, topic: TopicId, body: &str) {
        let post = CreateDiscussionPost {
            topic,
            parent: None,
            body: body.to_owned(),
            idempotency_key: None,
        };
        let app = &self.world.cast.school.app;
        app.run(self.world.cast.actor(role), post).await.unwrap();
    }
}

/// The other side of a connection.
struct Client(WebSocketStream<DuplexStream>);

impl Client {
    async fn say(&mut self, word: Value) {
        self.0.send(Message::text(word.to_string())).await.unwrap();
    }

    async fn greet(&mut self, token: &Token) -> String {
        let authorization = format!("Bearer {}", token.reveal());
        self.say(
            json!({ "type": "connection_init", "payload": { "authorization": authorization } }),
        )
        .await;
        let welcome = self.hear().await;
        assert_eq!(welcome["type"], "connection_ack", "{welcome}");
        welcome["payload"]["cursor"].as_str().unwrap().to_owned()
    }

    async fn follow(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    /// Follows a topic, and waits until that is so.
    async fn follow_topic(&mut self, id: &str, topic: TopicId) {
        let variables = json!({ "topic": topic.to_string() });
        self.follow(id, POSTS, variables).await;
        self.is_heard().await;
    }

    /// Waits until everything that was said has been heard: the next word is the answer to this.
    async fn is_heard(&mut self) {
        self.say(json!({ "type": "ping" })).await;
        assert_eq!(self.hear().await, json!({ "type": "pong" }));
    }

    async fn next(&mut self) -> Message {
        let next = timeout(PATIENCE, self.0.next()).await;
        next.expect("it does not take that long").unwrap().unwrap()
    }

    /// The next word.
    async fn hear(&mut self) -> Value {
        loop {
            match self.next().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) => {}
                Message::Binary(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {
                    panic!("no word came")
                }
            }
        }
    }

    /// What the next word tells of the subscription.
    async fn told(&mut self, id: &str, field: &str) -> Value {
        let word = self.hear().await;
        assert_eq!(
            (&word["type"], &word["id"]),
            (&json!("next"), &json!(id)),
            "{word}"
        );
        word["payload"]["data"][field].clone()
    }

    /// The code with which the connection is closed, whatever is said before.
    async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                return frame.unwrap().code.into();
            }
        }
    }

    /// The code with which the subscription is refused.
    async fn refused(&mut self, query: &str, variables: Value) -> Value {
        self.follow("refused", query, variables).await;
        let word = self.hear().await;
        assert_eq!(word["type"], "error", "{word}");
        word["payload"][0]["extensions"]["code"].clone()
    }
}

#[test]
fn a_post_is_told_to_whoever_follows_its_topic_and_nothing_is_lost_between_two_connections() {
    let world = Signed::new();
    let (topic, other) = (world.topic(false), world.topic(false));
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut student = live.welcomed(Role::Student).await;
        student.follow_topic("1", topic).await;
        let mut teacher = live.welcomed(Role::Teacher).await;
        teacher.follow_topic("t", topic).await;
        live.posts(Role::Teacher, other, "Elsewhere.").await;
        live.posts(Role::Teacher, topic, "Who knows?").await;
        let first = student.told("1", "discussionPosts").await;
        let expected = json!({ "body": "Who knows?", "author": { "displayName": "The teacher" } });
        assert_eq!(first["post"], expected);
        assert_eq!(teacher.told("t", "discussionPosts").await, first);

        drop(student);
        live.posts(Role::Teacher, topic, "Nobody?").await;
        live.posts(Role::Teacher, topic, "Then I tell.").await;
        let mut again = live.welcomed(Role::Student).await;
        let variables = json!({ "topic": topic.to_string(), "after": first["cursor"] });
        again.follow("2", POSTS, variables).await;
        live.posts(Role::Teacher, topic, "So.").await;
        for body in ["Nobody?", "Then I tell.", "So."] {
            let told = again.told("2", "discussionPosts").await;
            assert_eq!(told["post"]["body"], body);
        }

        again.say(json!({ "type": "complete", "id": "2" })).await;
        again.is_heard().await;
        live.posts(Role::Teacher, topic, "Not told.").await;
        again.follow_topic("2", topic).await;
        live.posts(Role::Teacher, topic, "Told.").await;
        let told = again.told("2", "discussionPosts").await;
        assert_eq!(told["post"]["body"], "Told.");
    });
}

fn work() -> Work {
    Work::new(Some("My essay.".to_owned()), None, Vec::new()).unwrap()
}

fn grade(submission: SubmissionId, score: f64) -> GradeSubmission {
    GradeSubmission {
        submission,
        score,
        feedback: Change::To(Some("Well said.".to_owned())),
    }
}

fn submitted(world: &World, assignment: AssignmentId) -> SubmissionId {
    let submit = SubmitAssignment {
        assignment,
        work: work(),
        idempotency_key: None,
    };
    world.cast.does(Role::Student, submit)
}

#[test]
fn a_learner_is_told_of_their_own_grades_when_these_are_posted_and_nobody_else_is() {
    let world = Signed::new();
    let assignment = world.assignment(None);
    let attempts = [submitted(&world, assignment), submitted(&world, assignment)];
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let app = &world.cast.school.app;
        let mut student = live.welcomed(Role::Student).await;
        let course = json!({ "course": world.course.to_string() });
        student.follow("one", GRADES, course.clone()).await;
        student.is_heard().await;
        let mut others = Vec::new();
        for role in [Role::Teacher, Role::Assistant, Role::Observer, Role::Admin] {
            let mut other = live.welcomed(role).await;
            other.follow("all", GRADES, json!({})).await;
            other.is_heard().await;
            others.push(other);
        }
        let teacher = || world.cast.actor(Role::Teacher);
        for submission in attempts {
            app.run(teacher(), grade(submission, 7.0)).await.unwrap();
        }
        student.is_heard().await;
        app.run(teacher(), PostGrades { assignment }).await.unwrap();
        let first = student.told("one", "submissionGraded").await;
        let expected = json!({ "attempt": 1, "grade": { "score": 7.0, "feedback": "Well said." } });
        assert_eq!(first["submission"], expected);
        let second = student.told("one", "submissionGraded").await;
        assert_eq!(second["submission"]["attempt"], 2);
        // After posting, each as it is given.
        app.run(teacher(), grade(attempts[0], 8.0)).await.unwrap();
        let third = student.told("one", "submissionGraded").await;
        assert_eq!(third["submission"]["grade"]["score"], 8.0);

        // Whoever was told of the first only is told of what was with it.
        let after = json!({ "after": first["cursor"] });
        let query = GRADES.replace("($course: ID)", "($after: String)");
        let query = query.replace("courseId: $course", "after: $after");
        student.follow("two", &query, after).await;
        for attempt in [1, 2, 1] {
            let told = student.told("two", "submissionGraded").await;
            assert_eq!(told["submission"]["attempt"], attempt);
        }
        for other in &mut others {
            other.is_heard().await;
        }
        let mut member = live.welcomed(Role::Member).await;
        assert_eq!(member.refused(GRADES, course).await, "NOT_FOUND");
    });
}

/// Whether somebody may follow something: `yes`, or why not.
fn may_follow(world: &World, role: Role, query: &str, variables: Value) -> String {
    let asked = serde_json::from_value(json!({ "query": query, "variables": variables })).unwrap();
    let view = View::new(world.cast.school.app.clone(), world.cast.actor(role));
    match world.cast.school.block_on(world.api.begin(view, asked)) {
        Ok((_, wanted)) => {
            assert!(wanted.is_some());
            "yes".to_owned()
        }
        Err(errors) => {
            let code = errors[0].extensions.as_ref().unwrap().get("code").unwrap();
            serde_json::to_value(code)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        }
    }
}

#[test]
fn whoever_may_read_it_may_follow_it() {
    let world = World::new();
    let other = new_course(&world.cast, "CS-102", "More Computing");
    let topic = NewTopic::titled("Elsewhere", SafeHtml::default(), true).unwrap();
    let create = CreateTopic {
        course: other,
        module: None,
        topic,
    };
    let elsewhere = world.cast.does(Role::Admin, create).to_string();
    let topic = world.topic(false).to_string();
    let follows = |role| {
        let posts = |topic: &str| may_follow(&world, role, POSTS, json!({ "topic": topic }));
        let grades = |course: Value| may_follow(&world, role, GRADES, json!({ "course": course }));
        let (ours, other) = (json!(world.course.to_string()), json!(other.to_string()));
        let activity =
            |course: &Value| may_follow(&world, role, ACTIVITY, json!({ "course": course }));
        let all = [
            posts(&topic),
            posts(&elsewhere),
            activity(&ours),
            activity(&other),
            may_follow(&world, role, EVENTS, json!({ "subject": ">" })),
            grades(ours),
            grades(other),
            grades(json!(null)),
        ];
        all.join(" ")
    };
    let inside =
        |activity: &str| format!("yes NOT_FOUND {activity} NOT_FOUND FORBIDDEN yes NOT_FOUND yes");
    let outside = "NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND FORBIDDEN NOT_FOUND NOT_FOUND yes";
    for role in Role::ALL {
        let expected = match role {
            Role::Nobody => ["UNAUTHENTICATED"; 8].join(" "),
            Role::Member | Role::Staff => outside.to_owned(),
            Role::Admin => ["yes"; 8].join(" "),
            // The program has no grades.
            Role::Program => [&["yes"; 5][..], &["UNAUTHENTICATED"; 3]]
                .concat()
                .join(" "),
            Role::Student | Role::Observer | Role::Designer => inside("FORBIDDEN"),
            Role::Assistant | Role::Teacher => inside("yes"),
        };
        assert_eq!(follows(role), expected, "{role}");
    }
    let fields = "{ __schema { subscriptionType { fields { name } } } }";
    let fields = world.ask(Role::Admin, fields, json!({}));
    let known = [
        "courseActivity",
        "events",
        "discussionPosts",
        "submissionGraded",
    ];
    let known = json!(known.map(|name| json!({ "name": name })));
    let fields = &fields["data"]["__schema"]["subscriptionType"]["fields"];
    assert_eq!(*fields, known, "say here who may follow it");
}

#[test]
fn a_teacher_is_told_what_people_do_and_an_administrator_of_every_message() {
    let world = Signed::new();
    let topic = world.topic(false);
    let assignment = world.assignment(None);
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let course = json!({ "course": world.course.to_string() });
        let (mut teacher, mut admin) = (
            live.welcomed(Role::Assistant).await,
            live.welcomed(Role::Admin).await,
        );
        teacher.follow("1", ACTIVITY, course.clone()).await;
        let subject = json!({ "subject": "edusphere.assignments.*" });
        admin.follow("1", EVENTS, subject).await;
        let wrong = json!({ "subject": "a..b" });
        assert_eq!(admin.refused(EVENTS, wrong).await, "SUBJECT_INVALID");

        teacher.is_heard().await;
        let app = &world.cast.school.app;
        let student = world.cast.actor(Role::Student);
        let submit = SubmitAssignment {
            assignment,
            work: work(),
            idempotency_key: None,
        };
        let submission = app.run(student, submit).await.unwrap();
        live.posts(Role::Student, topic, "Done.").await;
        let given = app.run(world.cast.actor(Role::Teacher), grade(submission, 7.0));
        given.await.unwrap();
        let mut cursors = Vec::new();
        let post = json!("POSTED");
        for (kind, about) in [
            (json!("SUBMITTED"), Some(submission)),
            (post, None),
            (json!("GRADED"), Some(submission)),
        ] {
            let told = teacher.told("1", "courseActivity").await;
            assert_eq!(told["kind"], kind);
            assert_eq!(told["user"]["displayName"], "The student");
            if let Some(submission) = about {
                assert_eq!(told["subjectId"], submission.to_string());
            }
            cursors.push(told["cursor"].clone());
        }
        for verb in ["submitted", "graded"] {
            let told = admin.told("1", "events").await;
            let subject = format!("edusphere.assignments.{verb}");
            assert_eq!(told["event"]["subject"], subject);
            let body: Value =
                serde_json::from_str(told["event"]["body"].as_str().unwrap()).unwrap();
            assert_eq!(body["submission"], submission.to_string());
        }

        // Whose grade an administrator was told of is noted before it leaves.
        let newest = world.cast.school.events().pop().unwrap();
        assert_eq!(newest.subject, "edusphere.assignments.grades_read");

        // Whoever comes back is told of what was missed, and of nothing else.
        let mut back = live.welcomed(Role::Assistant).await;
        let mut after = course;
        after["after"] = cursors[1].clone();
        back.follow("1", ACTIVITY, after).await;
        assert_eq!(back.told("1", "courseActivity").await["kind"], "GRADED");

        // Whoever does not teach any more is told no more.
        let leave = Unenroll {
            course: world.course,
            user: world.cast.user(Role::Assistant),
        };
        app.run(world.cast.actor(Role::Admin), leave).await.unwrap();
        assert_eq!(teacher.closed().await, 4403);
        assert_eq!(back.closed().await, 4403);
    });
}

#[test]
fn a_session_that_ends_closes_its_connections() {
    let world = Signed::new();
    let topic = world.topic(false);
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let token = live.token(world.cast.user(Role::Student)).await;
        let mut client = live.connect().await;
        client.greet(&token).await;
        client.follow_topic("1", topic).await;
        let mut idle = live.connect().await;
        idle.greet(&token).await;
        let app = &world.cast.school.app;
        app.run(Actor::ANONYMOUS, EndSession { token })
            .await
            .unwrap();
        assert_eq!(client.closed().await, 4401);
        assert_eq!(idle.closed().await, 4401);
    });
}

#[test]
fn whoever_may_not_see_it_any_more_is_told_nothing_more() {
    let world = Signed::new();
    let (topic, module) = (world.topic(false), world.module());
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut student = live.welcomed(Role::Student).await;
        student.follow_topic("1", topic).await;
        let mut teacher = live.welcomed(Role::Teacher).await;
        teacher.follow_topic("1", topic).await;
        let app = &world.cast.school.app;
        let hide = Hide(world.course, module, topic);
        app.run(world.cast.actor(Role::Teacher), hide)
            .await
            .unwrap();
        live.posts(Role::Teacher, topic, "Among us.").await;
        assert_eq!(student.closed().await, 4403);
        let told = teacher.told("1", "discussionPosts").await;
        assert_eq!(told["post"]["body"], "Among us.");
        let mut back = live.welcomed(Role::Student).await;
        let variables = json!({ "topic": topic.to_string() });
        assert_eq!(back.refused(POSTS, variables).await, "NOT_FOUND");
    });
}

/// Adds an item that leads to the topic and that learners do not see: then they do not see the
/// topic either.
struct Hide(CourseId, ModuleId, TopicId);

impl Command for Hide {
    type Out = ();
    const NAME: &'static str = "test.hide";

    fn permit(&self, _: &Actor, _: &Snapshot) -> kernel::Result<()> {
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> kernel::Result<()> {
        let Self(course, module, topic) = *self;
        let item = NewItem {
            module,
            title: "For us".to_owned(),
            content: Content::Topic(topic),
            estimated_minutes: None,
            due_at: None,
            published: false,
        };
        add_item(tx, course, item).map(drop)
    }
}

#[test]
fn a_subscription_that_cannot_be_is_refused_and_the_connection_goes_on() {
    let world = Signed::new();
    let topic = world.topic(false).to_string();
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut client = live.welcomed(Role::Student).await;
        let missing = "topic_01h455vb4pex5vsknk084sn02q";
        for (query, topic, after, code) in [
            ("{ me { id } }", "", "", "SUBSCRIPTION_EXPECTED"),
            ("subscription {", "", "", "QUERY_SYNTAX"),
            ("subscription { nothing }", "", "", "UNKNOWN_FIELD"),
            (
                "subscription { __schema { types { name } } }",
                "",
                "",
                "UNKNOWN_FIELD",
            ),
            (POSTS, missing, "", "NOT_FOUND"),
            (POSTS, "nonsense", "", "NOT_FOUND"),
            (POSTS, &topic, "xyz", "CURSOR_INVALID"),
            (POSTS, &topic, "00", "CURSOR_INVALID"),
            (POSTS, &topic, "7fffffffffffffff", "CURSOR_INVALID"),
        ] {
            let mut variables = json!({ "topic": topic });
            if !after.is_empty() {
                variables["after"] = json!(after);
            }
            assert_eq!(
                client.refused(query, variables).await,
                code,
                "{query} {after}"
            );
        }
        let twice = POSTS.replace(
            "discussionPosts",
            "a: discussionPosts(topicId: $topic) { cursor }\n b: discussionPosts",
        );
        let code = client.refused(&twice, json!({ "topic": topic })).await;
        assert_eq!(code, "TOO_MANY_ROOT_FIELDS");
        client.is_heard().await;
    });
    let answer = world.ask(Role::Student, POSTS, json!({ "topic": topic }));
    assert_eq!(super::codes(&answer), ["SUBSCRIPTION_NEEDS_SOCKET"]);
}

#[test]
fn a_client_that_breaks_the_protocol_is_closed_with_the_code_for_it() {
    let world = Signed::new();
    let topic = world.topic(false);
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut silent = live.connect().await;
        for (word, code) in [
            (Message::binary(vec![0; 8]), 1003),
            (Message::text("x".repeat(65 * 1024)), 1009),
            (Message::text("{"), 4400),
            (Message::text(r#"{"type":"start"}"#), 4400),
            (Message::text(r#"{"type":"connection_init"}"#), 4401),
            (
                Message::text(r#"{"type":"connection_init","payload":{"authorization":"x"}}"#),
                4401,
            ),
            (
                Message::text(r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#),
                4401,
            ),
        ] {
            let mut client = live.connect().await;
            client.0.send(word.clone()).await.unwrap();
            assert_eq!(client.closed().await, code, "{word:?}");
        }
        let mut twice = live.welcomed(Role::Student).await;
        twice.say(json!({ "type": "connection_init" })).await;
        assert_eq!(twice.closed().await, 4429);
        let mut same = live.welcomed(Role::Student).await;
        same.follow_topic("1", topic).await;
        same.follow("1", POSTS, json!({ "topic": topic.to_string() }))
            .await;
        assert_eq!(same.closed().await, 4409);
        let mut hasty = live.welcomed(Role::Student).await;
        for _ in 0..21 {
            hasty.say(json!({ "type": "pong" })).await;
        }
        assert_eq!(hasty.closed().await, 4429);
        // Nothing is written from here on, so that time can be skipped while all wait.
        tokio::time::pause();
        assert_eq!(silent.closed().await, 4401);
    });
}

#[test]
fn a_hundred_subscriptions_are_taken_and_a_client_that_answers_no_ping_is_left() {
    let world = Signed::new();
    let topic = world.topic(false);
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut client = live.welcomed(Role::Student).await;
        let _deaf = live.welcomed(Role::Student).await;
        tokio::time::pause();
        for number in 0..101 {
            if number % 10 == 0 {
                client.is_heard().await;
                tokio::time::advance(Duration::from_secs(1)).await;
            }
            let variables = json!({ "topic": topic.to_string() });
            client.follow(&number.to_string(), POSTS, variables).await;
        }
        assert_eq!(client.closed().await, 4429);
        tokio::time::sleep(Duration::from_secs(45)).await;
        assert_eq!(world.api.hub().listeners(), 1);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(world.api.hub().listeners(), 0);
    });
}

#[test]
fn a_client_that_does_not_read_is_cut_off_and_goes_on_from_its_last_cursor() {
    let world = Signed::new();
    let topic = world.topic(false);
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let token = live.token(world.cast.user(Role::Student)).await;
        let mut slow = live.connect_through(4 * 1024).await;
        slow.greet(&token).await;
        slow.follow_topic("1", topic).await;
        let body = "x".repeat(60_000);
        for _ in 0..40 {
            live.posts(Role::Teacher, topic, &body).await;
        }
        let mut told = 0;
        let mut last = Value::Null;
        let code = loop {
            match slow.next().await {
                Message::Text(text) => {
                    let word: Value = serde_json::from_str(&text).unwrap();
                    last = word["payload"]["data"]["discussionPosts"]["cursor"].clone();
                    told += 1;
                }
                Message::Close(frame) => break u16::from(frame.unwrap().code),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        };
        assert_eq!(code, 1013);
        assert!(told < 40, "it was told of {told}");
        let mut again = live.welcomed(Role::Student).await;
        let mut variables = json!({ "topic": topic.to_string() });
        if !last.is_null() {
            variables["after"] = last;
            again.follow("2", POSTS, variables).await;
            for _ in told..40 {
                again.told("2", "discussionPosts").await;
            }
        }
        again.is_heard().await;
    });
}

#[test]
fn a_burst_larger_than_any_queue_reaches_a_client_that_reads() {
    let world = Signed::new();
    let topic = world.topic(false);
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut client = live.welcomed(Role::Student).await;
        client.follow_topic("1", topic).await;
        let app = &world.cast.school.app;
        let teacher = world.cast.actor(Role::Teacher);
        let mut posts = JoinSet::new();
        for number in 0..600 {
            let post = CreateDiscussionPost {
                topic,
                parent: None,
                body: number.to_string(),
                idempotency_key: None,
            };
            let (app, teacher) = (app.clone(), teacher.clone());
            posts.spawn(async move { app.run(teacher, post).await.unwrap() });
        }
        let mut told: Vec<u32> = Vec::new();
        for _ in 0..600 {
            let post = client.told("1", "discussionPosts").await;
            told.push(post["post"]["body"].as_str().unwrap().parse().unwrap());
        }
        told.sort_unstable();
        assert!(told.into_iter().eq(0..600), "each once");
    });
}

#[test]
fn a_thousand_connections_are_told_of_one_post() {
    let world = Signed::new();
    let topic = world.topic(false);
    let learners: Vec<UserId> = (0..25)
        .map(|number| {
            let user = NewUser::named(&format!("learner{number}"), "A learner").unwrap();
            let password = Some(world.password.clone());
            let user = world.given(AddUser { user, password });
            world.given(Enroll {
                course: world.course,
                user,
                role: CourseRole::Student,
                section: None,
                idempotency_key: None,
            });
            user
        })
        .collect();
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut clients = Vec::new();
        for user in learners {
            let token = live.token(user).await;
            for _ in 0..40 {
                let mut client = live.connect().await;
                client.greet(&token).await;
                client.follow_topic("1", topic).await;
                clients.push(client);
            }
        }
        assert_eq!(world.api.hub().listeners(), 1_000);
        let began = Instant::now();
        live.posts(Role::Teacher, topic, "Now.").await;
        for client in &mut clients {
            let told = client.told("1", "discussionPosts").await;
            assert_eq!(told["post"]["body"], "Now.");
        }
        println!("the last of 1,000 was told after {:?}", began.elapsed());
        live.tasks.shutdown().await;
        assert_eq!(world.api.hub().listeners(), 0);
    });
}

#[test]
fn every_client_is_told_that_the_server_stops() {
    let world = Signed::new();
    world.cast.school.block_on(async {
        let mut live = Live::over(&world);
        let mut client = live.welcomed(Role::Student).await;
        let mut new = live.connect().await;
        live.stop.send_replace(true);
        assert_eq!(client.closed().await, 1001);
        assert_eq!(new.closed().await, 1001);
    });
}

#[test]
fn a_handshake_asks_for_the_protocol_and_a_plain_get_is_refused() {
    let world = Signed::new();
    let ask = |headers: &[(&str, &str)]| {
        let mut request = Request::get("/graphql");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = world
            .api
            .routes()
            .oneshot(request.body(Body::empty()).unwrap());
        world.cast.school.block_on(answer).unwrap()
    };
    let upgrade = [
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
        ("sec-websocket-protocol", "graphql-ws, graphql-transport-ws"),
    ];
    let taken = ask(&upgrade);
    assert_eq!(taken.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert!(taken.extensions().get::<Takeover>().is_some());
    // As in RFC 6455, 1.3.
    let accept = &taken.headers()["sec-websocket-accept"];
    assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(
        taken.headers()["sec-websocket-protocol"],
        "graphql-transport-ws"
    );
    let without = |name: &str| {
        let headers: Vec<_> = upgrade.into_iter().filter(|(of, _)| *of != name).collect();
        ask(&headers)
    };
    assert_eq!(without("upgrade").status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(without("upgrade").headers()[header::ALLOW], "POST");
    assert_eq!(without("connection").status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        without("sec-websocket-key").status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        without("sec-websocket-protocol").status(),
        StatusCode::BAD_REQUEST
    );
    let old = without("sec-websocket-version");
    assert_eq!(old.status(), StatusCode::UPGRADE_REQUIRED);
    assert_eq!(old.headers()["sec-websocket-version"], "13");
}
