//! Asking a running server, over HTTP/1 on one connection, and hearing from it over another.

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, to_bytes};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use futures_util::StreamExt;
use hyper::client::conn::http1::{Connection, SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use super::line::{ANSWER_BYTES_MAX, part};
use crate::config;
use crate::exit::Exit;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may take to read the whole school for an answer.
const PATIENCE_FOR_ALL: Duration = Duration::from_mins(30);

/// The port of addresses that name none.
const PORT: u16 = 80;

/// A server, with the connection to it once there is one.
pub(in crate::cli) struct Server {
    address: String,
    host: HeaderValue,
    token: HeaderValue,
    patience: Duration,
    connected: Option<Connected>,
}

/// What moves the bytes of a connection: it goes on only while somebody waits for it.
type Moving = Pin<Box<Connection<TokioIo<TcpStream>, Body>>>;

/// What sends requests, and what moves their bytes.
struct Connected {
    sender: SendRequest<Body>,
    connection: Moving,
}

impl Server {
    /// A server by its address. Nothing is sent yet.
    pub(in crate::cli) fn at(url: &str, token_file: Option<&Path>) -> Result<Self, Exit> {
        let wrong = |sentence: &str| Exit::new(Exit::USAGE, format!("--server {url}: {sentence}"));
        let uri: Uri = url.parse().map_err(|_| wrong("this is no address"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                let sentence = "https is not spoken here; run this on the server's machine with \
                    http://127.0.0.1:PORT, or through a tunnel to it";
                return Err(wrong(sentence));
            }
            _ => return Err(wrong("give an address such as http://127.0.0.1:8080")),
        }
        let path = uri.path_and_query().map_or("", |path| path.as_str());
        let (Some(authority), "" | "/") = (uri.authority(), path) else {
            return Err(wrong("give an address without a path"));
        };
        let token = match token_file {
            Some(file) => fs_err::read_to_string(file)
                .map_err(|error| Exit::new(Exit::NO_INPUT, error.to_string()))?,
            None => config::token().ok_or_else(|| {
                let sentence = "a server wants to know who asks: set EDUSPHERE_TOKEN to the token \
                    of an administrator, or give --token-file FILE";
                Exit::new(Exit::USAGE, sentence)
            })?,
        };
        let header = |text: &str| {
            HeaderValue::from_str(text).map_err(|_| {
                let sentence = "the token has signs in it that no token has";
                Exit::new(Exit::USAGE, sentence)
            })
        };
        let mut token = header(&format!("Bearer {}", token.trim()))?;
        token.set_sensitive(true);
        let port = authority.port_u16().unwrap_or(PORT);
        Ok(Self {
            address: format!("{}:{port}", authority.host()),
            host: header(authority.as_str())?,
            token,
            patience: PATIENCE,
            connected: None,
        })
    }

    /// Lets it take as long as reading the whole school takes.
    pub(in crate::cli) fn may_read_all(&mut self) {
        self.patience = PATIENCE_FOR_ALL;
    }

    /// Status and body of the answer to a request.
    pub(in crate::cli) async fn answer(
        &mut self,
        mut request: Request<Body>,
    ) -> Result<(StatusCode, Bytes), Exit> {
        self.sign(&mut request);
        let answered = timeout(self.patience, self.exchange(request)).await;
        let answered = answered.unwrap_or_else(|_| Err("it does not answer".to_owned()));
        answered.map_err(|error| {
            self.connected = None;
            let sentence = format!("the server at {} cannot be asked: {error}", self.address);
            Exit::new(Exit::UNAVAILABLE, sentence)
        })
    }

    fn sign(&self, request: &mut Request<Body>) {
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.token.clone());
    }

    /// What tells of messages under some subjects from now on.
    pub(in crate::cli) async fn news(&self, subject: &str) -> Result<News, Exit> {
        let cannot = |error: String| {
            let sentence = format!("the server at {} cannot be followed: {error}", self.address);
            Exit::new(Exit::UNAVAILABLE, sentence)
        };
        let mut request = Request::get(format!("/api/events?subject={}", part(subject)))
            .body(Body::empty())
            .map_err(|error| Exit::new(Exit::USAGE, error.to_string()))?;
        self.sign(&mut request);
        let begin = async {
            let Connected {
                mut sender,
                mut connection,
            } = connect(&self.address).await?;
            let answer = tokio::select! {
                biased;
                answer = sender.send_request(request) => answer,
                ended = &mut connection => return Err(reason(ended)),
            };
            let answer = answer.map_err(|error| error.to_string())?;
            match answer.status() {
                StatusCode::OK => Ok(News {
                    pieces: Body::new(answer.into_body()).into_data_stream(),
                    connection,
                }),
                status => Err(format!("it answers with status {status}")),
            }
        };
        let begun = timeout(PATIENCE, begin).await;
        let begun = begun.unwrap_or_else(|_| Err("it does not answer".to_owned()));
        begun.map_err(cannot)
    }

    async fn exchange(&mut self, request: Request<Body>) -> Result<(StatusCode, Bytes), String> {
        let connected = match self.connected.take() {
            Some(connected) => connected,
            None => connect(&self.address).await?,
        };
        let Connected { sender, connection } = self.connected.insert(connected);
        let exchange = async {
            let answer = sender.send_request(request).await;
            let answer = answer.map_err(|error| error.to_string())?;
            let status = answer.status();
            let bytes = to_bytes(Body::new(answer.into_body()), ANSWER_BYTES_MAX).await;
            Ok((status, bytes.map_err(|error| error.to_string())?))
        };
        tokio::select! {
            // The connection may end with the answer: then the answer is what counts.
            biased;
            answered = exchange => answered,
            ended = connection => Err(reason(ended)),
        }
    }
}

/// What a server says as things happen.
pub(in crate::cli) struct News {
    pieces: BodyDataStream,
    connection: Moving,
}

impl News {
    /// Waits until it says something, and then for whatever else it says until a moment; `false`
    /// when it says no more.
    pub(in crate::cli) async fn wait(&mut self, moment: Instant) -> bool {
        let mut said = false;
        loop {
            let piece = tokio::select! {
                biased;
                piece = self.pieces.next() => piece,
                _ = &mut self.connection => None,
                () = sleep_until(moment), if said => return true,
            };
            match piece {
                Some(Ok(_)) => said = true,
                Some(Err(_)) | None => return false,
            }
        }
    }
}

/// Why a connection ended.
fn reason(ended: hyper::Result<()>) -> String {
    match ended {
        Ok(()) => "it ended the connection".to_owned(),
        Err(error) => error.to_string(),
    }
}

async fn connect(address: &str) -> Result<Connected, String> {
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| error.to_string())?;
    stream
        .set_nodelay(true)
        .map_err(|error| error.to_string())?;
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    Ok(Connected {
        sender,
        connection: Box::pin(connection),
    })
}
