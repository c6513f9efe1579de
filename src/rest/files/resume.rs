//! Uploads that can be gone on with: begun with a name and a size, sent in as many requests as it
//! takes, each of which says with `Upload-Offset` where it begins.

use std::fmt::Display;

use app::Actor;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, LOCATION};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use courses::catalog::CourseId;
use courses::files::{Announced, Lent, Next, Standing, UploadId};
use kernel::{ProblemKind, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::BYTES;
use super::upload::{Kept, add, number, on_disk, receive, require_no_form, shown};
use crate::Rest;
use crate::body::{self, IdInPath};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// Where in the file the bytes begin, or how far it has come.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// How large the whole file is.
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// Bytes came, and nothing said where in the file they belong.
pub(crate) const UPLOAD_OFFSET_MISSING: kernel::Problem = kernel::Problem::new(
    ProblemKind::Malformed,
    "UPLOAD_OFFSET_MISSING",
    "Say with the header Upload-Offset where in the file these bytes begin.",
);

/// The routes.
pub(super) fn routes() -> Vec<Route<Rest>> {
    let begin = "Begins an upload that can be gone on with when the connection breaks.";
    let begin = Operation::post("/api/courses/{id}/uploads", begin)
        .takes::<Begun>(json!({ "name": "film.mp4", "bytes": 104_857_600 }))
        .answers::<Told>(201, "Where to send the bytes.")
        .refuses(&[403, 409, 429, 503, 507]);
    let far = "Tells how far an upload of one's own has come; HEAD does as well.";
    let far = Operation::get("/api/uploads/{id}", far)
        .answers::<Told>(200, "How far it has come.")
        .refuses(&[409]);
    let more = "Sends more of an upload, from where it stands. The body is a part of the file.";
    let more = Operation::patch("/api/uploads/{id}", more)
        .needs_number("Upload-Offset", "Where in the file these bytes begin.")
        .takes_bytes(BYTES)
        .or_nothing()
        .answers_nothing(204, "They were taken, and more is to come.")
        .answers::<Kept>(201, "The file is whole, and was kept.")
        .refuses(&[403, 408, 409, 422, 507]);
    let end = Operation::delete("/api/uploads/{id}", "Gives up an upload of one's own.")
        .answers_nothing(204, "It is gone.");
    vec![
        begin.by(begin_upload),
        far.by(tell),
        more.by(go_on).unlimited(),
        end.by(give_up),
    ]
}

/// What is said of a file before its bytes come.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begun {
    /// What it is called, with its extension.
    name: String,
    /// How many bytes it has.
    #[schemars(range(min = 1))]
    bytes: u64,
    /// Whether learners see it.
    #[serde(default = "shown")]
    published: bool,
}

/// How far an upload is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Told {
    upload: ToldUpload,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ToldUpload {
    #[schemars(with = "shapes::Id")]
    id: UploadId,
    /// How many bytes there will be.
    bytes: u64,
    /// How many have come.
    offset: u64,
    /// When it is given up if it is not whole.
    #[schemars(with = "shapes::Moment")]
    expires_at: Timestamp,
    url: String,
}

impl Told {
    fn of(id: UploadId, standing: Standing) -> (HeaderMap, Json<Self>) {
        let upload = ToldUpload {
            id,
            bytes: standing.bytes,
            offset: standing.came,
            expires_at: standing.expires,
            url: format!("/api/uploads/{id}"),
        };
        let headers = headers([
            (UPLOAD_OFFSET, &standing.came),
            (UPLOAD_LENGTH, &standing.bytes),
        ]);
        (headers, Json(Self { upload }))
    }
}

fn headers<const N: usize>(all: [(HeaderName, &dyn Display); N]) -> HeaderMap {
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value.to_string().parse().ok()?)))
        .collect()
}

/// `POST /api/courses/{id}/uploads`.
async fn begin_upload(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(course): IdInPath<CourseId>,
    body::Body(begun): body::Body<Begun>,
) -> Result<Response, Problem> {
    let announced = Announced {
        course,
        name: begun.name,
        bytes: None,
        published: begun.published,
        idempotency_key: None,
    };
    let id = rest.app.new_id();
    let declared = (id, begun.bytes, rest.app.now());
    let (uploads, snapshot) = (&rest.uploads, rest.app.snapshot());
    let standing = uploads.open(&snapshot, &actor, announced, declared)?;
    let (mut headers, told) = Told::of(id, standing);
    headers.extend(told.upload.url.parse().ok().map(|url| (LOCATION, url)));
    Ok((StatusCode::CREATED, headers, told).into_response())
}

/// `GET /api/uploads/{id}`.
async fn tell(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<UploadId>,
) -> Result<Response, Problem> {
    let standing = rest.uploads.standing(&actor, id, rest.app.now())?;
    Ok(Told::of(id, standing).into_response())
}

/// `PATCH /api/uploads/{id}` with the header `Upload-Offset`. When the connection breaks, what has
/// come stays.
async fn go_on(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<UploadId>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let (request, body) = request.into_parts();
    // Of an upload that is not theirs nobody learns what else is wrong.
    rest.uploads.standing(&actor, id, rest.app.now())?;
    require_no_form(&request.headers)?;
    let offset = number(&request.headers, UPLOAD_OFFSET.as_str());
    let next = Next {
        offset: offset.ok_or_else(|| UPLOAD_OFFSET_MISSING.error())?,
        bytes: number(&request.headers, CONTENT_LENGTH.as_str()),
    };
    let lent = rest.uploads.go_on(&actor, (id, rest.app.now()), next)?;
    let mut lent = receive(lent, body, Lent::append).await?;
    let came = headers([(UPLOAD_OFFSET, &lent.came())]);
    match on_disk(move || lent.finish()).await? {
        Some(command) => Ok((came, add(&rest, actor, command).await?).into_response()),
        None => Ok((StatusCode::NO_CONTENT, came).into_response()),
    }
}

/// `DELETE /api/uploads/{id}`.
async fn give_up(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<UploadId>,
) -> Result<StatusCode, Problem> {
    rest.uploads.give_up(&actor, id, rest.app.now())?;
    Ok(StatusCode::NO_CONTENT)
}
