//! An upload whose connection breaks in the middle, and what its client does then.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use serde_json::{Value, json};
use ureq::http::{Request, Response};

use crate::canary::course;
use crate::running::{Client, Server};

/// The size of the file.
const BYTES: usize = 1024 * 1024;

fn code(answer: &Response<Vec<u8>>) -> String {
    let problem: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

/// Sends half of what it says it will, and breaks off.
fn break_off(server: &Server, client: &Client, (url, half): (&str, &[u8])) {
    let address = server.url("").replace("http://", "");
    let mut stream = TcpStream::connect(&address).unwrap();
    let token = client.token();
    let head = format!(
        "PATCH {url} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Upload-Offset: 0\r\nContent-Length: {BYTES}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(half).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // The server has noticed when it hangs up.
    stream.read_to_end(&mut Vec::new()).unwrap();
}

/// How far the upload came.
fn offset(client: &Client, url: &str) -> usize {
    let answer = client.exchange(Request::head(url), Vec::new());
    assert_eq!(answer.status(), 200);
    let offset = answer.headers()["upload-offset"].to_str().unwrap();
    offset.parse().unwrap()
}

#[test]
fn a_connection_that_breaks_costs_nothing_that_has_come() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let (lena, admin) = (
        server.sign_in("lena", "edusphere"),
        server.sign_in("admin", "edusphere"),
    );
    let course = course(&lena);
    let film: Vec<u8> = (0..BYTES).map(|at| b"abcdefg"[at % 7]).collect();
    let (status, begun) = lena.post(
        &format!("/api/courses/{course}/uploads"),
        &json!({ "name": "diary.txt", "bytes": BYTES }),
    );
    assert_eq!(status, 201, "{begun}");
    let url = begun["upload"]["url"].as_str().unwrap();
    break_off(&server, &lena, (url, &film[..BYTES / 2]));
    let came = offset(&lena, url);
    assert_eq!(came, BYTES / 2);

    let part = |client: &Client, offset: usize, bytes: &[u8]| {
        let request = Request::patch(url).header("upload-offset", offset);
        client.exchange(request, bytes.to_vec())
    };
    let other = part(&admin, came, b"x");
    assert_eq!(
        (other.status().as_u16(), code(&other)),
        (404, "NOT_FOUND".into())
    );
    assert_eq!(admin.get(url).0, 404);
    let wrong = part(&lena, came - 1, b"x");
    assert_eq!(
        (wrong.status().as_u16(), code(&wrong)),
        (409, "UPLOAD_OFFSET_MISMATCH".into())
    );
    let nowhere = lena.exchange(Request::patch(url), b"x".to_vec());
    assert_eq!(
        (nowhere.status().as_u16(), code(&nowhere)),
        (400, "UPLOAD_OFFSET_MISSING".into())
    );

    let middle = BYTES - 10;
    let more = part(&lena, came, &film[came..middle]);
    assert_eq!(more.status(), 204);
    assert_eq!(more.headers()["upload-offset"], middle.to_string().as_str());
    let much = part(&lena, middle, &[&film[middle..], b"x"].concat());
    assert_eq!(
        (much.status().as_u16(), code(&much)),
        (413, "UPLOAD_OVERRUN".into())
    );
    let whole = part(&lena, middle, &film[middle..]);
    assert_eq!(whole.status(), 201);
    let again = part(&lena, BYTES, &[]);
    assert_eq!(
        (again.status(), again.body()),
        (whole.status(), whole.body())
    );
    let kept: Value = serde_json::from_slice(whole.body()).unwrap();
    let file = kept["file"]["url"].as_str().unwrap();
    let got = lena.exchange(Request::get(file), Vec::new());
    assert!(got.body() == &film, "the bytes are those that were sent");

    let (_, begun) = lena.post(
        &format!("/api/courses/{course}/uploads"),
        &json!({ "name": "diary.txt", "bytes": BYTES }),
    );
    let url = begun["upload"]["url"].as_str().unwrap();
    assert_eq!((lena.delete(url), lena.delete(url)), (204, 404));
    assert_eq!(server.stop(), Some(0));
}
