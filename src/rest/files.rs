//! Downloads.

use app::{Actor, OrRefuse};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use courses::files::{FILE_NOT_FOUND, File, FileId, viewed};
use kernel::{Error, Fault};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_util::io::ReaderStream;

use crate::Rest;
use crate::body::IdInPath;
use crate::problem::Problem;

/// `GET /api/files/{id}`: the bytes, as a download that no browser runs.
pub(crate) async fn download(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<FileId>,
) -> Result<(HeaderMap, Body), Problem> {
    actor.require_signed_in()?;
    let file = viewed(&rest.app.snapshot(), &actor, id)?.or_refuse(FILE_NOT_FOUND)?;
    let bytes = tokio::fs::File::open(rest.blobs.path(file.hash))
        .await
        .map_err(|error| Error::from(Fault::caused(format!("the bytes of {id}"), error)))?;
    Ok((headers(&file), Body::from_stream(ReaderStream::new(bytes))))
}

fn headers(file: &File) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let media_type = HeaderValue::from_str(&file.media_type);
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, media_type.unwrap_or(unknown));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
    headers.insert(CONTENT_DISPOSITION, disposition(&file.name));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    headers.insert(CONTENT_SECURITY_POLICY, sandbox);
    headers
}

/// What RFC 5987 lets stand unencoded, or less.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The name to save under, in both forms of RFC 6266: plain ASCII, and UTF-8 percent-encoded.
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '/' | '%') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = utf8_percent_encode(name, ATTRIBUTE);
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let value = disposition("evil\"\r\nSet-Cookie: x=1; \u{202e}né.html");
        let text = value.to_str().unwrap();
        assert!(!text.contains('\r') && !text.contains('\n'));
        assert_eq!(text.matches('"').count(), 2);
        assert!(text.ends_with("n%C3%A9.html"));
    }
}
