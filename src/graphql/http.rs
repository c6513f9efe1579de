//! `POST /graphql`, also as `/api/graphql`: one operation a request, as JSON.
//!
//! Who asks stands in the extension of the request that the server puts there; a request without
//! it is nobody's. Answers have the form of GraphQL whatever goes wrong.

use app::Actor;
use async_graphql::{Request, Response, ServerError, Variables};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use kernel::{Problem, ProblemKind};
use serde::Deserialize;

use crate::api::Api;
use crate::errors::of_document;
use crate::limits;
use crate::persisted::PersistedQuery;
use crate::socket::upgrade;
use crate::written::Answer;

pub(crate) type HttpRequest = axum::extract::Request;
pub(crate) type HttpResponse = axum::response::Response;

/// A request as clients send it. What else they send is not ours.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    query: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    #[serde(default)]
    extensions: Option<Extensions>,
}

/// The extensions of a request that mean something here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    persisted_query: Option<PersistedQuery>,
}

impl Api {
    /// `POST /graphql`, and `GET` for live updates, under both of their names.
    pub fn routes(&self) -> Router {
        let methods = post(answer).get(upgrade).fallback(no_method);
        Router::new()
            .route("/graphql", methods.clone())
            .route("/api/graphql", methods)
            .with_state(self.clone())
    }
}

/// `GET` is for upgrades alone: nothing is asked with it.
pub(crate) fn only_post() -> HttpResponse {
    allowing("POST")
}

async fn no_method() -> HttpResponse {
    allowing("GET, POST")
}

fn allowing(methods: &'static str) -> HttpResponse {
    let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, limits::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(methods));
    response
}

async fn answer(State(api): State<Api>, request: HttpRequest) -> HttpResponse {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            limits::MEDIA_TYPE_UNSUPPORTED,
        );
    }
    let Some(body) = read(&parts.headers, body).await else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, limits::BODY_TOO_LARGE);
    };
    let actor = parts
        .extensions
        .get::<Actor>()
        .cloned()
        .unwrap_or(Actor::ANONYMOUS);
    let answer = match parse(&body) {
        Ok(asked) => run(&api, actor, asked).await,
        Err(error) => error_alone(error),
    };
    let status = if answer.is_refusal() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    reply(status, &answer)
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// The body, unless it is too long. A length that is declared is believed before it is read.
async fn read(headers: &HeaderMap, body: Body) -> Option<Bytes> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let bytes: Option<usize> = declared.and_then(|bytes| bytes.parse().ok());
    if bytes.is_some_and(|bytes| bytes > limits::BODY_BYTES_MAX) {
        return None;
    }
    to_bytes(body, limits::BODY_BYTES_MAX).await.ok()
}

/// Executes what was asked; a document that came with its hash is kept if it is valid.
async fn run(api: &Api, actor: Actor, asked: Asked) -> Answer {
    let extensions = asked.extensions;
    let persisted = extensions.and_then(|extensions| extensions.persisted_query);
    let sent = asked.query.is_some();
    let query = match &persisted {
        Some(persisted) => api.persisted().resolve(persisted, asked.query),
        None => Ok(asked.query.unwrap_or_default()),
    };
    let query = match query {
        Ok(query) => query,
        Err(error) => return error_alone(error),
    };
    let keep = (sent && persisted.is_some()).then(|| query.clone());
    let request = Request::new(query).variables(asked.variables);
    let request = match asked.operation_name {
        Some(name) => request.operation_name(name),
        None => request,
    };
    let answer = api.answer(actor, request).await;
    if let Some(text) = keep.filter(|_| !answer.is_refusal()) {
        api.persisted().keep(&text);
    }
    answer
}

fn error_alone(error: ServerError) -> Answer {
    Answer(Response::from_errors(vec![error]))
}

fn parse(body: &[u8]) -> Result<Asked, ServerError> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(limits::refusal(limits::BATCHING_DISABLED));
    }
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            return limits::refusal(limits::REQUEST_INVALID);
        }
        let (line, column) = (error.line(), error.column());
        let message = format!("The body is not JSON at line {line}, column {column}.");
        limits::refused_because(limits::INVALID_JSON, message)
    })
}

/// The answer to a request that was refused before it came here, in the form of GraphQL.
pub fn refused(error: kernel::Error) -> HttpResponse {
    let (status, wait) = match &error {
        kernel::Error::Refused(refusal) => (status_of(refusal.problem.kind), refusal.retry_after),
        kernel::Error::Fault(_) => (StatusCode::INTERNAL_SERVER_ERROR, None),
    };
    let answer = of_document(error);
    let mut response = reply(status, &error_alone(answer));
    if let Some(wait) = wait {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn status_of(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Full => StatusCode::INSUFFICIENT_STORAGE,
        ProblemKind::Invalid
        | ProblemKind::Malformed
        | ProblemKind::Conflict
        | ProblemKind::Unsupported => StatusCode::BAD_REQUEST,
    }
}

pub(crate) fn refuse(status: StatusCode, problem: Problem) -> HttpResponse {
    reply(status, &error_alone(limits::refusal(problem)))
}

fn reply(status: StatusCode, answer: &Answer) -> HttpResponse {
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], answer.to_json()).into_response()
}
