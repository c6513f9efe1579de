//! Webhooks, from the school to receivers on this machine.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver as Inbox, sync_channel};
use std::time::Duration;

use operations::webhooks::{Signed, WebhookSecret};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::desk::{check, wait};
use crate::running::{Client, Server, edusphere, stdout};

/// The longest that something may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
const WEBHOOKS: &str = "/api/admin/webhooks";

/// A program that takes webhooks.
struct Receiver {
    address: SocketAddr,
    taken: Inbox<Taken>,
    /// The status of its answers; 0 to answer as it was made to.
    status: Arc<AtomicU16>,
}

/// What a receiver was sent.
struct Taken {
    headers: HashMap<String, String>,
    body: String,
}

impl Taken {
    fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// The body, after the signature was found to be right.
    fn signed_with(&self, secret: &WebhookSecret) -> Value {
        let signed = Signed {
            id: self.id(),
            timestamp: self.headers["webhook-timestamp"].parse().unwrap(),
            body: self.body.as_bytes(),
        };
        assert_eq!(self.headers["webhook-signature"], secret.sign(&signed));
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Receiver {
    /// One that gives an answer by how many came before.
    fn answering(answer: impl Fn(usize) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(0));
        let (sender, taken) = sync_channel(1_000);
        let given = Arc::clone(&status);
        let receive = move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let Some(one) = take(&stream) else { continue };
                if sender.send(one).is_err() {
                    return;
                }
                let head = match given.load(Ordering::SeqCst) {
                    0 => answer(number),
                    status => format!("{status} X"),
                };
                let text = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
                drop(stream.write_all(text.as_bytes()));
            }
        };
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's process")]
        drop(std::thread::spawn(receive));
        Self {
            address,
            taken,
            status,
        }
    }

    fn next(&self) -> Taken {
        self.taken.recv_timeout(PATIENCE).expect("something comes")
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }
}

/// Reads a request to its end.
fn take(stream: &TcpStream) -> Option<Taken> {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(stream);
    let mut headers = HashMap::new();
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            headers.insert(name.to_owned(), value.to_owned());
        }
        line.clear();
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Taken { headers, body })
}

/// A school that has a stream and a webhook for it, which is tried again soon.
struct Hooked {
    root: TempDir,
    server: Server,
    admin: Client,
    webhook: String,
    secret: WebhookSecret,
    allowed: String,
}

impl Hooked {
    fn to(address: SocketAddr) -> Self {
        let root = tempfile::tempdir().unwrap();
        let allowed = format!("[\"{address}\"]");
        let settings = [("EDUSPHERE__WEBHOOKS__ALLOWED_HOSTS", allowed.as_str())];
        let server = Server::demo_with(&root.path().join("data"), &settings);
        let admin = server.sign_in("admin", "edusphere");
        let stream = json!({ "name": "LIBRARY", "subjects": ["library.>"] });
        assert_eq!(admin.post("/api/admin/streams", &stream).0, 201);
        let new = json!({ "url": format!("http://{address}/hook"), "filters": ["library.>"] });
        let (status, added) = admin.post(WEBHOOKS, &new);
        assert_eq!(status, 201, "{added}");
        assert_eq!(added["streams"], json!(["LIBRARY"]));
        let webhook = added["id"].as_str().unwrap().to_owned();
        let secret = WebhookSecret::parse(added["secret"].as_str().unwrap()).unwrap();
        let hooked = Self {
            root,
            server,
            admin,
            webhook,
            secret,
            allowed,
        };
        // Milliseconds where there are seconds.
        let soon = json!({
            "filters": ["library.>"], "deliverPolicy": "NEW", "backoffMs": [10, 20, 40, 80, 160],
        });
        assert_eq!(hooked.admin.put(&hooked.consumer(), &soon).0, 200);
        hooked
    }

    fn consumer(&self) -> String {
        format!("/api/admin/streams/LIBRARY/consumers/{}", self.webhook)
    }

    fn of_webhook(&self, verb: &str) -> String {
        format!("{WEBHOOKS}/{}/{verb}", self.webhook)
    }

    fn publish(&self, reader: &str) {
        let message = json!({
            "subject": "library.loans.new", "key": "book-1", "body": { "reader": reader },
        });
        assert_eq!(self.admin.post("/api/admin/messages", &message).0, 201);
    }

    /// What was sent, the newest first, once there is so much of it.
    fn deliveries(&self, count: usize) -> Vec<Value> {
        let mut found = Vec::new();
        until(|| {
            let (_, page) = self.admin.get(&self.of_webhook("deliveries?first=100"));
            found.clone_from(page["nodes"].as_array().unwrap());
            found.len() >= count
        });
        assert_eq!(found.len(), count, "{found:?}");
        found
    }

    /// What the command line says about the webhook's dead letters.
    fn letters(&self, verb: &str) -> String {
        let token = self.root.path().join("token");
        fs_err::write(&token, self.admin.token()).unwrap();
        let (url, token) = (self.server.url(""), token.to_str().unwrap());
        let of = ["log", "dead-letters", verb, "LIBRARY", &self.webhook];
        let with = ["--server", &url, "--token-file", token];
        stdout(&edusphere(&[&of[..], &with].concat()))
    }
}

#[test]
fn what_was_under_way_when_the_program_was_killed_comes_again() {
    let (release, held) = sync_channel::<()>(1);
    let receiver = Receiver::answering(move |number| {
        if number == 0 {
            held.recv_timeout(PATIENCE).unwrap();
        }
        "200 X".to_owned()
    });
    let hooked = Hooked::to(receiver.address);
    hooked.publish("lena");
    let first = receiver.next();
    let data_dir = hooked.server.data_dir().to_owned();
    hooked.server.kill();
    release.send(()).unwrap();
    let settings = [(
        "EDUSPHERE__WEBHOOKS__ALLOWED_HOSTS",
        hooked.allowed.as_str(),
    )];
    let server = Server::serve_with(&data_dir, &settings);
    let again = receiver.next();
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    let admin = server.sign_in("admin", "edusphere");
    let path = format!("{WEBHOOKS}/{}/deliveries", hooked.webhook);
    until(|| admin.get(&path).1["totalCount"] == 1);
    let (_, page) = admin.get(&path);
    assert_eq!(
        page["nodes"][0]["attempt"], 2,
        "the first one counts: {page}"
    );
    assert_eq!(server.stop(), Some(0));
    check(&data_dir, "after the webhook");
}

/// Looks again and again until something holds.
fn until(mut holds: impl FnMut() -> bool) {
    let step = Duration::from_millis(10);
    for _ in 0..PATIENCE.as_millis() / step.as_millis() {
        if holds() {
            return;
        }
        wait(step);
    }
    panic!("it never came to hold");
}

#[test]
fn a_receiver_that_fails_four_times_gets_it_on_the_fifth() {
    let receiver = Receiver::answering(|number| {
        let status = if number < 4 {
            "500 X"
        } else {
            "204 No Content"
        };
        status.to_owned()
    });
    let hooked = Hooked::to(receiver.address);
    hooked.publish("lena");
    let first = receiver.next();
    let sent = first.signed_with(&hooked.secret);
    assert_eq!(sent["id"], first.id());
    assert_eq!(sent["subject"], "library.loans.new");
    assert_eq!(
        (&sent["stream"], &sent["sequence"]),
        (&json!("LIBRARY"), &json!(1))
    );
    assert_eq!(
        (&sent["key"], &sent["data"]["reader"]),
        (&json!("book-1"), &json!("lena"))
    );
    for _ in 1..5 {
        let again = receiver.next();
        again.signed_with(&hooked.secret);
        assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    }
    // What comes next of the same key had to wait, and came once.
    hooked.publish("tomas");
    assert_eq!(receiver.next().signed_with(&hooked.secret)["sequence"], 2);
    let told: Vec<_> = hooked
        .deliveries(6)
        .iter()
        .map(|sent| {
            (
                sent["sequence"].clone(),
                sent["attempt"].clone(),
                sent["status"].clone(),
            )
        })
        .collect();
    let expected = [
        (2, 1, 204),
        (1, 5, 204),
        (1, 4, 500),
        (1, 3, 500),
        (1, 2, 500),
        (1, 1, 500),
    ];
    assert_eq!(
        told,
        expected.map(|(a, b, c)| (json!(a), json!(b), json!(c)))
    );
    until(|| hooked.admin.get(&hooked.consumer()).1["numAckPending"] == 0);
    let metrics = hooked.server.anonymous().get_text("/metrics").2;
    for line in [
        "edusphere_webhook_requests_total{result=\"delivered\"} 2\n",
        "edusphere_webhook_requests_total{result=\"failed\"} 4\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
}

#[test]
fn what_a_receiver_never_takes_is_a_dead_letter_and_comes_again_when_it_is_retried() {
    let receiver = Receiver::answering(|_| "503 X".to_owned());
    let hooked = Hooked::to(receiver.address);
    hooked.publish("lena");
    for _ in 0..6 {
        receiver.next();
    }
    let mut listed = String::new();
    until(|| {
        listed = hooked.letters("list");
        listed.contains("library.loans.new")
    });
    assert!(listed.contains("the receiver answered 503"), "{listed}");
    assert_eq!(hooked.deliveries(6).len(), 6, "and no more");
    receiver.answers(200);
    assert_eq!(
        hooked.letters("retry"),
        "1 dead letter given to the consumer again.\n"
    );
    let again = receiver.next().signed_with(&hooked.secret);
    assert_eq!(again["data"]["reader"], "lena");
    until(|| !hooked.letters("list").contains("library.loans.new"));
}

/// A port of this machine at which nobody is to knock.
fn closed() -> TcpListener {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    closed.set_nonblocking(true).unwrap();
    closed
}

fn was_left_alone(closed: &TcpListener) {
    let seen = closed.accept().map(drop).unwrap_err();
    assert_eq!(seen.kind(), ErrorKind::WouldBlock);
}

#[test]
fn nothing_is_sent_into_the_network_of_the_school_unless_it_is_allowed() {
    let inside = closed();
    let port = inside.local_addr().unwrap().port();
    let elsewhere = format!("307 X\r\nlocation: http://127.0.0.1:{port}/");
    let receiver = Receiver::answering(move |_| elsewhere.clone());
    let hooked = Hooked::to(receiver.address);
    for host in [
        "127.0.0.1",
        "localhost",
        "a.localhost",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
        "100.64.0.1",
    ] {
        for scheme in ["http", "https", "gopher"] {
            let url = format!("{scheme}://{host}:{port}/");
            let new = json!({ "url": url, "filters": ["library.>"] });
            let (status, answer) = hooked.admin.post(WEBHOOKS, &new);
            assert_eq!(
                (status, &answer["code"]),
                (422, &json!("URL_NOT_ALLOWED")),
                "{url}"
            );
        }
    }
    let (_, all) = hooked.admin.get(WEBHOOKS);
    assert_eq!(all["nodes"].as_array().unwrap().len(), 1, "{all}");
    let there = format!("{WEBHOOKS}/{}", hooked.webhook);
    let moved = json!({ "url": format!("https://127.0.0.1:{port}/") });
    assert_eq!(hooked.admin.patch(&there, &moved).0, 422);
    // A redirect is a failure, wherever it leads.
    assert_eq!(
        hooked.admin.post(&hooked.of_webhook("test"), &json!({})).0,
        202
    );
    receiver.next();
    let sent = hooked.deliveries(1);
    assert_eq!(
        (&sent[0]["status"], &sent[0]["occasion"]),
        (&json!(307), &json!("TEST"))
    );
    assert!(sent[0]["error"].is_string());
    was_left_alone(&inside);
}

#[test]
fn a_webhook_is_paused_goes_on_gets_another_secret_and_something_again() {
    let receiver = Receiver::answering(|_| "200 X".to_owned());
    let hooked = Hooked::to(receiver.address);
    let post = |verb: &str, body: Value| hooked.admin.post(&hooked.of_webhook(verb), &body);
    let (_, paused) = post("pause", json!({}));
    assert_eq!(
        (&paused["enabled"], &paused["pauseReason"]),
        (&json!(false), &json!("ASKED"))
    );
    // The pause is seen before anything that is published later.
    post("test", json!({}));
    assert_eq!(
        receiver.next().signed_with(&hooked.secret)["subject"],
        "edusphere.webhooks.ping"
    );
    hooked.publish("lena");
    let (_, rotated) = post("secret", json!({}));
    let secret = WebhookSecret::parse(rotated["secret"].as_str().unwrap()).unwrap();
    assert_ne!(secret, hooked.secret);
    assert_eq!(post("resume", json!({})).1["enabled"], true);
    let sent = receiver.next();
    assert_eq!(sent.signed_with(&secret)["data"]["reader"], "lena");
    let place = json!({ "stream": "LIBRARY", "sequence": 1 });
    assert_eq!(post("replay", place).0, 202);
    assert_eq!(receiver.next().id(), sent.id(), "a receiver can tell");
    let other = json!({ "stream": "USERS", "sequence": 1 });
    assert_eq!(post("replay", other).1["code"], "DELIVERY_NOT_FOUND");
    let occasions = hooked.deliveries(3);
    let occasions: Vec<_> = occasions.iter().map(|sent| &sent["occasion"]).collect();
    assert_eq!(occasions, ["REPLAY", "DELIVERY", "TEST"]);

    // What says that it is gone is sent nothing more, until somebody knows better.
    receiver.answers(410);
    hooked.publish("tomas");
    receiver.next();
    let there = format!("{WEBHOOKS}/{}", hooked.webhook);
    until(|| hooked.admin.get(&there).1["pauseReason"] == "GONE");
    let lena = hooked.server.sign_in("lena", "edusphere");
    assert_eq!(lena.get(&there).0, 403);
    let (_, audit) = hooked.admin.get("/api/admin/audit?first=100");
    assert!(audit.to_string().contains("edusphere.users.webhook_paused"));
    assert!(!audit.to_string().contains("whsec_"));
    assert_eq!(hooked.admin.delete(&there), 204);
    assert_eq!(hooked.admin.get(&hooked.consumer()).0, 404);
}
