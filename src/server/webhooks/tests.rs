//! Stories of sending, to receivers on this machine.

use std::net::SocketAddr;
use std::sync::Arc;

use app::Secret;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use eventlog::{Publish, StreamConfig};
use kernel::PageRequest;
use operations::streams::{AddStream, PublishMessage, RemoveStream};
use operations::webhooks::{
    AddWebhook, AllowedHosts, Attempt, Errand, NewWebhook, Occasion, PauseReason, ReplayDelivery,
    Signed, Target, TestWebhook, WebhookId, WebhookSecret, attempts_of, errands, one_webhook,
};
use testkit::School;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::post::Post;
use super::sender::{SENDER, Sender, Tally};
use crate::school::features;

/// The certificate of `receiver.test`, by itself, from 2020 to 2120, and its key. Nobody trusts it
/// but these tests.
const CERTIFICATE: &str = "MIIBaTCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1yZWNlaXZlci\
    50ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYDVQQDDA1yZWNlaXZlci50ZXN0MFkwE\
    wYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELMDGRnPjhf9VOTbRpH0quQRSRKamSCuj6EEnmGXI+eYmBC6nMrqRxEBkqxyG\
    l3yKEaTCYLcwxwRSE9pNm5cWsaNJMEcwGAYDVR0RBBEwD4INcmVjZWl2ZXIudGVzdDAMBgNVHRMBAf8EAjAAMB0GA1U\
    dDgQWBBRVGW2hLHpn/bBMaAZwAxE28oypjjAKBggqhkjOPQQDAgNHADBEAiADJBMMJ799ivAUTCjjap77elZWIicNYL\
    SF7DBKzPSYCAIgawPYUDfdvMK9i6O1mejxacvfQ75+6emiVFXTX0OdO0s=";
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZXXHrn1lZUYjcSb/OFvK5svnUzV\
    OrG0TG7a/9ZIPhXKhRANCAAQswMZGc+OF/1U5NtGkfSq5BFJEpqZIK6PoQSeYZcj55iYELqcyupHEQGSrHIaXfIoRpM\
    JgtzDHBFIT2k2blxax";

/// Has a story take place where there is a network.
fn on_loopback<T>(story: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(story)
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Takes one request to its end and gives an answer; what was sent.
async fn receive(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) -> String {
    let mut taken = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&taken).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                break;
            }
        }
        if stream.read_buf(&mut taken).await.unwrap() == 0 {
            break;
        }
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    String::from_utf8(taken).unwrap()
}

async fn accepted(listener: &TcpListener, answer: &str) -> String {
    let (stream, _) = listener.accept().await.unwrap();
    receive(stream, answer).await
}

fn request() -> Request<Body> {
    Request::post("/").body(Body::from("{}")).unwrap()
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[test]
fn a_name_that_stands_for_this_machine_is_not_connected_to() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    closed.set_nonblocking(true).unwrap();
    let address = closed.local_addr().unwrap();
    let target = Target::parse("https://example.org/", &AllowedHosts::default()).unwrap();
    let post = Post::allowing(AllowedHosts::default());
    let refused = on_loopback(post.send_to(&target, &[address], request()));
    assert!(refused.unwrap_err().starts_with("URL_NOT_ALLOWED"));
    let url = format!("https://127.0.0.1:{}/", address.port());
    let refused = on_loopback(post.send(&url, request()));
    assert!(refused.unwrap_err().starts_with("URL_NOT_ALLOWED"));
    let seen = closed.accept().map(drop).unwrap_err().kind();
    assert_eq!(seen, std::io::ErrorKind::WouldBlock, "nobody came");
}

#[test]
fn a_redirect_is_an_answer_like_any_other_and_is_not_followed() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    closed.set_nonblocking(true).unwrap();
    let elsewhere = closed.local_addr().unwrap();
    on_loopback(async {
        let (listener, address) = listener().await;
        let post = Post::allowing(AllowedHosts::new([address.to_string()]));
        let answer = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{elsewhere}/\r\ncontent-length: 0\r\n\r\n"
        );
        let url = format!("http://{address}/hooks/school?of=1");
        let (status, sent) = tokio::join!(post.send(&url, request()), accepted(&listener, &answer));
        assert_eq!(status, Ok(StatusCode::TEMPORARY_REDIRECT));
        assert!(
            sent.starts_with("POST /hooks/school?of=1 HTTP/1.1\r\n"),
            "{sent}"
        );
        assert!(sent.contains(&format!("host: {address}\r\n")), "{sent}");
    });
    let seen = closed.accept().map(drop).unwrap_err().kind();
    assert_eq!(seen, std::io::ErrorKind::WouldBlock, "nobody came");
}

#[test]
fn an_answer_that_goes_on_for_ever_counts_as_far_as_it_matters() {
    on_loopback(async {
        let (listener, address) = listener().await;
        let post = Post::allowing(AllowedHosts::new([address.to_string()]));
        let url = format!("http://{address}/");
        let endless = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n{}",
            "x".repeat(70_000)
        );
        let receiving = async {
            let (stream, _) = listener.accept().await.unwrap();
            let (mut from, mut to) = stream.into_split();
            to.write_all(endless.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            // It is hung up on.
            drop(from.read_to_end(&mut rest).await);
            drop(to);
        };
        let (status, ()) = tokio::join!(post.send(&url, request()), receiving);
        assert_eq!(status, Ok(StatusCode::OK));
    });
}

fn certificate() -> CertificateDer<'static> {
    CertificateDer::from(BASE64_STANDARD.decode(CERTIFICATE).unwrap())
}

fn acceptor() -> TlsAcceptor {
    let key = PrivatePkcs8KeyDer::from(BASE64_STANDARD.decode(KEY).unwrap());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate()], PrivateKeyDer::from(key));
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

/// What comes of a request to `name`, and what the receiver saw of it.
async fn over_tls(name: &str, roots: RootCertStore) -> (Result<StatusCode, String>, String) {
    let (listener, address) = listener().await;
    let allowed = AllowedHosts::new([format!("{name}:{}", address.port())]);
    let url = format!("https://{name}:{}/hook", address.port());
    let target = Target::parse(&url, &allowed).unwrap();
    let post = Post::trusting(allowed, roots);
    let receiving = async {
        let (stream, _) = listener.accept().await.unwrap();
        match acceptor().accept(stream).await {
            Ok(stream) => {
                let named = stream.get_ref().1.server_name().map(str::to_owned);
                format!("{named:?} {}", receive(stream, OK).await)
            }
            Err(error) => error.to_string(),
        }
    };
    let found = [address];
    tokio::join!(post.send_to(&target, &found, request()), receiving)
}

#[test]
fn over_tls_only_the_receiver_that_is_meant_is_sent_anything() {
    let mut roots = RootCertStore::empty();
    roots.add(certificate()).unwrap();
    let (status, seen) = on_loopback(over_tls("receiver.test", roots.clone()));
    assert_eq!(status, Ok(StatusCode::OK));
    assert!(
        seen.starts_with("Some(\"receiver.test\") POST /hook "),
        "{seen}"
    );
    let (status, seen) = on_loopback(over_tls("other.test", roots));
    assert!(status.unwrap_err().contains("certificate"));
    assert!(!seen.contains("POST"), "{seen}");
    let (status, seen) = on_loopback(over_tls("receiver.test", RootCertStore::empty()));
    assert!(status.unwrap_err().contains("certificate"));
    assert!(!seen.contains("POST"), "{seen}");
}

/// A school with a webhook to a receiver.
fn hooked(address: SocketAddr) -> (School, Sender, WebhookId) {
    let school = School::new(&features());
    let allowed = AllowedHosts::new([address.to_string()]);
    let url = format!("http://{address}/");
    let webhook = NewWebhook::to(&url, &allowed, vec![">".to_owned()]);
    let id = school.run_as_program(AddWebhook {
        webhook: webhook.unwrap(),
        secret: WebhookSecret::new(&Secret([1; 32])),
        idempotency_key: None,
    });
    let sender = Sender::new(school.app.clone(), allowed, Arc::new(Tally::default()));
    (school, sender, id)
}

fn attempts(school: &School, webhook: WebhookId) -> Vec<Attempt> {
    let request = PageRequest::first(10);
    let page = attempts_of(&school.app.snapshot(), &SENDER, webhook, &request).unwrap();
    page.entries.into_iter().map(|(_, one)| one).collect()
}

/// What a receiver is sent that gives this answer to a ping.
fn pinged(answer: &str) -> (School, WebhookId, String) {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    closed.set_nonblocking(true).unwrap();
    let (school, sender, webhook) = hooked(closed.local_addr().unwrap());
    school.run_as_program(TestWebhook { webhook });
    let (key, errand) = errands(&school.app.snapshot(), &SENDER, 1)
        .unwrap()
        .remove(0);
    assert_eq!(errand, Errand::Test);
    let sent = on_loopback(async {
        let listener = TcpListener::from_std(closed).unwrap();
        let (run, sent) = tokio::join!(sender.run(key, errand), accepted(&listener, answer));
        run.unwrap();
        sent
    });
    assert_eq!(errands(&school.app.snapshot(), &SENDER, 1).unwrap(), []);
    (school, webhook, sent)
}

#[test]
fn what_is_sent_is_signed_and_what_came_of_it_is_noted() {
    let (school, webhook, sent) = pinged(OK);
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines.filter(|(found, _)| *found == name);
        values.next().unwrap().1.to_owned()
    };
    let timestamp = school.app.now().as_millis() / 1_000;
    assert_eq!(header("webhook-timestamp"), timestamp.to_string());
    let signed = Signed {
        id: &header("webhook-id"),
        timestamp,
        body: body.as_bytes(),
    };
    let secret = WebhookSecret::new(&Secret([1; 32]));
    assert_eq!(header("webhook-signature"), secret.sign(&signed));
    assert!(
        body.contains("\"subject\":\"edusphere.webhooks.ping\""),
        "{body}"
    );
    let noted = attempts(&school, webhook);
    assert_eq!(noted.len(), 1);
    assert_eq!(
        (noted[0].occasion, noted[0].status),
        (Occasion::Test, Some(200))
    );
    assert_eq!(noted[0].error, None);
    school.agrees();
}

#[test]
fn a_receiver_that_is_gone_for_good_is_sent_nothing_more() {
    let (school, webhook, _) = pinged("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n");
    let there = one_webhook(&school.app.snapshot(), &SENDER, webhook).unwrap();
    assert_eq!(there.paused, Some(PauseReason::Gone));
    let noted = attempts(&school, webhook);
    assert_eq!(
        noted[0].error.as_deref(),
        Some("the receiver answered 410 Gone")
    );
    school.agrees();
}

#[test]
fn what_is_no_answer_is_noted_as_a_failure() {
    let (school, webhook, _) = pinged("SMTP ready\r\n");
    let noted = attempts(&school, webhook);
    assert_eq!(noted[0].status, None);
    let error = noted[0].error.as_deref().unwrap();
    assert!(error.starts_with("the connection broke"), "{error}");
}

#[test]
fn an_errand_whose_message_is_gone_is_done_and_says_so() {
    let address = SocketAddr::from(([127, 0, 0, 1], 9));
    let (school, sender, webhook) = hooked(address);
    let stream = "LIBRARY".to_owned();
    let subjects = vec!["library.>".to_owned()];
    school.run_as_program(AddStream {
        stream: StreamConfig::new(&stream, subjects),
    });
    let message = Publish {
        subject: "library.loans.new".to_owned(),
        ..Publish::default()
    };
    school.run_as_program(PublishMessage { message });
    school.run_as_program(ReplayDelivery {
        webhook,
        stream: stream.clone(),
        sequence: 1,
    });
    school.run_as_program(RemoveStream { stream });
    let (key, errand) = errands(&school.app.snapshot(), &SENDER, 1)
        .unwrap()
        .remove(0);
    school.block_on(sender.run(key, errand)).unwrap();
    assert_eq!(errands(&school.app.snapshot(), &SENDER, 1).unwrap(), []);
    let noted = attempts(&school, webhook);
    assert_eq!(
        (noted[0].occasion, noted[0].sequence),
        (Occasion::Replay, Some(1))
    );
    assert!(noted[0].error.is_some());
}
