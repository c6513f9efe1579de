//! Downloads.

use std::io::{self, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use app::{Actor, OrRefuse};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use courses::files::{Comparison, FILE_NOT_FOUND, File, FileId, may_be_shown, viewed};
use kernel::{Error, Fault};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

use super::range::{Part, part_of};
use crate::Rest;
use crate::body::{IdInPath, Parameters};
use crate::problem::Problem;

/// How many bytes are read from the disk at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// How a file is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `1`: shown in the window of the browser, if files of its kind may be.
    inline: Option<u8>,
}

/// `GET /api/files/{id}?inline=1`: the bytes, or a range of them, as a download that no browser
/// runs.
pub(crate) async fn download(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<FileId>,
    Parameters(wanted): Parameters<Wanted>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    actor.require_signed_in()?;
    let file = viewed(&rest.app.snapshot(), &actor, id)?.or_refuse(FILE_NOT_FOUND)?;
    let tag = format!("\"{}\"", file.hash);
    let mut headers = headers(&file, &tag, wanted.inline == Some(1));
    if names(&asked, &IF_NONE_MATCH, &tag) {
        headers.remove(CONTENT_TYPE);
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    // A range of what has changed meanwhile would be put to the wrong bytes.
    let range = text(&asked, &RANGE)
        .filter(|_| asked.get(IF_RANGE).is_none() || text(&asked, &IF_RANGE) == Some(tag.as_str()));
    let (status, first, last) = match part_of(range, file.bytes) {
        Part::Whole => (StatusCode::OK, 0, file.bytes.saturating_sub(1)),
        Part::Bytes { first, last } => (StatusCode::PARTIAL_CONTENT, first, last),
        Part::Beyond => return Ok(beyond(&file)),
    };
    let length = if file.bytes == 0 { 0 } else { last - first + 1 };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{last}/{}", file.bytes);
        headers.extend(value(&range).map(|value| (CONTENT_RANGE, value)));
    }
    let opened = open(&rest, &file, first).await;
    let bytes =
        opened.map_err(|error| Error::from(Fault::caused(format!("the bytes of {id}"), error)))?;
    let bytes = Limited {
        from: bytes,
        left: length,
        comparison: (length == file.bytes).then(|| rest.blobs.compare(file.hash)),
    };
    let body = Body::from_stream(ReaderStream::with_capacity(bytes, PIECE_BYTES));
    Ok((status, headers, body).into_response())
}

async fn open(rest: &Rest, file: &File, first: u64) -> io::Result<tokio::fs::File> {
    let opened = tokio::fs::File::open(rest.blobs.path(file.hash)).await?;
    if first == 0 {
        return Ok(opened);
    }
    let mut opened = opened.into_std().await;
    opened.seek(SeekFrom::Start(first))?;
    Ok(tokio::fs::File::from_std(opened))
}

/// The first bytes of a file, and no more. Where they are the whole file, the last of them are held
/// back when the disk has damaged it: nobody takes it for what was handed in.
struct Limited {
    from: tokio::fs::File,
    left: u64,
    comparison: Option<Comparison>,
}

impl AsyncRead for Limited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let mut piece = vec![0; buffer.remaining().min(most)];
        let mut read = ReadBuf::new(&mut piece);
        std::task::ready!(Pin::new(&mut self.from).poll_read(cx, &mut read))?;
        self.left -= read.filled().len() as u64;
        let over = self.left == 0;
        if let Some(comparison) = &mut self.comparison {
            comparison.note(read.filled());
            if over {
                comparison.conclude().inspect_err(|error| {
                    tracing::error!(%error, "a file was not sent to its end");
                })?;
            }
        }
        buffer.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

/// The answer to a range that the file does not have.
fn beyond(file: &File) -> Response {
    let problem = Problem::of_request(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "RANGE_NOT_SATISFIABLE",
        format!("The file has {} bytes.", file.bytes),
    );
    let mut response = problem.into_response();
    let whole = format!("bytes */{}", file.bytes);
    response
        .headers_mut()
        .extend(value(&whole).map(|value| (CONTENT_RANGE, value)));
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a list of tags names this one, or any.
fn names(headers: &HeaderMap, list: &HeaderName, tag: &str) -> bool {
    text(headers, list).is_some_and(|list| {
        list.split(',')
            .map(str::trim)
            .any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
    })
}

fn value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

fn headers(file: &File, tag: &str, inline: bool) -> HeaderMap {
    let unknown = HeaderValue::from_static("application/octet-stream");
    let shown = inline && may_be_shown(&file.media_type);
    let way = if shown { "inline" } else { "attachment" };
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, value(&file.media_type).unwrap_or(unknown)),
        (CONTENT_DISPOSITION, disposition(way, &file.name)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'"),
        ),
        (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        // Who may read it can change: whoever kept a copy asks again before it is shown.
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ]);
    headers.extend(value(tag).map(|tag| (ETAG, tag)));
    headers
}

/// What RFC 5987 lets stand unencoded, or less.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// The name to save under, in both forms of RFC 6266: plain ASCII, and UTF-8 percent-encoded.
fn disposition(way: &'static str, name: &str) -> HeaderValue {
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
    value(&format!(
        "{way}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    ))
    .unwrap_or_else(|| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let value = disposition("attachment", "evil\"\r\nSet-Cookie: x=1; \u{202e}né.html");
        let text = value.to_str().unwrap();
        assert!(!text.contains('\r') && !text.contains('\n'));
        assert_eq!(text.matches('"').count(), 2);
        assert!(text.ends_with("n%C3%A9.html"));
    }
}
