//! The words of `graphql-transport-ws`: what a client may say, and what it is told.

use std::borrow::Cow;

use async_graphql::{Response, ServerError, Variables};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of the protocol, as clients ask for it.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Heard {
    /// The first word, with who it is.
    ConnectionInit {
        #[serde(default)]
        payload: Option<Greeting>,
    },
    /// Something is to be followed.
    Subscribe { id: String, payload: Asked },
    /// It need not be followed any more.
    Complete { id: String },
    /// Are you there?
    Ping {},
    /// I am.
    Pong {},
}

/// Who a client is.
#[derive(Deserialize, Default)]
pub(super) struct Greeting {
    /// As in the header: `Bearer edu_...`.
    #[serde(alias = "Authorization")]
    pub(super) authorization: Option<String>,
}

/// What is to be followed. What else a client sends is not ours.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    pub(crate) query: String,
    #[serde(default)]
    pub(crate) operation_name: Option<String>,
    #[serde(default)]
    pub(crate) variables: Variables,
}

/// What a client is told.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said<'a> {
    /// Welcome; the cursor stands for this moment.
    ConnectionAck { payload: Value },
    /// Something happened.
    Next { id: &'a str, payload: &'a Response },
    /// The subscription is refused.
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    /// The subscription is over.
    Complete { id: &'a str },
    /// I am here.
    Pong,
}

impl Said<'_> {
    /// The welcome, with the cursor of the moment.
    pub(super) fn welcome(cursor: &str) -> Self {
        Self::ConnectionAck {
            payload: json!({ "cursor": cursor }),
        }
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("what is said has text keys and JSON values only")
    }
}

/// Why a connection is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

impl Close {
    const fn of(code: u16, reason: &'static str) -> Self {
        Self {
            code,
            reason: Cow::Borrowed(reason),
        }
    }

    pub(super) const LEAVING: Self = Self::of(1001, "The server stops: connect again in a while");
    pub(super) const SILENT: Self = Self::of(1001, "No answer to a ping");
    pub(super) const MALFORMED: Self = Self::of(1002, "This is not WebSocket");
    pub(super) const BINARY: Self = Self::of(1003, "Send text");
    pub(super) const NOT_UTF8: Self = Self::of(1007, "Text is UTF-8");
    pub(super) const TOO_LONG: Self = Self::of(1009, "A message has at most 64 KiB");
    pub(super) const FAULT: Self = Self::of(1011, "Something went wrong on our side");
    pub(super) const TOO_SLOW: Self = Self::of(
        1013,
        "You read too slowly: connect again, after your last cursor",
    );
    pub(super) const INVALID: Self = Self::of(4400, "This is no message of graphql-transport-ws");
    pub(super) const UNAUTHENTICATED: Self = Self::of(4401, "Sign in first");
    pub(super) const SESSION_OVER: Self = Self::of(4401, "The session is over: sign in again");
    pub(super) const FORBIDDEN: Self = Self::of(4403, "You may not see this any more");
    pub(super) const GREETED_TWICE: Self = Self::of(4429, "Say connection_init once");
    pub(super) const TOO_MANY_MESSAGES: Self = Self::of(4429, "At most 20 messages a second");
    pub(super) const TOO_MANY_SUBSCRIPTIONS: Self =
        Self::of(4429, "At most 100 subscriptions, of 256 KiB together");
    pub(super) const TOO_MANY_CONNECTIONS: Self = Self::of(4429, "At most 50 connections a person");

    /// The client uses an id for two subscriptions at once.
    pub(super) fn taken(id: &str) -> Self {
        // A reason has at most 123 bytes.
        let id = id.get(..id.floor_char_boundary(64)).unwrap_or_default();
        Self {
            code: 4409,
            reason: format!("Subscriber for {id} already exists").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_into_its_frame() {
        let taken = Close::taken(&"é".repeat(200));
        assert!(taken.reason.len() <= 123, "{taken:?}");
        assert_eq!(taken.code, 4409);
    }
}
