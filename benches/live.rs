//! One post in a topic that a thousand connections follow: from its answer until the last of them
//! has read it from its own pipe.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first error"
)]
// The optimiser looks into the futures of the merged mutations, which hold each other.
#![recursion_limit = "256"]

#[path = "measure/mod.rs"]
mod measure;
#[path = "measure/school.rs"]
mod school;

use app::{Actor, App, SchoolRole, UserId};
use community::discussions::{CreateDiscussionPost, CreateTopic, NewTopic, TopicId};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::SafeHtml;
use courses::neighbours::Neighbours;
use futures_util::{SinkExt, StreamExt};
use graphql::{Api, Takeover};
use insight::search::Search;
use people::sessions::{Client, NewSession, Password, PasswordHash, StartSession, Token};
use people::users::{AddUser, NewUser};
use serde_json::json;
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::protocol::Role;
use tower::ServiceExt;

use measure::{median, report, time};
use school::{open, run};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PEOPLE: usize = 25;
const CONNECTIONS_EACH: usize = 40;
const CONNECTIONS: usize = PEOPLE * CONNECTIONS_EACH;
const POSTS: usize = 9;
const PIPE_BYTES: usize = 64 * 1024;

const FOLLOW: &str = "subscription ($topic: ID!) {
    discussionPosts(topicId: $topic) { cursor post { body author { displayName } } }
}";

type Socket = WebSocketStream<DuplexStream>;

/// A published course with a topic.
fn build(app: &App) -> (CourseId, TopicId) {
    let course = NewCourse::titled("CS-101", "Introduction to Computing").unwrap();
    let create = CreateCourse {
        course,
        idempotency_key: None,
    };
    let course = run(app, create);
    run(app, PublishCourse { course });
    let topic = NewTopic::titled("What was hard?", SafeHtml::default(), true).unwrap();
    let create = CreateTopic {
        course,
        module: None,
        topic,
    };
    (course, run(app, create))
}

/// Somebody in the course who is signed in.
fn learner(
    app: &App,
    course: CourseId,
    (number, password): (usize, &PasswordHash),
) -> (UserId, Token) {
    let user = NewUser::named(&format!("user{number}"), &format!("Person {number}")).unwrap();
    let add = AddUser {
        user,
        password: Some(password.clone()),
    };
    let user = run(app, add);
    let enroll = Enroll {
        course,
        user,
        role: CourseRole::Student,
        section: None,
        idempotency_key: None,
    };
    run(app, enroll);
    let token = Token::new(&app.new_secret());
    let start = StartSession {
        session: NewSession {
            user,
            token: token.clone(),
            client: Client::at([127, 0, 0, 1].into(), None),
        },
        password: Some(password.clone()),
        renewed: None,
    };
    run(app, start);
    (user, token)
}

/// What the server makes of a handshake.
async fn takeover(api: &Api) -> Takeover {
    let handshake = Request::get("/graphql")
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-protocol", "graphql-transport-ws");
    let answer = api.routes().oneshot(handshake.body(String::new()).unwrap());
    answer.await.unwrap().extensions_mut().remove().unwrap()
}

/// A connection that follows the topic.
async fn follow(stream: DuplexStream, token: &Token, topic: TopicId) -> Socket {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    let authorization = format!("Bearer {}", token.reveal());
    let payload = json!({ "query": FOLLOW, "variables": { "topic": topic.to_string() } });
    for word in [
        json!({ "type": "connection_init", "payload": { "authorization": authorization } }),
        json!({ "type": "subscribe", "id": "1", "payload": payload }),
        json!({ "type": "ping" }),
    ] {
        socket.send(Message::text(word.to_string())).await.unwrap();
    }
    while !next(&mut socket).await.contains("pong") {}
    socket
}

async fn next(socket: &mut Socket) -> String {
    let message = socket.next().await.unwrap().unwrap();
    message.to_text().unwrap().to_owned()
}

/// Waits until each connection has been told of as many posts as there were.
async fn all_told(told: &mut mpsc::Receiver<()>) {
    for _ in 0..CONNECTIONS {
        told.recv().await.unwrap();
    }
}

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let app = open(root.path());
    let (course, topic) = build(&app);
    let password = Password::offer("edusphere").unwrap();
    let password = password.hash(&app.new_secret()).unwrap();
    let search = Search::in_memory(app.clone()).unwrap();
    let options = graphql::Options::default();
    let api = Api::with(app.clone(), options, Neighbours::NONE, search);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut tasks = JoinSet::new();
    let (_stop, stopping) = watch::channel(false);
    let (say, mut told) = mpsc::channel(CONNECTIONS);
    let _entered = runtime.enter();
    let hub = api.clone();
    tasks.spawn(async move { hub.follow(stopping).await.unwrap() });
    for number in 0..PEOPLE {
        let (_, token) = learner(&app, course, (number, &password));
        for _ in 0..CONNECTIONS_EACH {
            let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
            let served = runtime.block_on(takeover(&api));
            tasks.spawn(served.run(theirs, Vec::new()));
            let mut socket = runtime.block_on(follow(ours, &token, topic));
            let say = say.clone();
            tasks.spawn(async move {
                loop {
                    assert!(next(&mut socket).await.contains("Now."));
                    say.send(()).await.unwrap();
                }
            });
        }
    }
    let (author, _) = learner(&app, course, (PEOPLE, &password));
    let author = Actor::user(author, SchoolRole::Member, app.new_id());
    let mut post = || {
        let post = CreateDiscussionPost {
            topic,
            parent: None,
            body: "Now.".to_owned(),
            idempotency_key: None,
        };
        app.run_blocking(author.clone(), post).unwrap();
        let taken = time(|| runtime.block_on(all_told(&mut told)));
        taken.as_secs_f64() * 1e3
    };
    post();
    report("live_1000_connections_told_of_a_post_ms", || {
        median((0..POSTS).map(|_| post()).collect())
    });
    tasks.abort_all();
}
