//! Bodies of requests: JSON, of a known shape, within the limit.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use kernel::Change;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::Problem;

/// A JSON body of at most so many bytes. Unknown fields are refused by the types themselves.
pub(crate) struct Body<T, const BYTES_MAX: usize = { crate::BODY_BYTES_MAX }>(pub(crate) T);

impl<S, T, const BYTES_MAX: usize> FromRequest<S> for Body<T, BYTES_MAX>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // A length that is declared is believed before it is read.
        if declared(request.headers()).is_some_and(|bytes| bytes > BYTES_MAX) {
            return Err(too_large(BYTES_MAX));
        }
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(refuse(&rejection, BYTES_MAX)),
        }
    }
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::of_request(
        StatusCode::PAYLOAD_TOO_LARGE,
        "BODY_TOO_LARGE",
        format!("A body has at most {bytes_max} bytes."),
    )
}

/// What is wrong with a body, without repeating it.
#[expect(clippy::wildcard_enum_match_arm, reason = "axum may add ways to fail")]
fn refuse(rejection: &JsonRejection, bytes_max: usize) -> Problem {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Problem::of_request(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "MEDIA_TYPE_UNSUPPORTED",
            "Send the body as application/json.",
        ),
        JsonRejection::JsonSyntaxError(error) => {
            Problem::of_request(StatusCode::BAD_REQUEST, "INVALID_JSON", place(error))
        }
        JsonRejection::JsonDataError(error) => Problem::of_request(
            StatusCode::UNPROCESSABLE_ENTITY,
            "INVALID_BODY",
            format!(
                "The body is JSON, but not of the right shape: {}",
                shape(error)
            ),
        ),
        rejection if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => too_large(bytes_max),
        _ => Problem::of_request(
            StatusCode::BAD_REQUEST,
            "BODY_UNREADABLE",
            "The body could not be read to its end.",
        ),
    }
}

fn json_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a serde_json::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(json) = error.downcast_ref::<serde_json::Error>() {
            return Some(json);
        }
        cause = error.source();
    }
    None
}

fn place(error: &(dyn std::error::Error + 'static)) -> String {
    json_error(error).map_or_else(
        || "The body is not JSON.".to_owned(),
        |json| {
            format!(
                "The body is not JSON at line {}, column {}.",
                json.line(),
                json.column()
            )
        },
    )
}

/// The longest part of a parser's message that is passed on, in characters.
const SHAPE_CHARS_MAX: usize = 200;

fn shape(error: &(dyn std::error::Error + 'static)) -> String {
    let text = json_error(error).map_or_else(|| error.to_string(), ToString::to_string);
    text.chars().take(SHAPE_CHARS_MAX).collect()
}

/// A field that is there, if only to be null.
pub(crate) fn said<'de, D, T>(from: D) -> Result<Change<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from).map(Change::To)
}

/// The query of an address.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(query)| Self(query))
            .map_err(|rejection| not_parameters(&rejection))
    }
}

fn not_parameters(rejection: &QueryRejection) -> Problem {
    let text = rejection.body_text();
    let text: String = text.chars().take(SHAPE_CHARS_MAX).collect();
    Problem::of_request(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_QUERY", text)
}

/// The query of an address that may have `kind` more than once: its type has one, of all of them
/// with commas between.
pub(crate) struct WithKinds<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for WithKinds<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let named = |pair: &str| pair.strip_prefix("kind=").map(str::to_owned);
        let kinds: Vec<String> = query.split('&').filter_map(named).collect();
        let mut pairs: Vec<String> = query
            .split('&')
            .filter(|pair| named(pair).is_none())
            .map(str::to_owned)
            .collect();
        if !kinds.is_empty() {
            pairs.push(format!("kind={}", kinds.join(",")));
        }
        let gathered = Uri::builder()
            .path_and_query(format!("/?{}", pairs.join("&")))
            .build()
            .map_err(|_| kernel::problems::NOT_FOUND.error())?;
        let query = Query::<T>::try_from_uri(&gathered);
        query
            .map(|Query(query)| Self(query))
            .map_err(|rejection| not_parameters(&rejection))
    }
}

/// The id in a path. One that is malformed names nothing.
pub(crate) struct IdInPath<T>(pub(crate) T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for IdInPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let not_found = || Problem::from(kernel::problems::NOT_FOUND.error());
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_: PathRejection| not_found())?;
        text.parse().map(Self).map_err(|_| not_found())
    }
}

/// Ids and names in a path. One that is malformed names nothing.
pub(crate) struct IdsInPath<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for IdsInPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(ids)| Self(ids))
            .map_err(|_: PathRejection| kernel::problems::NOT_FOUND.error().into())
    }
}
