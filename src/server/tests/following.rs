//! Following something live: whether somebody may, through the very socket that is served.

use app::{Actor, App};
use axum::body::Body;
use axum::http::Request;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role as Side;
use tower::ServiceExt;

use super::world::World;

/// How much the pipe to the server holds, in bytes.
const PIPE_BYTES: usize = 64 * 1024;

impl World {
    /// What somebody is answered who wants to follow something, in the form of an answer: the
    /// errors, or nothing.
    pub(super) fn follows(
        &self,
        app: &App,
        actor: &Actor,
        (document, variables): (&str, &Value),
    ) -> Value {
        let request = Request::get("/graphql")
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-websocket-protocol", "graphql-transport-ws");
        let request = request.body(Body::empty()).unwrap();
        let mut greeting = json!({ "type": "connection_init" });
        if let Some(token) = self.token(actor) {
            greeting["payload"]["authorization"] = json!(token);
        }
        let asked = json!({
            "type": "subscribe", "id": "1",
            "payload": { "query": document, "variables": variables },
        });
        let words = [greeting, asked, json!({ "type": "ping" })];
        let answer = self.router(app).oneshot(request);
        self.cast.school.block_on(async {
            let answer = answer.await.unwrap();
            let takeover = answer.extensions().get::<graphql::Takeover>().cloned();
            let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
            let served = takeover.unwrap().run(theirs, Vec::new());
            let socket = WebSocketStream::from_raw_socket(ours, Side::Client, None).await;
            tokio::join!(served, said(socket, words)).1
        })
    }
}

/// What is said to these words.
async fn said(mut socket: WebSocketStream<tokio::io::DuplexStream>, words: [Value; 3]) -> Value {
    for word in words {
        // Who is not welcome is not listened to.
        drop(socket.send(Message::text(word.to_string())).await);
    }
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(frame) = &message {
            assert_eq!(u16::from(frame.as_ref().unwrap().code), 4401);
            let code = kernel::problems::UNAUTHENTICATED.code;
            return json!({ "errors": [{ "extensions": { "code": code } }] });
        }
        let word: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        match word["type"].as_str().unwrap() {
            "error" => return json!({ "errors": word["payload"] }),
            "pong" => return json!({}),
            other => assert_eq!(other, "connection_ack", "{word}"),
        }
    }
    panic!("the server left without a word");
}
