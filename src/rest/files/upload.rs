//! Uploads: the body is the file. It goes to the disk as it comes.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use app::{Actor, OrRefuse};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use courses::catalog::CourseId;
use courses::files::{AddFile, Announced, FILE_NOT_FOUND, FileId, Upload, unwritten, viewed};
use kernel::{Error, Fault, ProblemKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::AsyncWrite;
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
    "Nothing came for a minute, so the upload was given up; send the file again.",
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

fn shown() -> bool {
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
    let header = |name| {
        request
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let media_type = header(CONTENT_TYPE.as_str()).unwrap_or_default();
    if media_type.to_ascii_lowercase().starts_with("multipart/") {
        return Err(FORM_NOT_TAKEN.error().into());
    }
    let announced = Announced {
        course,
        name: named.name,
        bytes: header(CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok()),
        published: named.published,
        idempotency_key: header("idempotency-key").map(str::to_owned),
    };
    let limits = rest.uploads;
    let snapshot = rest.app.snapshot();
    let upload = Upload::begin(&snapshot, &actor, &rest.blobs, announced, limits)?;
    // A slow upload must not hold on to an old state of the school.
    drop(snapshot);
    let upload = receive(upload, body).await?;
    let id = rest.app.run(actor.clone(), settle(upload).await?).await?;
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

/// Writes the body to the disk. When the connection breaks, this future is dropped, and with it
/// what has come.
async fn receive(mut upload: Upload, mut body: Body) -> Result<Upload, Problem> {
    let mut file = File::create_new(upload.path()).await.map_err(unwritten)?;
    while let Some(piece) = next_piece(&mut body).await? {
        upload.take(&piece)?;
        write_all(&mut file, &piece).await.map_err(unwritten)?;
    }
    let flushed = poll_fn(|cx| Pin::new(&mut file).poll_flush(cx)).await;
    flushed.map_err(unwritten)?;
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

async fn write_all(file: &mut File, mut piece: &[u8]) -> io::Result<()> {
    while !piece.is_empty() {
        let written = poll_fn(|cx| Pin::new(&mut *file).poll_write(cx, piece)).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        piece = piece.get(written..).unwrap_or_default();
    }
    Ok(())
}

/// Syncs and names what was written, off the threads that serve requests.
#[expect(
    clippy::disallowed_methods,
    reason = "a few syncs at the end of a whole upload, in the bounded pool that tokio::fs uses for all else here"
)]
async fn settle(upload: Upload) -> Result<AddFile, Problem> {
    let settled = tokio::task::spawn_blocking(|| upload.finish()).await;
    let settled = settled.map_err(|error| Error::from(Fault::caused("settling an upload", error)));
    Ok(settled??)
}
