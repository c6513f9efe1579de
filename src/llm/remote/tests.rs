//! Stories of services: those that answer, those that fail, and those that lie.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use kernel::{Clock, Timestamp};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use ureq::tls::RootCerts;

use super::post::Post;
use super::{BACKOFF, Remote, Settings, SettingsError, Trouble};
use crate::embedder::{BATCH_MAX, EmbedError, Embedder, Purpose};

const KEY: &str = "sk-of-the-school";

/// The certificate of `localhost`, by itself, from 2020 to 2120, and its key. Nobody trusts it but
/// these tests.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBXjCCAQSgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOKuow+FOUbHsjNF
ib1WPDuspV5b7VC6EDPxXXNWzDfQ3W2sNAzNN6ZdbPlCLrs09CgG/PCv22Wec0oY
JzTDERyjRTBDMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAMBgNVHRMBAf8EAjAAMB0G
A1UdDgQWBBRuwFD4B7VtiYxQk8RNn2VXZry2+zAKBggqhkjOPQQDAgNIADBFAiBA
HVWS9pZTt1Ie8RNWYhQd3MEbLVPGrGla/lksdKzvIwIhAKSToXrWEaOD5T9kUzOD
bxV/0fr1IJV3ZpysxBJKs36C
-----END CERTIFICATE-----
";
const CERTIFICATE_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDlewoNrIz/YoDhPS
xDtm6VohRcq/tEYelapqdzN/rYmhRANCAATirqMPhTlGx7IzRYm9Vjw7rKVeW+1Q
uhAz8V1zVsw30N1trDQMzTemXWz5Qi67NPQoBvzwr9tlnnNKGCc0wxEc
-----END PRIVATE KEY-----
";

/// What a service does with one request.
enum Reply {
    /// A status with more lines of the head, and a body.
    Says(&'static str, String),
    /// Vectors of so many numbers, the last text first: the first number is the length of the text.
    Vectors(usize),
    /// Nothing, until the caller gives up.
    Nothing,
    /// A body of so many bytes, without end in sight.
    Endless(u64),
    /// What is no HTTP and no TLS either, before anything was asked.
    Garbage,
}

fn ok(body: impl Into<String>) -> Reply {
    Reply::Says("200 OK", body.into())
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// A service on this machine that takes one request after the other, each on its own connection.
struct Service {
    address: SocketAddr,
    thread: JoinHandle<Vec<String>>,
}

impl Service {
    fn that(replies: Vec<Reply>) -> Self {
        Self::speaking(replies, |stream| Box::new(stream))
    }

    fn speaking(
        replies: Vec<Reply>,
        over: impl Fn(TcpStream) -> Box<dyn Stream> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let play = move || {
            let mut requests = Vec::new();
            for reply in replies {
                let (stream, _) = listener.accept().unwrap();
                match answer(over(stream), &reply) {
                    Some(request) => requests.push(request),
                    None => break,
                }
            }
            requests
        };
        let thread = Builder::new().name("service".to_owned()).spawn(play);
        Self {
            address,
            thread: thread.unwrap(),
        }
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::new(format!("http://{}/v1/", self.address), "nomic");
        settings.key = Some(KEY.to_owned());
        settings.document_timeout = Duration::from_secs(20);
        settings.question_timeout = Duration::from_secs(20);
        settings
    }

    /// The requests that came. What it had ready for more of them is not played.
    fn requests(self) -> Vec<String> {
        // Wakes it from its wait for one, if it still waits.
        drop(TcpStream::connect(self.address));
        self.thread.join().unwrap()
    }
}

/// Plays a reply; the request, or none if the caller only came to say that it is over.
fn answer(mut stream: Box<dyn Stream>, reply: &Reply) -> Option<String> {
    if matches!(reply, Reply::Garbage) {
        stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").ok()?;
    }
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let mut stream = reader.into_inner();
    let mut say = |head: &str, body: &str| {
        let length = body.len();
        let head = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close");
        // Who gave up does not listen any more.
        drop(write!(stream, "{head}\r\n\r\n{body}"));
    };
    match reply {
        Reply::Says(head, body) => say(head, body),
        Reply::Vectors(dimensions) => say("200 OK", &vectors(&body, *dimensions)),
        Reply::Nothing | Reply::Garbage => drop(stream.read(&mut [0])),
        Reply::Endless(bytes) => {
            let piece = vec![b' '; 1 << 20];
            drop(write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n"
            ));
            let pieces = bytes / piece.len() as u64;
            drop((0..pieces).try_for_each(|_| stream.write_all(&piece)));
        }
    }
    Some(head + &body)
}

fn vectors(request: &str, dimensions: usize) -> String {
    let request: Value = serde_json::from_str(request).unwrap();
    let texts = request["input"].as_array().unwrap().iter().enumerate();
    let rows = texts.rev().map(|(index, text)| {
        let mut embedding = vec![0.5; dimensions];
        let length = u32::try_from(text.as_str().unwrap().len()).unwrap();
        embedding[0] = f64::from(length);
        json!({"object": "embedding", "index": index, "embedding": embedding})
    });
    json!({"object": "list", "data": rows.collect::<Vec<_>>()}).to_string()
}

/// A clock that moves while somebody sleeps by it, and says how long they did.
#[derive(Default)]
struct Slept(Mutex<Vec<Duration>>);

impl Slept {
    fn sleep(&self, by: Duration) {
        self.0.lock().unwrap().push(by);
    }

    fn naps(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

impl Clock for Slept {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000).plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        self.naps().iter().sum()
    }
}

fn remote(settings: Settings) -> (Remote, Arc<Slept>) {
    let clock = Arc::new(Slept::default());
    let sleeper = Arc::clone(&clock);
    let sleep = Box::new(move |by| sleeper.sleep(by));
    let remote = Remote::sleeping_by(settings, clock.clone(), sleep).unwrap();
    (remote, clock)
}

fn trouble(answer: Result<Vec<Option<Vec<f32>>>, EmbedError>) -> Trouble {
    let error = answer.expect_err("it should have failed");
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
    match error {
        EmbedError::Service { trouble, .. } => trouble,
        EmbedError::TooMany(count) => panic!("{count} are too many"),
    }
}

/// What a single question gets from a service that answers like this.
fn trouble_with(reply: Reply) -> Trouble {
    let service = Service::that(vec![reply]);
    let (remote, _) = remote(service.settings());
    let trouble = trouble(remote.embed(&["a question"], Purpose::Question));
    service.requests();
    trouble
}

#[test]
fn vectors_come_in_the_order_of_the_texts_and_blank_ones_are_not_sent() {
    let service = Service::that(vec![Reply::Vectors(3)]);
    let (remote, clock) = remote(service.settings());
    assert_eq!(
        remote.name(),
        format!("openai:nomic@http://{}/v1", service.address)
    );
    assert_eq!(remote.dimensions(), None);
    let texts = ["one", " \n", "four", "", "seven"];
    let vectors = remote.embed(&texts, Purpose::Document).unwrap();
    let of = |length| Some(vec![length, 0.5, 0.5]);
    assert_eq!(vectors, [of(3.0), None, of(4.0), None, of(5.0)]);
    assert_eq!(remote.dimensions(), Some(3));
    assert_eq!(
        remote.embed(&["", " "], Purpose::Question),
        Ok(vec![None, None])
    );
    assert_eq!(clock.naps(), []);

    let requests = service.requests();
    let [request] = &requests[..] else {
        panic!("{requests:?}");
    };
    assert!(
        request.starts_with("POST /v1/embeddings HTTP/1.1\r\n"),
        "{request}"
    );
    let lower = request.to_lowercase();
    assert!(
        lower.contains(&format!("authorization: bearer {KEY}\r\n")),
        "{request}"
    );
    assert!(
        lower.contains("content-type: application/json\r\n"),
        "{request}"
    );
    let sent = r#"{"model":"nomic","input":["one","four","seven"],"encoding_format":"float"}"#;
    assert!(request.ends_with(sent), "{request}");
}

#[test]
fn a_service_may_leave_out_the_numbers_of_its_vectors() {
    let service = Service::that(vec![ok(
        r#"{"data":[{"embedding":[1]},{"embedding":[2e0]}]}"#,
    )]);
    let (remote, _) = remote(service.settings());
    let vectors = remote.embed(&["a", "b"], Purpose::Document).unwrap();
    assert_eq!(vectors, [Some(vec![1.0]), Some(vec![2.0])]);
}

#[test]
fn long_texts_are_cut_between_characters_and_large_batches_refused() {
    let service = Service::that(vec![Reply::Vectors(2)]);
    let (remote, _) = remote(service.settings());
    let long = "€".repeat(10_000);
    let vectors = remote.embed(&[&long], Purpose::Document).unwrap();
    assert_eq!(vectors, [Some(vec![8_190.0, 0.5])]);
    let many = vec!["a"; BATCH_MAX + 1];
    let refused = remote.embed(&many, Purpose::Document);
    assert_eq!(refused, Err(EmbedError::TooMany(101)));
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn documents_are_sent_again_after_what_passes_each_time_later() {
    let busy = || Reply::Says("503 Service Unavailable", "loading".to_owned());
    let service = Service::that(vec![busy(), busy(), busy(), Reply::Vectors(2), busy()]);
    let (remote, clock) = remote(service.settings());
    let vectors = remote.embed(&["a"], Purpose::Document).unwrap();
    assert_eq!(vectors, [Some(vec![1.0, 0.5])]);
    let naps = clock.naps();
    assert_eq!(naps.len(), BACKOFF.len());
    for (nap, wait) in naps.iter().zip(BACKOFF) {
        assert!((wait..wait * 5 / 4).contains(nap), "{nap:?} for {wait:?}");
    }
    // A question is not.
    let trouble = trouble(remote.embed(&["a"], Purpose::Question));
    let said = "cannot do it now (503): loading; see its own log, or its limits";
    assert_eq!(trouble.to_string(), said);
    assert_eq!(clock.naps().len(), BACKOFF.len());
    service.requests();
}

#[test]
fn a_service_says_when_to_come_back_as_long_as_that_is_soon() {
    let after = |seconds| Reply::Says(seconds, r#"{"error":{"message":"slow down"}}"#.to_owned());
    let service = Service::that(vec![
        after("429 Too Many Requests\r\nRetry-After: 17"),
        after("429 Too Many Requests\r\nretry-after: 0"),
        after("429 Too Many Requests\r\nretry-after: 86400"),
    ]);
    let (remote, clock) = remote(service.settings());
    let trouble = trouble(remote.embed(&["a"], Purpose::Document));
    assert_eq!(clock.naps(), [Duration::from_secs(17), BACKOFF[1]]);
    let day = Some(Duration::from_hours(24));
    let (status, said) = (429, "slow down".to_owned());
    let busy = Trouble::Busy {
        status,
        said,
        retry_after: day,
    };
    assert_eq!(trouble, busy);
    service.requests();
}

#[test]
fn a_service_that_is_down_is_tried_four_times_for_documents() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let (remote, clock) = remote(Settings::new(format!("http://{address}"), "nomic"));
    let error = remote.embed(&["a"], Purpose::Document).unwrap_err();
    assert_eq!(clock.naps().len(), 3);
    let said = error.to_string();
    let begins = format!("the embedding service at http://{address}/v1 cannot be reached: ");
    assert!(said.starts_with(&begins), "{said}");
    assert!(
        said.ends_with("; see that it runs, and that the address is right"),
        "{said}"
    );
}

#[test]
fn who_does_not_answer_is_not_waited_for() {
    let service = Service::that(vec![Reply::Nothing]);
    let mut settings = service.settings();
    settings.question_timeout = Duration::from_millis(50);
    let (remote, _) = remote(settings);
    let trouble = trouble(remote.embed(&["a"], Purpose::Question));
    assert_eq!(trouble, Trouble::Slow(Duration::from_millis(50)));
    service.requests();
}

#[test]
fn after_five_failures_questions_fail_at_once_until_one_is_answered() {
    let busy = || Reply::Says("500 Oops", String::new());
    let mut replies: Vec<Reply> = (0..6).map(|_| busy()).collect();
    replies.extend([Reply::Vectors(2), Reply::Vectors(2)]);
    let service = Service::that(replies);
    let (remote, clock) = remote(service.settings());
    let ask = || remote.embed(&["a"], Purpose::Question);
    for _ in 0..5 {
        assert!(matches!(trouble(ask()), Trouble::Busy { status: 500, .. }));
    }
    let resting = |left| Trouble::Resting {
        left: Duration::from_secs(left),
    };
    assert_eq!(trouble(ask()), resting(30));
    clock.sleep(Duration::from_secs(20));
    assert_eq!(trouble(ask()), resting(10));
    // One is let through, and fails as well.
    clock.sleep(Duration::from_secs(10));
    assert!(matches!(trouble(ask()), Trouble::Busy { status: 500, .. }));
    assert_eq!(trouble(ask()), resting(30));
    // The next one that is let through is answered, and so are all.
    clock.sleep(Duration::from_secs(30));
    ask().unwrap();
    ask().unwrap();
    assert_eq!(service.requests().len(), 8);
}

#[test]
fn documents_that_are_answered_end_the_rest_of_questions() {
    let busy = || Reply::Says("500 Oops", String::new());
    let mut replies: Vec<Reply> = (0..5).map(|_| busy()).collect();
    replies.extend([Reply::Vectors(2), Reply::Vectors(2)]);
    let service = Service::that(replies);
    let (remote, _) = remote(service.settings());
    for _ in 0..5 {
        trouble(remote.embed(&["a"], Purpose::Question));
    }
    remote.embed(&["a"], Purpose::Document).unwrap();
    remote.embed(&["a"], Purpose::Question).unwrap();
    service.requests();
}

#[test]
fn texts_that_are_refused_do_not_keep_others_out() {
    let refused = || Reply::Says("400 Bad Request", "too long".to_owned());
    let mut replies: Vec<Reply> = (0..6).map(|_| refused()).collect();
    replies.push(Reply::Vectors(2));
    let service = Service::that(replies);
    let (remote, _) = remote(service.settings());
    for _ in 0..6 {
        let trouble = trouble(remote.embed(&["a"], Purpose::Question));
        assert!(matches!(trouble, Trouble::Refused { status: 400, .. }));
    }
    remote.embed(&["a"], Purpose::Question).unwrap();
    service.requests();
}

#[test]
fn requests_are_spread_over_the_minute_and_a_question_waits_only_a_little() {
    let service = Service::that((0..4).map(|_| Reply::Vectors(2)).collect());
    let mut settings = service.settings();
    settings.requests_per_minute = Some(12.try_into().unwrap());
    settings.question_timeout = Duration::from_secs(8);
    let (remote, clock) = remote(settings);
    for _ in 0..3 {
        remote.embed(&["a"], Purpose::Document).unwrap();
    }
    let five = Duration::from_secs(5);
    assert_eq!(clock.naps(), [five, five]);
    let trouble = trouble(remote.embed(&["a"], Purpose::Question));
    assert_eq!(trouble, Trouble::Crowded { wait: five });
    clock.sleep(Duration::from_secs(1));
    remote.embed(&["a"], Purpose::Question).unwrap();
    assert_eq!(clock.naps().last(), Some(&Duration::from_secs(4)));
    service.requests();
}

#[test]
fn another_model_under_the_same_name_is_noticed() {
    let service = Service::that(vec![
        Reply::Vectors(3),
        Reply::Vectors(4),
        Reply::Vectors(3),
    ]);
    let (remote, clock) = remote(service.settings());
    let ask = || remote.embed(&["a", "b"], Purpose::Document);
    ask().unwrap();
    assert_eq!(
        trouble(ask()),
        Trouble::Dimensions {
            before: 3,
            found: 4
        }
    );
    ask().unwrap();
    assert_eq!(clock.naps(), []);
    let mixed = ok(r#"{"data":[{"embedding":[1]},{"embedding":[1,2]}]}"#);
    let service = Service::that(vec![mixed, Reply::Vectors(5)]);
    let (remote, _) = self::remote(service.settings());
    let ask = || remote.embed(&["a", "b"], Purpose::Document);
    assert_eq!(
        trouble(ask()),
        Trouble::Dimensions {
            before: 1,
            found: 2
        }
    );
    // Nothing is learned from an answer that is wrong.
    assert_eq!(remote.dimensions(), None);
    ask().unwrap();
    service.requests();
}

#[test]
fn answers_that_are_none_are_told_apart() {
    let row = |numbers: &str| {
        ok(format!(
            r#"{{"data":[{{"index":0,"embedding":{numbers}}}]}}"#
        ))
    };
    let form = |reply| {
        let trouble = trouble_with(reply);
        let Trouble::Form(why) = trouble else {
            panic!("{trouble:?}");
        };
        why
    };
    assert_eq!(trouble_with(ok("<!doctype html><html>")), Trouble::WebPage);
    assert_eq!(trouble_with(ok(r#"{"data":[{"embed"#)), Trouble::CutShort);
    assert_eq!(
        trouble_with(ok(r#"{"data":[]}"#)),
        Trouble::Count { asked: 1, found: 0 }
    );
    assert_eq!(form(ok("")), "it is empty");
    assert!(form(ok("{}")).starts_with("missing field `data`"));
    assert!(form(row("[1, NaN]")).starts_with("expected value"));
    assert!(form(row("[1, null]")).starts_with("invalid type: null"));
    assert!(form(row("[1, 1e400]")).starts_with("number out of range"));
    assert!(form(row(&format!("\"{}\"", "A".repeat(100_000)))).len() <= 200);
    assert_eq!(
        trouble_with(row("[1, 1e300]")),
        Trouble::Unfit("a number that is none")
    );
    assert_eq!(
        trouble_with(row("[0, 0.0]")),
        Trouble::Unfit("nothing but zeros")
    );
    assert_eq!(trouble_with(row("[]")), Trouble::Unfit("no numbers"));
    let long = format!("[{}1]", "1,".repeat(4_096));
    assert_eq!(trouble_with(row(&long)), Trouble::Unfit("too many numbers"));
    let number = |index: &str| {
        form(ok(format!(
            r#"{{"data":[{{"index":{index},"embedding":[1]}}]}}"#
        )))
    };
    assert_eq!(number("1"), "its vectors are not numbered");
    assert!(number("-1").starts_with("invalid value"));
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let trouble = trouble_with(Reply::Endless(1 << 30));
    assert_eq!(trouble, Trouble::TooLong(64 << 20));
    let said =
        "answers with more than 64 MiB; see that the address is that of an embedding service";
    assert_eq!(trouble.to_string(), said);
}

#[test]
fn refusals_say_what_to_do_and_nobody_repeats_the_key() {
    let says = |head, body: &str| Reply::Says(head, body.to_owned());
    let echo = format!(
        r#"{{"error":{{"message":"\n{}{KEY} is unknown"}}}}"#,
        "x".repeat(190)
    );
    let refused = trouble_with(says("401 Unauthorized", &echo));
    let Trouble::KeyRefused { status: 401, said } = refused else {
        panic!("{refused:?}");
    };
    assert!(said.ends_with("x(the key) "), "{said}");
    let moved = says(
        "302 Found\r\nlocation: https://elsewhere.example/v1/embeddings",
        "",
    );
    let to = "https://elsewhere.example/v1/embeddings".to_owned();
    assert_eq!(trouble_with(moved), Trouble::Moved { to });
    let said = r#"model "nomic" not found"#.to_owned();
    let missing = says("404 Not Found", r#"{"error":"model \"nomic\" not found"}"#);
    assert_eq!(trouble_with(missing), Trouble::Unknown { said });
    let refusal = |status, said: &str| Trouble::Refused {
        status,
        said: said.to_owned(),
    };
    let long = says("400 Bad Request", r#"{"message":"too long"}"#);
    assert_eq!(trouble_with(long), refusal(400, "too long"));
    let empty = says("413 Too Large", " ");
    assert_eq!(trouble_with(empty), refusal(413, "nothing more is said"));
    let mistaken = ok(format!(r#"{{"error":{{"message":"no {KEY}"}}}}"#));
    assert_eq!(trouble_with(mistaken), refusal(200, "no (the key)"));
}

#[test]
fn settings_are_looked_at_and_never_show_the_key() {
    let made = |base: &str, model: &str, key: Option<&str>| {
        let mut settings = Settings::new(base, model);
        settings.key = key.map(str::to_owned);
        assert!(!format!("{settings:?}").contains("secret"));
        let remote = Remote::new(settings, Arc::new(Slept::default()));
        remote.map(|remote| {
            assert!(!format!("{remote:?}").contains("secret"));
            remote.name().to_owned()
        })
    };
    let bases = [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"),
        (" http://[::1]:8080/v1/embeddings ", "http://[::1]:8080/v1"),
        (
            "http://gateway.example/team/v3//",
            "http://gateway.example/team/v3",
        ),
    ];
    for (base, taken) in bases {
        let name = made(base, "m", Some("secret")).unwrap();
        assert_eq!(name, format!("openai:m@{taken}"));
    }
    let refused = [
        "",
        "nonsense",
        "ftp://a.example",
        "http://",
        "http:///v1",
        "/v1",
        "a.example/v1",
        "http://user:secret@a.example",
        "http://a.example/v1?key=secret",
        "http://a.example/#secret",
    ];
    for base in refused {
        assert_eq!(made(base, "m", None), Err(SettingsError::Address), "{base}");
    }
    assert_eq!(
        made("http://a.example", " ", None),
        Err(SettingsError::Model)
    );
    for key in ["", "secret\r\nx: y", "secret secret", "sécret"] {
        assert_eq!(
            made("http://a.example", "m", Some(key)),
            Err(SettingsError::Key),
            "{key}"
        );
    }
}

/// What a question gets over TLS from a service with the certificate above.
fn over_tls(roots: RootCerts) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
    let key = PrivateKeyDer::from_pem_slice(CERTIFICATE_KEY.as_bytes()).unwrap();
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let service = Service::speaking(vec![Reply::Vectors(2)], move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        Box::new(StreamOwned::new(connection, stream))
    });
    let mut settings = service.settings();
    settings.base = format!("https://localhost:{}", service.address.port());
    let post = Post::trusting(&settings, || Ok(roots)).unwrap();
    let (mut remote, _) = remote(service.settings());
    remote.post = post;
    let answer = remote.embed(&["a"], Purpose::Question);
    service.requests();
    answer
}

#[test]
fn over_tls_only_a_service_is_asked_that_the_machine_trusts() {
    let trusted = ureq::tls::Certificate::from_pem(CERTIFICATE.as_bytes()).unwrap();
    let answer = over_tls(RootCerts::from([trusted])).unwrap();
    assert_eq!(answer, [Some(vec![1.0, 0.5])]);
    let trouble = trouble(over_tls(RootCerts::from([])));
    assert!(
        matches!(&trouble, Trouble::Untrusted(why) if why.contains("certificate")),
        "{trouble:?}"
    );
}

#[test]
fn over_tls_a_service_that_speaks_none_is_told_from_one_that_is_down() {
    let service = Service::that(vec![Reply::Garbage]);
    let mut settings = service.settings();
    settings.base = format!("https://{}", service.address);
    let (mut remote, _) = remote(service.settings());
    remote.post = Post::trusting(&settings, || Ok(RootCerts::from([]))).unwrap();
    let trouble = trouble(remote.embed(&["a"], Purpose::Question));
    assert!(matches!(trouble, Trouble::Untrusted(_)), "{trouble:?}");
    service.requests();
}
