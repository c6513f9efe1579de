//! One request to an address that somebody else chose: only to public hosts, to the very address
//! that was looked at, and no further than asked.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::HOST;
use axum::http::{HeaderValue, Request, StatusCode};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use kernel::Error;
use operations::webhooks::{AllowedHosts, Target};
use rustls_native_certs::load_native_certs;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long it may take to find a host, to connect to it, and to agree on keys, each.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// How long a request may take as a whole.
const WHOLE_MAX: Duration = Duration::from_secs(15);
/// How long the rest of an answer is read, so that the receiver can end in peace.
const REST_MAX: Duration = Duration::from_secs(2);
/// How much of it is read, in bytes.
const REST_BYTES_MAX: usize = 64 * 1024;

/// How many hosts are looked up at a time: the system's resolver takes a thread for each.
const LOOKUPS_AT_A_TIME: usize = 16;

/// What sends requests.
pub(super) struct Post {
    allowed: AllowedHosts,
    lookups: Semaphore,
    /// Whom it trusts; read when it is needed first.
    tls: OnceLock<TlsConnector>,
}

impl Post {
    /// One that also reaches these receivers in the school's own network.
    pub(super) fn allowing(allowed: AllowedHosts) -> Self {
        Self {
            allowed,
            lookups: Semaphore::new(LOOKUPS_AT_A_TIME),
            tls: OnceLock::new(),
        }
    }

    /// One that trusts these authorities.
    #[cfg(test)]
    pub(super) fn trusting(allowed: AllowedHosts, roots: RootCertStore) -> Self {
        let tls = OnceLock::from(connector(roots));
        Self {
            tls,
            ..Self::allowing(allowed)
        }
    }

    /// Sends a request to an address; the status of the answer, or why there is none.
    pub(super) async fn send(
        &self,
        url: &str,
        request: Request<Body>,
    ) -> Result<StatusCode, String> {
        let exchange = async {
            let target = Target::parse(url, &self.allowed).map_err(|error| told(&error))?;
            let found = timeout(CONNECT_MAX, self.find(&target)).await;
            let found = found.map_err(|_| "the host was not found within 5 s".to_owned())??;
            self.send_to(&target, &found, request).await
        };
        timeout(WHOLE_MAX, exchange)
            .await
            .unwrap_or_else(|_| Err("the receiver did not answer within 15 s".to_owned()))
    }

    /// Where the host of an address is.
    async fn find(&self, target: &Target) -> Result<Vec<SocketAddr>, String> {
        let place = self.lookups.acquire().await;
        let found = lookup_host((target.host.as_str(), target.port)).await;
        drop(place);
        let found = found.map_err(|error| format!("the host was not found: {error}"))?;
        Ok(found.collect())
    }

    /// Sends a request to where the host of an address was found.
    pub(super) async fn send_to(
        &self,
        target: &Target,
        found: &[SocketAddr],
        mut request: Request<Body>,
    ) -> Result<StatusCode, String> {
        let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
        target
            .require_reachable(&addresses)
            .map_err(|error| told(&error))?;
        let host = HeaderValue::from_str(&target.authority);
        let (Ok(path), Ok(host)) = (target.path.parse(), host) else {
            return Err("the address cannot be asked for".to_owned());
        };
        *request.uri_mut() = path;
        request.headers_mut().insert(HOST, host);
        let connecting = timeout(CONNECT_MAX, connect(found)).await;
        let stream = connecting.map_err(|_| "no connection within 5 s".to_owned())??;
        if !target.is_secure {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(target.host.clone());
        let name = name.map_err(|_| "no certificate can be for such a host".to_owned())?;
        let agreeing = self.tls().connect(name, stream);
        let agreed = timeout(CONNECT_MAX, agreeing).await;
        let agreed = agreed.map_err(|_| "no keys were agreed on within 5 s".to_owned())?;
        let stream = agreed.map_err(|error| format!("no secure connection: {error}"))?;
        exchange(stream, request).await
    }

    fn tls(&self) -> &TlsConnector {
        self.tls.get_or_init(|| {
            let found = load_native_certs();
            let mut roots = RootCertStore::empty();
            let (taken, _) = roots.add_parsable_certificates(found.certs);
            if taken == 0 {
                tracing::error!(
                    errors = ?found.errors,
                    "this machine trusts no certificate authorities, so no webhook can be sent over TLS; install its CA certificates"
                );
            }
            connector(roots)
        })
    }
}

fn connector(roots: RootCertStore) -> TlsConnector {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("because ring speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// The first connection that can be made.
async fn connect(found: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut last = "the host has no address".to_owned();
    for address in found {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = format!("no connection: {error}"),
        }
    }
    Err(last)
}

/// Sends the request and waits for the head of the answer. Where it leads is not followed.
async fn exchange<S>(stream: S, request: Request<Body>) -> Result<StatusCode, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let broken = |error: hyper::Error| format!("the connection broke: {error}");
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let exchange = async {
        let answer = sender.send_request(request).await.map_err(broken)?;
        let status = answer.status();
        let rest = to_bytes(Body::new(answer.into_body()), REST_BYTES_MAX);
        drop(timeout(REST_MAX, rest).await);
        Ok(status)
    };
    let mut connection = std::pin::pin!(connection);
    let mut exchange = std::pin::pin!(exchange);
    tokio::select! {
        // The connection may end with the answer: then the answer is what counts.
        biased;
        answered = &mut exchange => answered,
        ended = &mut connection => match ended {
            Ok(()) => exchange.await,
            Err(error) => Err(broken(error)),
        },
    }
}

/// What a refusal says.
fn told(error: &Error) -> String {
    error.to_string()
}
