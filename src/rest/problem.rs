//! Refusals as problem documents: `application/problem+json`, RFC 9457.

use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Error, ProblemKind, Refusal, RequestId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::files::{FORM_NOT_TAKEN, UPLOAD_OFFSET_MISSING, UPLOAD_STALLED};

/// The codes of requests that no command or query has seen yet, for the published list.
pub const PROBLEMS: &[kernel::Problem] = &[
    INVALID_BODY,
    kernel::Problem::new(
        ProblemKind::Invalid,
        "INVALID_QUERY",
        "A parameter of the address is unknown or of another type.",
    ),
    kernel::Problem::new(
        ProblemKind::Malformed,
        "BODY_UNREADABLE",
        "The body could not be read to its end.",
    ),
    FORM_NOT_TAKEN,
    UPLOAD_STALLED,
    UPLOAD_OFFSET_MISSING,
];

/// The body is not what the route takes.
pub(crate) const INVALID_BODY: kernel::Problem = kernel::Problem::new(
    ProblemKind::Invalid,
    "INVALID_BODY",
    "The body is JSON, but not of the right shape: a field is missing, unknown or of another type.",
);

/// An error on its way out.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    document: Document,
    retry_after: Option<Duration>,
}

/// Why a request is refused (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Document {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What is wrong, for people, with the way out.
    detail: String,
    /// What is wrong, for programs: it never changes.
    code: &'static str,
    /// The field of the input that is to blame, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Cow<'static, str>>,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl Problem {
    /// A problem of the request itself.
    pub(crate) fn of_request(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let document = Document {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            field: None,
            request_id: None,
        };
        Self {
            status,
            document,
            retry_after: None,
        }
    }

    fn of_refusal(refusal: Refusal) -> Self {
        let status = status_of(refusal.problem.kind);
        let mut problem = Self::of_request(status, refusal.problem.code, refusal.message);
        problem.document.field = refusal.field.map(Cow::Borrowed);
        problem.retry_after = refusal.retry_after;
        problem
    }
}

/// The table from what a refusal asks to what HTTP calls it.
fn status_of(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::Full => StatusCode::INSUFFICIENT_STORAGE,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::of_refusal(*refusal),
            Error::Fault(fault) => {
                tracing::error!(%fault, "a request failed");
                let mut problem = Self::of_request(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "INTERNAL",
                    "Something went wrong on our side; it has been noted.",
                );
                problem.document.request_id = RequestId::current().map(|id| id.to_string());
                problem
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.document)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(wait) = self.retry_after {
            headers.insert(
                RETRY_AFTER,
                HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
            );
        }
        response
    }
}

/// The answer to a path that leads nowhere.
pub async fn not_found() -> Problem {
    kernel::problems::NOT_FOUND.error().into()
}

/// The answer to a method that a path does not have; axum adds which it has.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::of_request(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "This path does not take this method; see the Allow header.",
    )
}
