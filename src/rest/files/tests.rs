//! Uploads and downloads over HTTP: what is refused, with which answer, and that the next upload
//! is taken all the same.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use app::Feature;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::{Extension, Router};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::files::{Blobs, Limits, Uploads};
use courses::neighbours::Neighbours;
use people::sessions::Hashers;
use people::sign_in::SignIns;
use people::users::{AddUser, NewUser};
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Cast, Role, School};
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;
use tower::ServiceExt;

use crate::{Rest, routes};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0rest";
const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
const MIB: u64 = 1024 * 1024;

struct World {
    cast: Cast,
    routes: Router,
    course: CourseId,
    root: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Its status and its code, as a problem document has them.
    fn refusal(&self) -> (u16, String) {
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json"
        );
        assert!(self.body.len() < 1_000);
        let code = self.json()["code"].as_str().unwrap().to_owned();
        (self.status.as_u16(), code)
    }
}

impl World {
    fn new(limits: Limits) -> Self {
        let once: &[&Feature] = &[&app::ONCE];
        let areas = [people::FEATURES, courses::FEATURES, assess::FEATURES, once];
        let cast = Cast::gather(School::of_areas(&areas), |school, name, role| {
            let user = NewUser::named(name, name).unwrap().role(role);
            school.run_as_program(AddUser {
                user,
                password: None,
            })
        });
        let course = NewCourse::titled("CS-101", "Computing").unwrap();
        let course = cast.does(
            Role::Program,
            CreateCourse {
                course,
                idempotency_key: None,
            },
        );
        for (role, place) in [
            (Role::Teacher, CourseRole::Instructor),
            (Role::Student, CourseRole::Student),
        ] {
            let user = cast.user(role);
            let role = place;
            cast.does(
                Role::Program,
                Enroll {
                    course,
                    user,
                    role,
                    section: None,
                    idempotency_key: None,
                },
            );
        }
        cast.does(Role::Program, PublishCourse { course });
        let root = tempfile::tempdir().unwrap();
        let blobs = Arc::new(Blobs::open(root.path()).unwrap());
        let routes = routes(Rest {
            app: cast.school.app.clone(),
            sign_ins: SignIns::new(cast.school.app.clone(), Hashers::start(1).unwrap()),
            blobs: Arc::clone(&blobs),
            uploads: Arc::new(Uploads::new(blobs, limits)),
            live: live::Hub::new(cast.school.app.clone()),
            neighbours: Neighbours::NONE,
            receivers: Arc::default(),
            search: insight::search::Search::in_memory(cast.school.app.clone()).unwrap(),
        });
        Self {
            cast,
            routes,
            course,
            root,
        }
    }

    fn small() -> Self {
        Self::new(Limits {
            disk_floor_bytes: 0,
            ..Limits::default()
        })
    }

    fn send(&self, role: Role, request: Request<Body>) -> Answer {
        let routes = self.routes.clone().layer(Extension(self.cast.actor(role)));
        self.cast.school.block_on(async {
            let (parts, body) = routes.oneshot(request).await.unwrap().into_parts();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: to_bytes(body, 1 << 24).await.unwrap().to_vec(),
            }
        })
    }

    fn upload(&self, role: Role, name: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(self.address(name)).body(body.into()).unwrap();
        self.send(role, request)
    }

    fn address(&self, name: &str) -> String {
        format!("/api/courses/{}/files?name={name}", self.course)
    }

    fn get(&self, role: Role, url: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::get(url);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.send(role, request.body(Body::empty()).unwrap())
    }

    /// Nothing that was refused is on the disk, a right file is taken, and everything agrees.
    fn goes_on(&self) {
        let incoming = fs_err::read_dir(self.root.path().join("incoming")).unwrap();
        assert_eq!(incoming.count(), 0, "nothing half-done is left");
        let kept = self.upload(Role::Student, "essay.png", PNG);
        assert_eq!(kept.status, StatusCode::CREATED);
        let url = kept.json()["file"]["url"].as_str().unwrap().to_owned();
        assert_eq!(self.get(Role::Teacher, &url, &[]).body, PNG);
        self.cast.school.agrees();
    }
}

/// A body that goes on for ever, or breaks off after some pieces.
struct Endless {
    pieces: u64,
    breaks: bool,
}

impl Endless {
    fn body(pieces: u64, breaks: bool) -> Body {
        let endless = Self { pieces, breaks };
        Body::from_stream(ReaderStream::with_capacity(endless, 64 * 1024))
    }
}

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pieces == 0 && self.breaks {
            return Poll::Ready(Err(io::Error::other("the connection broke")));
        }
        assert!(self.pieces > 0, "nobody stopped the upload");
        self.pieces -= 1;
        buffer.put_slice(&vec![b'x'; buffer.remaining()]);
        Poll::Ready(Ok(()))
    }
}

#[test]
fn an_uploaded_file_comes_back_as_a_download_that_nothing_runs() {
    let world = World::small();
    let kept = world.upload(Role::Teacher, "%D0%BF%D0%BB%D0%B0%D0%BD.png", PNG);
    assert_eq!(kept.status, StatusCode::CREATED);
    let file = &kept.json()["file"];
    assert_eq!(
        (file["name"].as_str(), file["bytes"].as_u64()),
        (Some("план.png"), Some(PNG.len() as u64))
    );
    let url = file["url"].as_str().unwrap();
    assert_eq!(kept.header(header::LOCATION), url);
    for role in [Role::Student, Role::Teacher] {
        let got = world.get(role, url, &[]);
        assert_eq!((got.status, got.body.as_slice()), (StatusCode::OK, PNG));
        assert_eq!(got.header(header::CONTENT_TYPE), "image/png");
        assert!(
            got.header(header::CONTENT_DISPOSITION)
                .starts_with("attachment; ")
        );
        assert_eq!(got.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(
            got.header(header::CONTENT_SECURITY_POLICY),
            "sandbox; default-src 'none'"
        );
    }
    assert_eq!(
        world.get(Role::Member, url, &[]).refusal(),
        (404, "NOT_FOUND".to_owned())
    );
    assert_eq!(world.get(Role::Nobody, url, &[]).refusal().0, 401);
    let inline = format!("{url}?inline=1");
    let got = world.get(Role::Student, &inline, &[]);
    assert!(
        got.header(header::CONTENT_DISPOSITION)
            .starts_with("inline; ")
    );
    let svg = world.upload(Role::Teacher, "a.svg", SVG).json();
    let got = world.get(
        Role::Student,
        &format!("{}?inline=1", svg["file"]["url"].as_str().unwrap()),
        &[],
    );
    assert!(
        got.header(header::CONTENT_DISPOSITION)
            .starts_with("attachment; ")
    );
    assert!(
        got.header(header::CONTENT_SECURITY_POLICY)
            .contains("sandbox")
    );
    world.goes_on();
}

#[test]
fn parts_and_what_has_not_changed_are_answered_as_caches_expect() {
    let world = World::small();
    let text: Vec<u8> = (0..200_000_u32).map(|at| b'a' + (at % 26) as u8).collect();
    let kept = world.upload(Role::Teacher, "long.txt", text.clone()).json();
    let url = kept["file"]["url"].as_str().unwrap();
    let whole = world.get(Role::Student, url, &[]);
    let tag = whole.header(header::ETAG).to_owned();
    assert_eq!(whole.header(header::ACCEPT_RANGES), "bytes");
    assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
    let same = world.get(
        Role::Student,
        url,
        &[(header::IF_NONE_MATCH, &format!("\"x\", W/{tag}"))],
    );
    assert_eq!(
        (same.status, same.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    assert_eq!(same.header(header::ETAG), tag);
    let part = world.get(Role::Student, url, &[(header::RANGE, "bytes=70000-70009")]);
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, &text[70_000..70_010]);
    assert_eq!(
        part.header(header::CONTENT_RANGE),
        "bytes 70000-70009/200000"
    );
    assert_eq!(part.header(header::CONTENT_LENGTH), "10");
    let held = world.get(
        Role::Student,
        url,
        &[(header::RANGE, "bytes=-10"), (header::IF_RANGE, &tag)],
    );
    assert_eq!(held.body, &text[199_990..]);
    let changed = world.get(
        Role::Student,
        url,
        &[
            (header::RANGE, "bytes=-10"),
            (header::IF_RANGE, "\"other\""),
        ],
    );
    assert_eq!(
        (changed.status, changed.body.len()),
        (StatusCode::OK, 200_000)
    );
    let beyond = world.get(Role::Student, url, &[(header::RANGE, "bytes=200000-")]);
    assert_eq!(beyond.refusal(), (416, "RANGE_NOT_SATISFIABLE".to_owned()));
    assert_eq!(beyond.header(header::CONTENT_RANGE), "bytes */200000");
    let head = world.send(
        Role::Student,
        Request::head(url).body(Body::empty()).unwrap(),
    );
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header(header::CONTENT_LENGTH), "200000");
    world.goes_on();
}

#[test]
fn a_file_that_the_disk_damaged_does_not_come_to_its_end() {
    let world = World::small();
    let text: Vec<u8> = (0..200_000_u32).map(|at| b'a' + (at % 26) as u8).collect();
    let kept = world.upload(Role::Teacher, "long.txt", text.clone()).json();
    let url = kept["file"]["url"].as_str().unwrap();
    let whole = world.get(Role::Student, url, &[]);
    let hash = whole.header(header::ETAG).trim_matches('"');
    let path = world.root.path().join(&hash[..2]).join(&hash[2..]);
    let mut bytes = fs_err::read(&path).unwrap();
    bytes[100] ^= 4;
    fs_err::write(&path, bytes).unwrap();
    let routes = world.routes.clone();
    let routes = routes.layer(Extension(world.cast.actor(Role::Student)));
    let request = Request::get(url).body(Body::empty()).unwrap();
    let body = world.cast.school.block_on(async {
        let response = routes.oneshot(request).await.unwrap();
        to_bytes(response.into_body(), 1 << 24).await
    });
    assert!(body.is_err(), "it came whole");
}

#[test]
fn what_is_not_a_file_for_us_is_refused() {
    let world = World::small();
    let mut huge = PNG.to_vec();
    huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    for (name, body, status, code) in [
        ("essay.pdf", Vec::new(), 422, "EMPTY_FILE"),
        ("map.png", b"<html>".to_vec(), 415, "FILE_TYPE_MISMATCH"),
        (
            "a.pdf",
            b"alert(1)//%PDF-".to_vec(),
            415,
            "FILE_TYPE_MISMATCH",
        ),
        (
            "run.exe",
            b"MZ\x90\0".to_vec(),
            415,
            "FILE_TYPE_NOT_ALLOWED",
        ),
        (
            "a.pdf.exe",
            b"%PDF-1.7".to_vec(),
            415,
            "FILE_TYPE_NOT_ALLOWED",
        ),
        ("map.png", huge, 422, "IMAGE_TOO_LARGE"),
    ] {
        let first = world.upload(Role::Student, name, body.clone()).refusal();
        assert_eq!(first, (status, code.to_owned()), "{name}");
        assert_eq!(
            world.upload(Role::Student, name, body).refusal(),
            first,
            "the same twice"
        );
    }
    let nameless = Request::post(format!("/api/courses/{}/files", world.course));
    let nameless = world.send(Role::Student, nameless.body(Body::from(PNG)).unwrap());
    assert_eq!(nameless.refusal(), (422, "INVALID_QUERY".to_owned()));
    let form = Request::post(world.address("a.png"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    let form = world.send(Role::Student, form.body(Body::from("--x--")).unwrap());
    assert_eq!(form.refusal(), (415, "FORM_NOT_TAKEN".to_owned()));
    let nobody = world.upload(Role::Nobody, "a.png", PNG);
    assert_eq!(nobody.refusal(), (401, "UNAUTHENTICATED".to_owned()));
    world.goes_on();
}

#[test]
fn a_name_is_cleaned_and_leads_nowhere() {
    let world = World::small();
    let long = format!("{}.txt", "x".repeat(296));
    for (sent, shown) in [
        ("..%2F..%2Fetc%2Fpasswd", "passwd".to_owned()),
        ("a%00b.txt", "ab.txt".to_owned()),
        ("CON", "_CON".to_owned()),
        ("e%E2%80%AEtxt.txt", "etxt.txt".to_owned()),
        (long.as_str(), format!("{}.txt", "x".repeat(146))),
    ] {
        let kept = world.upload(Role::Student, sent, "root:x:0:0\n");
        assert_eq!(kept.json()["file"]["name"], shown, "{sent}");
    }
    let kept: Vec<_> = fs_err::read_dir(world.root.path()).unwrap().collect();
    assert_eq!(
        kept.len(),
        2,
        "the folder of what comes in, and that of one hash"
    );
    world.goes_on();
}

#[test]
fn an_upload_is_cut_at_the_limit_whatever_it_declared() {
    let world = World::new(Limits {
        own_file_bytes: MIB,
        person_bytes: 4 * MIB,
        disk_floor_bytes: 0,
        ..Limits::default()
    });
    let more = |declared: Option<&str>| {
        let mut request = Request::post(world.address("a.txt"));
        if let Some(declared) = declared {
            request = request.header(header::CONTENT_LENGTH, declared);
        }
        // The limit is reached with piece 17; a few more may be on their way.
        let body = Endless::body(18, false);
        world.send(Role::Student, request.body(body).unwrap())
    };
    for declared in [None, Some("1024"), Some("1099511627776")] {
        let cut = more(declared);
        assert_eq!(
            cut.refusal(),
            (413, "FILE_TOO_LARGE".to_owned()),
            "{declared:?}"
        );
        let detail = cut.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("1 MiB"), "{detail}");
    }
    world.goes_on();
}

#[test]
fn a_connection_that_breaks_leaves_no_file() {
    let world = World::small();
    let body = Endless::body(5, true);
    let broken = world.upload(Role::Student, "essay.txt", body);
    assert_eq!(broken.refusal(), (400, "BODY_UNREADABLE".to_owned()));
    assert_eq!(fs_err::read_dir(world.root.path()).unwrap().count(), 1);
    world.goes_on();
}

#[test]
fn a_full_disk_says_so() {
    let world = World::new(Limits {
        disk_floor_bytes: u64::MAX,
        ..Limits::default()
    });
    let full = world.upload(Role::Student, "essay.png", PNG);
    assert_eq!(full.refusal(), (507, "DISK_FULL".to_owned()));
}

#[test]
fn an_upload_that_is_repeated_under_its_key_counts_once() {
    let world = World::small();
    let send = |body: &'static str| {
        let request = Request::post(world.address("essay.txt")).header("idempotency-key", "one");
        world.send(Role::Student, request.body(Body::from(body)).unwrap())
    };
    let (first, again) = (send("Once").json(), send("Once").json());
    assert_eq!(first, again);
    assert_eq!(
        send("Twice").refusal(),
        (409, "IDEMPOTENCY_KEY_REUSED".to_owned())
    );
    world.goes_on();
}
