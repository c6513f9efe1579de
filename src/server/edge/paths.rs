//! Paths and origins that no face is shown.

use axum::http::header::{HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, Method};
use kernel::{Problem, ProblemKind, Result};

/// The path cannot be meant.
pub(crate) const BAD_PATH: Problem = Problem::new(
    ProblemKind::Malformed,
    "BAD_PATH",
    "The path is not UTF-8, or has control characters or the segments . or .. in it.",
);
/// A page of another site wants to change something.
pub(crate) const ORIGIN_NOT_ALLOWED: Problem = Problem::new(
    ProblemKind::Forbidden,
    "ORIGIN_NOT_ALLOWED",
    "Pages of other sites may neither change nor follow anything here; the operator can allow an origin with public_origins.",
);

/// Refuses a path that is not UTF-8 once it is decoded, or that has control characters,
/// backslashes or the segments `.` or `..` in it.
pub(crate) fn require_plain(path: &str) -> Result<()> {
    // Nearly all paths are plain already.
    if !path.contains(['%', '\\']) && !path.contains("/.") {
        return Ok(());
    }
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    let decoded = decoded.map_err(|_| BAD_PATH.error())?;
    let odd = |c: char| c.is_control() || c == '\\';
    let steps = |segment: &str| segment == "." || segment == "..";
    if decoded.contains(odd) || decoded.split('/').any(steps) {
        return BAD_PATH.refuse();
    }
    Ok(())
}

/// Refuses a change that a page of another origin asks for, and a WebSocket, whose answers any page
/// could read. A browser says where the page is from; programs need not.
pub(crate) fn require_own_origin(
    method: &Method,
    headers: &HeaderMap,
    allowed: &[String],
) -> Result<()> {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if reads && !headers.contains_key(UPGRADE) {
        return Ok(());
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    // Which of the two schemes it is, only a proxy before us knows.
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let own = matches!((authority, host), (Some(from), Some(to)) if from.eq_ignore_ascii_case(to));
    if own
        || allowed
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(origin))
    {
        return Ok(());
    }
    ORIGIN_NOT_ALLOWED.refuse()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn paths_that_cannot_be_meant_are_refused() {
        for good in [
            "/",
            "/api/files/a%20b",
            "/api/.well",
            "/é",
            "/a%2Fb",
            "/..a/b..",
        ] {
            assert!(require_plain(good).is_ok(), "{good}");
        }
        for bad in [
            "/%ff",
            "/a%00",
            "/a/..%2f..%2fetc",
            "/%2e%2e/a",
            "/a/../b",
            "/./a",
            "/a%0d%0ab",
            "/a%5cb",
            "/a\\b",
        ] {
            assert_eq!(
                require_plain(bad).unwrap_err().problem(),
                Some(BAD_PATH),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_page_of_another_site_may_read_but_not_change() {
        let allowed = ["https://school.example".to_owned()];
        let asks_for = |upgrade: bool, method: Method, origin: &'static str| {
            let mut headers = HeaderMap::new();
            if upgrade {
                headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            }
            headers.insert(HOST, HeaderValue::from_static("edu.example:8080"));
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
            require_own_origin(&method, &headers, &allowed).is_ok()
        };
        let asks = |method, origin| asks_for(false, method, origin);
        for own in [
            "https://edu.example:8080",
            "http://EDU.example:8080",
            "https://school.example",
        ] {
            assert!(asks(Method::POST, own), "{own}");
            assert!(asks_for(true, Method::GET, own), "{own}");
        }
        for foreign in [
            "https://evil.example",
            "https://edu.example",
            "https://edu.example:8080.evil.example",
            "http://school.example",
            "null",
            "",
        ] {
            assert!(!asks(Method::POST, foreign), "{foreign}");
            assert!(asks(Method::GET, foreign), "{foreign}");
            assert!(!asks_for(true, Method::GET, foreign), "{foreign}");
        }
        assert!(require_own_origin(&Method::POST, &HeaderMap::new(), &[]).is_ok());
    }
}
