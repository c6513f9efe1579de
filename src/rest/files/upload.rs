//! Uploads: the body is the file. It goes to the disk as it comes.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use app::{Actor, OrRefuse};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use courses::catalog::CourseId;
use courses::files::{AddFile, Announced, FILE_NOT_FOUND, FileId, Upload, viewed};
use kernel::{Error, Fault, ProblemKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::Rest;
use crate::body::{IdInPath, Parameters};
use crate::openapi::shapes;
use crate::problem::Problem;

/// How long the next piece of a file may take to come.
const PIECE_WAIT: Duration = Duration::from_mins(1);

/// The body is a form with the file in it.
pub(crate) const FORM_NOT_TAKEN: kernel::Problem = kernel::Problem::new(
    ProblemKind::Unsupported,
    "FORM_NOT_TAKEN",
    "Send the bytes of the file as the body, not a form, and its name as ?name=.",
);
/// The rest of the body does not come.
pub(crate) const UPLOAD_STALLED: kernel::Problem = kernel::Problem::new(
    ProblemKind::Malformed,
    "UPLOAD_STALLED",
    "Nothing came for a minute, so no more is waited for; send the file again, or the rest of an upload that can be gone on with.",
);

/// What is said of a file in its address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    /// What it is called, with its extension.
    name: String,
    /// Whether learners see it.
    #[serde(default = "shown")]
    published: bool,
}

pub(super) fn shown() -> bool {
    true
}

/// What was kept.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Kept {
    file: KeptFile,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct KeptFile {
    #[schemars(with = "shapes::Id")]
    id: FileId,
    name: String,
    media_type: String,
    bytes: u64,
    url: String,
}

/// `POST /api/courses/{id}/files?name=essay.pdf&published=true`, with the header
/// `Idempotency-Key` if the upload may be repeated.
pub(crate) async fn upload(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(course): IdInPath<CourseId>,
    Parameters(named): Parameters<Named>,
    request: Request,
) -> Result<(StatusCode, HeaderMap, Json<Kept>), Problem> {
    actor.require_signed_in()?;
    let (request, body) = request.into_parts();
    require_no_form(&request.headers)?;
    let announced = Announced {
        course,
        name: named.name,
        bytes: number(&request.headers, CONTENT_LENGTH.as_str()),
        published: named.published,
        idempotency_key: text(&request.headers, "idempotency-key").map(str::to_owned),
    };
    let snapshot = rest.app.snapshot();
    let upload = rest.uploads.begin(&snapshot, &actor, announced)?;
    // A slow upload must not hold on to an old state of the school.
    drop(snapshot);
    let upload = receive(upload, body, Upload::append).await?;
    add(&rest, actor, on_disk(|| upload.finish()).await?).await
}

/// Adds the file whose bytes are on the disk, and answers with it.
pub(super) async fn add(
    rest: &Rest,
    actor: Actor,
    command: AddFile,
) -> Result<(StatusCode, HeaderMap, Json<Kept>), Problem> {
    let id = rest.app.run(actor.clone(), command).await?;
    let file = viewed(&rest.app.snapshot(), &actor, id)?.or_refuse(FILE_NOT_FOUND)?;
    let url = format!("/api/files/{id}");
    let mut answer = HeaderMap::new();
    answer.extend(url.parse().ok().map(|url| (LOCATION, url)));
    let file = KeptFile {
        id,
        name: file.name,
        media_type: file.media_type,
        bytes: file.bytes,
        url,
    };
    Ok((StatusCode::CREATED, answer, Json(Kept { file })))
}

/// A form is not the bytes of a file.
pub(super) fn require_no_form(headers: &HeaderMap) -> kernel::Result<()> {
    let media_type = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    if media_type.to_ascii_lowercase().starts_with("multipart/") {
        return FORM_NOT_TAKEN.refuse();
    }
    Ok(())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A header that is a number of bytes.
pub(super) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name).and_then(|text| text.parse().ok())
}

/// Gives the body to an upload, piece by piece. When the connection breaks, this future is dropped,
/// and the upload with it.
pub(super) async fn receive<T: Send + 'static>(
    mut upload: T,
    mut body: Body,
    append: fn(&mut T, &[u8]) -> kernel::Result<()>,
) -> Result<T, Problem> {
    while let Some(piece) = next_piece(&mut body).await? {
        let taken = on_disk(move || append(&mut upload, &piece).map(|()| upload));
        upload = taken.await?;
    }
    Ok(upload)
}

/// The next bytes of a body; `None` at its end.
async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    loop {
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx));
        let Ok(frame) = timeout(PIECE_WAIT, frame).await else {
            let stalled = UPLOAD_STALLED;
            return Err(Problem::of_request(
                StatusCode::REQUEST_TIMEOUT,
                stalled.code,
                stalled.sentence,
            ));
        };
        match frame {
            None => return Ok(None),
            Some(Err(_)) => {
                return Err(Problem::of_request(
                    StatusCode::BAD_REQUEST,
                    "BODY_UNREADABLE",
                    "The body could not be read to its end.",
                ));
            }
            // Other frames are trailers, which say nothing of the file.
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

/// Does what waits for the disk off the threads that serve requests. It is done to its end even
/// when nobody waits for it any more.
#[expect(
    clippy::disallowed_methods,
    reason = "a write or a few syncs of an upload, in the bounded pool that tokio::fs uses as well"
)]
pub(super) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> kernel::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| Error::from(Fault::caused("writing an upload", error)));
    Ok(done??)
}
