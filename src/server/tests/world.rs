//! A school with people of each role and three courses: theirs, another, and one for everybody.
//! Each of the three has one of everything.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use app::{Actor, App, Message, Secret, UserId};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse, Visibility};
use courses::enrollments::{CourseRole, Enroll};
use courses::files::{Blobs, Limits, Uploads};
use eventlog::{ConsumerConfig, NewConsumer, Publish, StreamConfig};
use insight::search::Search;
use operations::streams::{AddConsumer, AddStream, PublishMessage};
use operations::webhooks::{AddWebhook, AllowedHosts, NewWebhook, WebhookSecret};
use people::sessions::{
    Client, Hashers, NewSession, Password, PasswordHash, StartSession, Token, sessions,
};
use people::sign_in::SignIns;
use people::users::{AddUser, NewUser};
use rest::Rest;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Cast, Role, School};
use tokio::sync::watch;
use tower::ServiceExt;

use super::described;
use crate::edge::Meters;
use crate::monitor::Monitor;
use crate::school::{NEIGHBOURS, features};
use crate::serve::faces;

/// The ids of one of each kind of record, by the names of the fields that take them.
pub(super) type Ids = BTreeMap<&'static str, String>;

/// Whom or what something is about, for the one who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// Themselves or what is theirs, in a course of theirs.
    Own,
    /// Somebody else in a course of theirs.
    Theirs,
    /// A course that they are not in.
    Other,
    /// A course that is shown to everybody.
    Public,
}

impl About {
    pub(super) const ALL: [Self; 4] = [Self::Own, Self::Theirs, Self::Other, Self::Public];

    /// What it is called in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Own => "What is one's own, or about no course",
            Self::Theirs => "What is of others in one's course",
            Self::Other => "What is in a course that one is not in",
            Self::Public => "What is in a course that is shown to everybody",
        }
    }
}

/// The roles that people have; the program itself asks nothing through a face.
pub(super) const ROLES: [Role; 9] = [
    Role::Nobody,
    Role::Member,
    Role::Student,
    Role::Observer,
    Role::Assistant,
    Role::Designer,
    Role::Teacher,
    Role::Staff,
    Role::Admin,
];

/// The school.
pub(super) struct World {
    pub(super) cast: Cast,
    courses: [Ids; 3],
    own: Ids,
    webhook: String,
    /// The tokens of those who have a role, by their ids.
    tokens: BTreeMap<UserId, Token>,
    /// What happened in schools of which only that is kept.
    told: RefCell<Vec<Message>>,
    api: graphql::Api,
    hashers: Hashers,
    blobs: Arc<Blobs>,
    uploads: Arc<Uploads>,
    folder: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        let tokens = RefCell::<BTreeMap<UserId, Token>>::default();
        let cast = Cast::gather(School::new(&features()), |school, name, role| {
            let user = NewUser::named(name, &format!("The {name}")).unwrap();
            let user = user.email(&format!("{name}@example.org")).unwrap();
            let (user, token) = add(school, user.role(role));
            tokens.borrow_mut().insert(user, token);
            user
        });
        let folder = tempfile::tempdir().unwrap();
        let options = graphql::Options {
            introspection: true,
        };
        let blobs = Arc::new(Blobs::open(folder.path()).unwrap());
        let limits = Limits {
            disk_floor_bytes: 0,
            ..Limits::default()
        };
        let mut world = Self {
            api: graphql::Api::with(
                cast.school.app.clone(),
                options,
                NEIGHBOURS,
                Search::in_memory(cast.school.app.clone()).unwrap(),
            ),
            hashers: Hashers::start(1).unwrap(),
            uploads: Arc::new(Uploads::new(Arc::clone(&blobs), limits)),
            blobs,
            folder,
            courses: [Ids::new(), Ids::new(), Ids::new()],
            own: Ids::new(),
            webhook: String::new(),
            told: RefCell::default(),
            tokens: tokens.into_inner(),
            cast,
        };
        let [head, newcomer] = ["head", "newcomer"].map(|name| world.person(name));
        let people = [head, newcomer];
        let theirs = world.course("OURS", Visibility::Enrolled, people);
        for (role, in_course) in [
            (Role::Student, CourseRole::Student),
            (Role::Observer, CourseRole::Observer),
            (Role::Designer, CourseRole::Designer),
            (Role::Assistant, CourseRole::Assistant),
            (Role::Teacher, CourseRole::Instructor),
        ] {
            world.enroll(&theirs, world.cast.user(role), in_course);
        }
        world.own = world.work_of(world.cast.user(Role::Student), &theirs);
        let other = world.course("OTHER", Visibility::Enrolled, people);
        let public = world.course("PUBLIC", Visibility::Public, people);
        world.courses = [theirs, other, public];
        world.add_stream();
        world.add_webhook();
        world
    }

    /// A stream of an administrator's own, with a consumer that could not handle the one message.
    fn add_stream(&self) {
        let school = &self.cast.school;
        let stream = StreamConfig::new("ORDERS", vec!["orders.>".to_owned()]);
        self.cast.does(Role::Program, AddStream { stream });
        let config = ConsumerConfig {
            name: "shop".to_owned(),
            ..ConsumerConfig::default()
        };
        let consumer = NewConsumer::prepare(&school.app.snapshot(), "ORDERS", config).unwrap();
        self.cast.does(Role::Program, AddConsumer { consumer });
        let message = Publish {
            subject: "orders.new".to_owned(),
            ..Publish::default()
        };
        self.cast.does(Role::Program, PublishMessage { message });
        let shop = school.app.consumers().get("ORDERS", "shop").unwrap();
        school.block_on(async {
            shop.fetch(1, Duration::ZERO).await.unwrap();
            shop.term(1, "no such customer");
            shop.flush().await.unwrap();
        });
    }

    /// A webhook that wants the messages of this stream.
    fn add_webhook(&mut self) {
        let filters = vec!["orders.>".to_owned()];
        let webhook = NewWebhook::to("https://example.org/", &AllowedHosts::default(), filters);
        let add = AddWebhook {
            webhook: webhook.unwrap(),
            secret: WebhookSecret::new(&self.cast.school.app.new_secret()),
            idempotency_key: None,
        };
        self.webhook = self.cast.does(Role::Program, add).to_string();
    }

    fn person(&self, name: &str) -> UserId {
        let user = NewUser::named(name, &format!("The {name}")).unwrap();
        let user = user.email(&format!("{name}@example.org")).unwrap();
        add(&self.cast.school, user).0
    }

    fn enroll(&self, course: &Ids, user: UserId, role: CourseRole) {
        let course: CourseId = course["courseId"].parse().unwrap();
        let enroll = Enroll {
            course,
            user,
            role,
            section: None,
            idempotency_key: None,
        };
        self.cast.does(Role::Program, enroll);
    }

    /// A course with one of everything in it, and a pupil of its own.
    fn course(&self, code: &str, visibility: Visibility, people: [UserId; 2]) -> Ids {
        let [head, newcomer] = people;
        let pupil = self.person(&format!("pupil.{}", code.to_lowercase()));
        let course = NewCourse::titled(code, &format!("Course {code}")).unwrap();
        let course = course.visibility(visibility);
        let idempotency_key = None;
        let create = CreateCourse {
            course,
            idempotency_key,
        };
        let course = self.cast.does(Role::Program, create);
        self.cast.does(Role::Program, PublishCourse { course });
        let mut ids = Ids::from([("courseId", course.to_string())]);
        self.enroll(&ids, head, CourseRole::Instructor);
        self.enroll(&ids, pupil, CourseRole::Student);
        let head = self.cast.school.member(head);
        self.fill(&head, &mut ids);
        ids.insert("newUserId", newcomer.to_string());
        ids.extend(self.work_of(pupil, &ids));
        self.settle(&head, &mut ids, (code, pupil));
        ids
    }

    /// What is in a course.
    fn fill(&self, head: &Actor, ids: &mut Ids) {
        for (mutation, kind, name, mut input) in [
            (
                "createModule",
                "module",
                "moduleId",
                json!({ "title": "Basics" }),
            ),
            (
                "createSection",
                "section",
                "sectionId",
                json!({ "name": "1a" }),
            ),
            (
                "createPage",
                "page",
                "pageId",
                json!({ "title": "Cells", "body": "Read." }),
            ),
            (
                "createAssignment",
                "assignment",
                "assignmentId",
                json!({ "title": "Essay", "points": 10 }),
            ),
            (
                "createTopic",
                "topic",
                "topicId",
                json!({ "title": "Doubts", "body": "Well?" }),
            ),
        ] {
            input["courseId"] = json!(ids["courseId"]);
            if input.get("title").is_some() {
                input["published"] = json!(true);
            }
            ids.insert(name, self.makes(head, mutation, kind, &input));
        }
        let link = json!({
            "courseId": ids["courseId"], "moduleId": ids["moduleId"], "title": "Elsewhere",
            "kind": "LINK", "url": "https://example.org/",
        });
        ids.insert("itemId", self.makes(head, "addItem", "item", &link));
        ids.insert("fileId", self.file(head, &ids["courseId"]));
    }

    /// What is said about a course and its pupil: an excuse, an extension, a term, dates, and what
    /// other programs call things.
    fn settle(&self, head: &Actor, ids: &mut Ids, (code, pupil): (&str, UserId)) {
        let pair = json!({ "assignmentId": ids["assignmentId"], "userId": pupil.to_string() });
        self.asks(head, "excuseStudent", &pair);
        let mut extension = pair;
        merge(
            &mut extension,
            json!({ "extraAttempts": 1, "dueAt": "2023-12-24T12:00:00Z" }),
        );
        self.asks(head, "grantExtension", &extension);
        let dates = json!({
            "startsAt": "2023-09-01T00:00:00Z", "endsAt": "2024-07-31T00:00:00Z",
            "externalId": format!("sis-{code}"),
        });
        let program = Actor::program("test");
        let mut term = json!({ "name": code });
        merge(&mut term, dates.clone());
        ids.insert("termId", self.makes(&program, "createTerm", "term", &term));
        let mut section = json!({ "sectionId": ids["sectionId"] });
        merge(&mut section, dates.clone());
        self.asks(head, "updateSection", &section);
        let mut more = json!({
            "courseId": ids["courseId"], "seats": 30, "joinCode": format!("join-{code}"),
        });
        merge(&mut more, dates);
        self.asks(&program, "updateCourse", &more);
    }

    /// What a pupil does in a course: hands in, begins again, posts; and the grade, not posted yet.
    fn work_of(&self, pupil: UserId, course: &Ids) -> Ids {
        let head = self.cast.school.member(pupil);
        let assignment = &course["assignmentId"];
        let work = json!({ "assignmentId": assignment, "body": "My essay." });
        let submission = self.makes(&head, "submitAssignment", "submission", &work);
        self.asks(&head, "saveDraft", &work);
        let comment = json!({ "submissionId": submission, "body": "It was hard." });
        self.asks(&head, "commentSubmission", &comment);
        let post = json!({ "topicId": course["topicId"], "body": "I think so." });
        let post = self.makes(&head, "createDiscussionPost", "post", &post);
        let grade = json!({ "submissionId": submission, "score": 9, "feedback": "Well said." });
        self.asks(&self.cast.actor(Role::Admin), "gradeSubmission", &grade);
        Ids::from([
            ("uploadId", self.upload(&head, &course["courseId"])),
            ("userId", pupil.to_string()),
            ("submissionId", submission),
            ("postId", post),
        ])
    }

    fn file(&self, head: &Actor, course: &str) -> String {
        let request = Request::post(format!("/api/courses/{course}/files?name=notes.txt"))
            .header("content-type", "text/plain")
            .body(Body::from("Notes."))
            .unwrap();
        let (status, answer) = self.rest(&self.cast.school.app, head.clone(), request);
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        answer["file"]["id"].as_str().unwrap().to_owned()
    }

    /// An upload of which nothing has come.
    fn upload(&self, head: &Actor, course: &str) -> String {
        let request = Request::post(format!("/api/courses/{course}/uploads"))
            .header("content-type", "application/json")
            .body(Body::from(r#"{"name":"film.mp4","bytes":1000}"#))
            .unwrap();
        let (status, answer) = self.rest(&self.cast.school.app, head.clone(), request);
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        answer["upload"]["id"].as_str().unwrap().to_owned()
    }

    /// Makes something; its id.
    fn makes(&self, actor: &Actor, mutation: &str, kind: &str, input: &Value) -> String {
        let answer = self.document(actor, mutation, &format!("{kind} {{ id }}"), input);
        let made = &answer["data"][mutation][kind]["id"];
        made.as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    fn asks(&self, actor: &Actor, mutation: &str, input: &Value) {
        let answer = self.document(actor, mutation, "__typename", input);
        assert!(answer["errors"].is_null(), "{answer}");
        assert_eq!(answer["data"][mutation]["errors"], json!([]), "{answer}");
    }

    fn document(&self, actor: &Actor, mutation: &str, shown: &str, input: &Value) -> Value {
        let (first, rest) = mutation.split_at(1);
        let kind = first.to_uppercase() + rest;
        let document = format!(
            "mutation ($input: {kind}Input!) {{
                {mutation}(input: $input) {{ {shown} errors {{ code field }} }}
            }}"
        );
        let variables = json!({ "input": input });
        self.graphql(&self.cast.school.app, actor.clone(), &document, &variables)
    }

    /// The answer to a document.
    pub(super) fn graphql(
        &self,
        app: &App,
        actor: Actor,
        document: &str,
        variables: &Value,
    ) -> Value {
        let search = Search::in_memory(app.clone()).unwrap();
        if document.contains("searchContent") {
            search.catch_up().unwrap();
        }
        let api = self.api.over(app.clone(), Arc::clone(&search));
        let request = graphql::Request::new(document)
            .variables(graphql::Variables::from_json(variables.clone()));
        let answer = self.cast.school.block_on(api.execute(actor, request));
        serde_json::to_value(answer).unwrap()
    }

    /// Keeps what happened in a school that goes its own way.
    pub(super) fn keep_told(&self, app: &App) {
        let before = eventlog::head(&self.cast.school.app.snapshot()).unwrap();
        let snapshot = app.snapshot();
        let told = eventlog::read(&snapshot, before).unwrap();
        let told = told.map(|entry| entry.unwrap().1);
        self.told.borrow_mut().extend(told);
    }

    /// Everything that happened, here and in schools that went their own way.
    pub(super) fn told(&self) -> Vec<Message> {
        let mut told = self.cast.school.events();
        told.extend(self.told.borrow_mut().drain(..));
        told
    }

    /// What somebody shows to be recognised by, as it stands in `Authorization`.
    pub(super) fn token(&self, actor: &Actor) -> Option<String> {
        let token = self.tokens.get(&actor.user_id()?)?;
        Some(format!("Bearer {}", token.reveal()))
    }

    /// Status and JSON of the answer to a request.
    pub(super) fn rest(
        &self,
        app: &App,
        actor: Actor,
        mut request: Request<Body>,
    ) -> (StatusCode, Value) {
        if let Some(token) = self.token(&actor) {
            let token = token.parse().unwrap();
            request.headers_mut().insert(AUTHORIZATION, token);
        }
        let far = std::net::SocketAddr::from(([198, 51, 100, 1], 1));
        request.extensions_mut().insert(ConnectInfo(far));
        request.extensions_mut().insert(actor);
        let method = request.method().clone();
        let search = Search::in_memory(app.clone()).unwrap();
        // Without an index there is nothing to compare.
        if request.uri().path() == "/api/admin/index/verify" {
            search.catch_up().unwrap();
        }
        let answer = self.router_over(app, search).oneshot(request);
        self.cast.school.block_on(async {
            let answer = answer.await.unwrap();
            described::require(&method, &answer);
            let status = answer.status();
            let kind = answer.headers().get(CONTENT_TYPE);
            if kind.is_some_and(|kind| kind == "text/event-stream") {
                // It would go on for ever.
                return (status, Value::Null);
            }
            let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            (status, serde_json::from_slice(&body).unwrap_or_default())
        })
    }

    pub(super) fn router(&self, app: &App) -> Router {
        self.router_over(app, Search::in_memory(app.clone()).unwrap())
    }

    #[expect(clippy::disallowed_methods, reason = "a start, to measure from")]
    fn router_over(&self, app: &App, search: Arc<Search>) -> Router {
        let api = self.api.over(app.clone(), Arc::clone(&search));
        let rest = Rest {
            app: app.clone(),
            sign_ins: SignIns::new(app.clone(), self.hashers.clone()),
            blobs: Arc::clone(&self.blobs),
            live: Arc::clone(api.hub()),
            neighbours: NEIGHBOURS,
            uploads: Arc::clone(&self.uploads),
            receivers: Arc::default(),
            search: Arc::clone(&search),
        };
        let monitor = Monitor {
            app: app.clone(),
            meters: Arc::new(Meters::default()),
            data_dir: self.folder.path().to_owned(),
            stopping: watch::Sender::new(false).subscribe(),
            stalled: watch::Sender::default().subscribe(),
            sent: Arc::default(),
            search,
            embeddings: None,
            token: None,
            started: Instant::now(),
        };
        faces(rest, monitor, &api)
    }

    /// The ids of what somebody does something about.
    pub(super) fn ids(&self, role: Role, about: About) -> Ids {
        let [theirs, other, public] = &self.courses;
        let mut ids = match about {
            About::Own | About::Theirs => theirs.clone(),
            About::Other => other.clone(),
            About::Public => public.clone(),
        };
        if about == About::Own {
            if role == Role::Student {
                ids.extend(self.own.clone());
            } else if let Some(user) = self.cast.actor(role).user_id() {
                ids.insert("userId", user.to_string());
            }
        }
        ids.insert("sessionId", self.session_of(&ids["userId"]));
        ids.insert("streamId", "ORDERS".to_owned());
        ids.insert("consumerId", "shop".to_owned());
        ids.insert("dead-letterId", "1".to_owned());
        ids.insert("webhookId", self.webhook.clone());
        ids
    }

    fn session_of(&self, user: &str) -> String {
        let (snapshot, now) = (self.cast.school.app.snapshot(), self.cast.school.app.now());
        let (program, user) = (Actor::program("test"), user.parse().unwrap());
        let sessions = sessions(&snapshot, &program, user, now).unwrap();
        sessions[0].id.to_string()
    }
}

/// Adds somebody who is signed in.
fn add(school: &School, user: NewUser) -> (UserId, Token) {
    let password = Some(PASSWORD.clone());
    let user = school.run_as_program(AddUser { user, password });
    let token = Token::new(&school.app.new_secret());
    let session = NewSession {
        user,
        token: token.clone(),
        client: Client::at([127, 0, 0, 1].into(), None),
    };
    let (password, renewed) = (Some(PASSWORD.clone()), None);
    school.run_as_program(StartSession {
        session,
        password,
        renewed,
    });
    (user, token)
}

/// Everybody's password, hashed once.
static PASSWORD: LazyLock<PasswordHash> = LazyLock::new(|| {
    let password = Password::offer("edusphere").unwrap();
    password.hash(&Secret([7; 32])).unwrap()
});

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
