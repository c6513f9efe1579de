//! Files: the bytes out and in. What is known of a file besides is for GraphQL.

mod download;
mod range;
mod resume;
mod upload;

use crate::Rest;
use crate::openapi::{Operation, Route};

pub(crate) use resume::UPLOAD_OFFSET_MISSING;
pub(crate) use upload::{FORM_NOT_TAKEN, UPLOAD_STALLED};

/// The type of bytes that nothing is said of.
const BYTES: &str = "application/octet-stream";
/// Whatever type the bytes have.
const ANY: &str = "*/*";

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let range = "The bytes that are wanted: bytes=0-1023.";
    let download = Operation::get("/api/files/{id}", "Downloads a file.")
        .query::<download::Wanted>()
        .header("Range", range)
        .header("If-Range", "The range is wanted of this version only.")
        .header(
            "If-None-Match",
            "The file is wanted in another version only.",
        )
        .answers_bytes(200, "The file, with its own media type.", ANY)
        .answers_bytes(206, "A part of it.", ANY)
        .answers_nothing(304, "The version is still this one.")
        .refuses(&[416]);
    let upload = "Adds a file to a course, or to one's own files there. The body is the file.";
    let upload = Operation::post("/api/courses/{id}/files", upload)
        .query::<upload::Named>()
        .header("Idempotency-Key", "The same for each try of one upload.")
        .takes_bytes(BYTES)
        .answers::<upload::Kept>(201, "What was kept.")
        .refuses(&[403, 408, 409, 422, 507]);
    let upload = upload.by(upload::upload).unlimited();
    let mut routes = vec![download.by(download::download), upload];
    routes.extend(resume::routes());
    routes
}

#[cfg(test)]
mod tests;
