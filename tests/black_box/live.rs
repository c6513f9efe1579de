//! Live updates over real sockets: told of a post, signed out, refused, and the server's end.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::http::Request;
use tungstenite::http::header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use tungstenite::{HandshakeError, Message, WebSocket};

use crate::running::{Client, Server};
use crate::school_day::{content, course_of};

const POSTS: &str = "subscription ($topic: ID!) {
    discussionPosts(topicId: $topic) { cursor post { body author { displayName } } }
}";

type Socket = WebSocket<TcpStream>;

/// The socket, or the status with which the server refuses one.
fn connect(server: &Server, path: &str, origin: &str) -> Result<Socket, u16> {
    let address = server.url("").replace("http://", "");
    let stream = TcpStream::connect(&address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let request = Request::get(format!("ws://{address}{path}"))
        .header("host", &address)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header(SEC_WEBSOCKET_PROTOCOL, "graphql-transport-ws")
        .header(ORIGIN, origin);
    match tungstenite::client(request.body(()).unwrap(), stream) {
        Ok((socket, _)) => Ok(socket),
        Err(HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
            Err(answer.status().as_u16())
        }
        Err(error) => panic!("{error}"),
    }
}

fn say(socket: &mut Socket, word: &Value) {
    socket.send(Message::text(word.to_string())).unwrap();
}

fn hear(socket: &mut Socket) -> Value {
    let message = socket.read().unwrap();
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

/// The code with which the server closes.
fn closed(socket: &mut Socket) -> u16 {
    loop {
        if let Message::Close(frame) = socket.read().unwrap() {
            return frame.unwrap().code.into();
        }
    }
}

/// A socket of somebody who follows the topic.
fn following(server: &Server, client: &Client, topic: &str) -> Socket {
    let mut socket = connect(server, "/graphql", &server.url("")).unwrap();
    let payload = json!({ "authorization": format!("Bearer {}", client.token()) });
    say(
        &mut socket,
        &json!({ "type": "connection_init", "payload": payload }),
    );
    assert_eq!(hear(&mut socket)["type"], "connection_ack");
    let payload = json!({ "query": POSTS, "variables": { "topic": topic } });
    say(
        &mut socket,
        &json!({ "type": "subscribe", "id": "1", "payload": payload }),
    );
    say(&mut socket, &json!({ "type": "ping" }));
    assert_eq!(hear(&mut socket), json!({ "type": "pong" }));
    socket
}

#[test]
fn a_pupil_is_told_of_an_answer_until_they_sign_out_or_the_server_stops() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, maria) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("maria", "edusphere"),
    );
    let topic = content(&course_of(&lena, "BIO-101"), "DISCUSSION");
    let mut socket = following(&server, &lena, &topic);
    let mut teachers = following(&server, &maria, &topic);
    let post = json!({ "input": { "topicId": topic, "body": "Look at page 12." } });
    maria.operation("createDiscussionPost", &post);
    for socket in [&mut socket, &mut teachers] {
        let told = hear(socket);
        let post = &told["payload"]["data"]["discussionPosts"]["post"];
        let expected =
            json!({ "body": "Look at page 12.", "author": { "displayName": "Maria Santos" } });
        assert_eq!(*post, expected, "{told}");
    }
    let metrics = server.anonymous().get_text("/metrics").2;
    assert!(
        metrics.contains("edusphere_live_connections 2\n"),
        "{metrics}"
    );
    assert_eq!(lena.post("/api/auth/logout", &json!({})).0, 204);
    assert_eq!(closed(&mut socket), 4401);
    // An open socket does not hold the server up.
    server.signal();
    assert_eq!(closed(&mut teachers), 1001);
    drop(teachers);
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_page_of_another_site_gets_no_socket_and_a_stranger_no_welcome() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::serve(root.path());
    let evil = "https://evil.example";
    assert_eq!(connect(&server, "/graphql", evil).err(), Some(403));
    assert_eq!(connect(&server, "/api/health", evil).err(), Some(403));
    let own = server.url("");
    assert_eq!(connect(&server, "/api/health", &own).err(), Some(200));
    let mut stranger = connect(&server, "/api/graphql", &own).unwrap();
    say(&mut stranger, &json!({ "type": "connection_init" }));
    assert_eq!(closed(&mut stranger), 4401);
    let mut silent = connect(&server, "/graphql", &own).unwrap();
    assert_eq!(closed(&mut silent), 4401);
}
