//! `GET /graphql`: from HTTP to WebSocket.
//!
//! The answer says that the connection is taken over, and carries the [`Takeover`]. Whoever owns the
//! connection runs it there, once the answer has been sent, so that the connection keeps its place
//! among all others, with their caps and their end.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use kernel::{Problem, ProblemKind};
use people::sessions::Token;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

use super::conversation::converse;
use super::line::Line;
use super::protocol::PROTOCOL;
use crate::api::Api;
use crate::http::{HttpRequest, HttpResponse, only_post, refuse};

/// The request is no handshake of WebSocket.
pub(super) const UPGRADE_INVALID: Problem = Problem::new(
    ProblemKind::Malformed,
    "UPGRADE_INVALID",
    "Ask for an upgrade to WebSocket of version 13, as RFC 6455 has it.",
);
/// The client does not speak the one protocol.
pub(super) const SUBPROTOCOL_UNSUPPORTED: Problem = Problem::new(
    ProblemKind::Malformed,
    "SUBPROTOCOL_UNSUPPORTED",
    "Ask for the subprotocol graphql-transport-ws.",
);

/// What becomes of a connection once the answer to the upgrade has been sent: in the extensions
/// of that answer.
#[derive(Debug, Clone)]
pub struct Takeover {
    api: Api,
    token: Option<Token>,
}

impl Takeover {
    pub(crate) fn of(api: Api, token: Option<Token>) -> Self {
        Self { api, token }
    }

    /// Speaks with the client until the connection ends. `first` has been read from it already.
    pub async fn run<S>(self, stream: S, first: Vec<u8>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let line = Line::over(stream, first).await;
        converse(self.api, self.token, line).await;
    }
}

/// `GET /graphql`, also as `/api/graphql`: live updates over a WebSocket, and nothing else.
pub(crate) async fn upgrade(State(api): State<Api>, request: HttpRequest) -> HttpResponse {
    if !request.headers().contains_key(UPGRADE) {
        return only_post();
    }
    let accepted = create_response_with_body(&request, Body::empty);
    let Ok(mut response) = accepted else {
        let mut response = refuse(StatusCode::BAD_REQUEST, UPGRADE_INVALID);
        let wrong = ProtocolError::MissingSecWebSocketVersionHeader;
        if matches!(&accepted, Err(Error::Protocol(error)) if *error == wrong) {
            *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
            let version = HeaderValue::from_static("13");
            response
                .headers_mut()
                .insert(SEC_WEBSOCKET_VERSION, version);
        }
        return response;
    };
    if !speaks(request.headers(), PROTOCOL) {
        return refuse(StatusCode::BAD_REQUEST, SUBPROTOCOL_UNSUPPORTED);
    }
    let protocol = HeaderValue::from_static(PROTOCOL);
    response
        .headers_mut()
        .insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    let authorization = request.headers().get(AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let token = authorization.and_then(Token::in_authorization);
    response.extensions_mut().insert(Takeover::of(api, token));
    response
}

/// Whether a client offers a subprotocol.
fn speaks(headers: &HeaderMap, protocol: &str) -> bool {
    let offered = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offered = offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    offered.any(|offered| offered.trim() == protocol)
}
