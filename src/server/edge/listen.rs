//! The accept loop: takes connections in within their caps, gives each its time, and lets them end
//! in order. A connection that is taken over for live updates stays in the task, and in the place,
//! that it has.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use graphql::Takeover;
use hyper::body::Incoming;
use hyper::server::conn::http1::{Builder, Connection, Parts};
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::admission::{Admission, Caps, Full};
use super::meters::Meters;
use super::pulse::{Order, Phase, Pulse, Pulses, Timeouts};
use super::stream::{Sent, Wire, received};

/// The longest head of a request, in bytes. It may have 100 fields, which is hyper's own limit.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// The most that is buffered of a body, in bytes.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// How often a connection that is cut off is read from, to take off the wire what has come.
const REST_READS_MAX: usize = 64;
/// How long no connection is taken after the system had none to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Whoever answers requests.
pub(crate) trait Answer: Clone + Send + Sync + Unpin + 'static {
    /// The answer to a request. Its extensions have the [`ConnectInfo`] of the peer.
    fn answer(&self, request: Request<Body>) -> impl Future<Output = Response<Body>> + Send;
}

/// Who is let in, and how long they may take.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Doors {
    pub(crate) caps: Caps,
    pub(crate) timeouts: Timeouts,
}

/// The listener with all its connections.
pub(crate) struct Listening<A> {
    answer: A,
    admission: Arc<Admission>,
    pulses: Arc<Pulses>,
    tick: Duration,
    meters: Arc<Meters>,
    connections: JoinSet<()>,
}

impl<A: Answer> Listening<A> {
    pub(crate) fn new(answer: A, doors: Doors, meters: Arc<Meters>) -> Self {
        Self {
            answer,
            admission: Admission::new(doors.caps),
            pulses: Pulses::new(doors.timeouts),
            tick: doors.timeouts.tick(),
            meters,
            connections: JoinSet::new(),
        }
    }

    /// Takes connections until told to stop; returns when the last of them has ended. Dropping
    /// this cuts them off.
    pub(crate) async fn run(mut self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval(self.tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut stopped = pin!(async move { drop(stop.wait_for(|stop| *stop).await) });
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.take(stream, peer),
                    Err(error) => pause_after(&error).await,
                },
                Some(_) = self.connections.join_next() => {}
                _ = ticks.tick() => self.pulses.sweep(),
                () = &mut stopped => break,
            }
        }
        drop(listener);
        self.pulses.leave();
        while !self.connections.is_empty() {
            tokio::select! {
                _ = self.connections.join_next() => {}
                _ = ticks.tick() => self.pulses.sweep(),
            }
        }
    }

    fn take(&mut self, stream: TcpStream, peer: SocketAddr) {
        let place = match self.admission.admit(peer.ip()) {
            Ok(place) => place,
            Err(full) => {
                self.meters.refused(full);
                return refuse(&stream, full);
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was taken");
            return;
        }
        let watched = self.pulses.open();
        let answer = self.answer.clone();
        let meters = Arc::clone(&self.meters);
        self.connections.spawn(async move {
            let open = meters.connected();
            let pulse = Arc::clone(&watched.pulse);
            let takeover = Arc::new(OnceLock::new());
            let service = {
                let (pulse, takeover) = (Arc::clone(&pulse), Arc::clone(&takeover));
                service_fn(move |request: Request<Incoming>| {
                    let client = (Arc::clone(&pulse), Arc::clone(&takeover), peer);
                    respond(answer.clone(), client, request)
                })
            };
            let wire = TokioIo::new(Wire {
                stream,
                pulse: Arc::clone(&pulse),
            });
            let connection = builder().serve_connection(wire, service);
            let served = Served {
                connection: Some(connection),
                pulse: Arc::clone(&pulse),
                meters: &meters,
            };
            let rest = served.await;
            if let Some((parts, takeover)) = rest.zip(takeover.get().cloned()) {
                pulse.taken_over();
                let _live = meters.taken_over();
                Live {
                    talk: Box::pin(takeover.run(parts.io.into_inner(), parts.read_buf.into())),
                    pulse,
                    meters: &meters,
                }
                .await;
            }
            drop((watched, place, open));
        });
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .header_read_timeout(None)
        .max_header_size(HEAD_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES_MAX);
    builder
}

/// A connection: what it waits for, what becomes of it, and who is at its other end.
type Client = (Arc<Pulse>, Arc<OnceLock<Takeover>>, SocketAddr);

async fn respond<A: Answer>(
    answer: A,
    (pulse, takeover, peer): Client,
    request: Request<Incoming>,
) -> Result<Response<Sent>, Infallible> {
    pulse.head_came();
    let mut request = request.map(|body| received(body, &pulse));
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = answer.answer(request).await;
    pulse.watch(response.extensions_mut().remove());
    if let Some(taken) = response.extensions_mut().remove() {
        // Nothing else is answered on a connection after this.
        takeover.get_or_init(|| taken);
    }
    pulse.answering();
    Ok(response.map(|body| Sent { body, pulse }))
}

/// What hyper gives back of a connection.
type Rest<S> = Parts<TokioIo<Wire>, S>;

/// One connection being served.
struct Served<'a, S>
where
    S: Service<Request<Incoming>, Response = Response<Sent>, Error = Infallible>,
{
    connection: Option<Connection<TokioIo<Wire>, S>>,
    pulse: Arc<Pulse>,
    meters: &'a Meters,
}

impl<S> Future for Served<'_, S>
where
    S: Service<Request<Incoming>, Response = Response<Sent>, Error = Infallible> + Unpin,
{
    /// What is left when HTTP is over: for whoever takes the connection over.
    type Output = Option<Rest<S>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.pulse.woken_by(context.waker());
        match self.pulse.order() {
            Order::Serve => {}
            Order::Check => {
                if let Some(phase) = self.pulse.overdue() {
                    self.cut_off(phase);
                    return Poll::Ready(None);
                }
            }
            Order::Leave if self.pulse.phase() == Phase::Opened => return Poll::Ready(None),
            Order::Leave => {
                if let Some(connection) = &mut self.connection {
                    Pin::new(connection).graceful_shutdown();
                }
            }
        }
        let Some(connection) = &mut self.connection else {
            return Poll::Ready(None);
        };
        let ended = std::task::ready!(Pin::new(connection).poll(context));
        Poll::Ready(match ended {
            Ok(()) => self.connection.take().map(Connection::into_parts),
            Err(error) => {
                tracing::debug!(%error, "a connection broke off");
                None
            }
        })
    }
}

impl<S> Served<'_, S>
where
    S: Service<Request<Incoming>, Response = Response<Sent>, Error = Infallible>,
{
    /// Ends a connection whose time has run out; a client that owes the rest of a request is told.
    fn cut_off(&mut self, phase: Phase) {
        self.meters.cut_off(phase);
        tracing::debug!(waited_for = phase.name(), "a connection was too slow");
        let Some(connection) = self.connection.take() else {
            return;
        };
        if matches!(phase, Phase::Head | Phase::Body) {
            let parts = connection.into_parts();
            say(&parts.io.inner().stream, REQUEST_TIMEOUT);
        }
    }
}

/// A connection that is not HTTP any more. It knows itself when the server stops, and whether the
/// client is still there; who takes nothing off the wire is cut off here as everywhere.
struct Live<'a, F> {
    talk: Pin<Box<F>>,
    pulse: Arc<Pulse>,
    meters: &'a Meters,
}

impl<F: Future<Output = ()>> Future for Live<'_, F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.pulse.woken_by(context.waker());
        if self.pulse.order() == Order::Check
            && let Some(phase) = self.pulse.overdue()
        {
            self.meters.cut_off(phase);
            return Poll::Ready(());
        }
        self.talk.as_mut().poll(context)
    }
}

/// What a client that was too slow is told.
const REQUEST_TIMEOUT: &str = concat!(
    "HTTP/1.1 408 Request Timeout\r\n",
    "content-type: application/problem+json\r\n",
    "cache-control: no-store\r\n",
    "x-content-type-options: nosniff\r\n",
    "x-frame-options: DENY\r\n",
    "referrer-policy: same-origin\r\n",
    "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
    "content-length: 131\r\n",
    "connection: close\r\n\r\n",
    r#"{"type":"about:blank","title":"Request Timeout","status":408,"#,
    r#""detail":"The request did not come in time.","code":"REQUEST_TIMEOUT"}"#,
);
/// What a client is told that there is no room for.
const SERVER_FULL: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\n",
    "content-type: application/problem+json\r\n",
    "cache-control: no-store\r\n",
    "x-content-type-options: nosniff\r\n",
    "x-frame-options: DENY\r\n",
    "referrer-policy: same-origin\r\n",
    "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
    "retry-after: 5\r\n",
    "content-length: 139\r\n",
    "connection: close\r\n\r\n",
    r#"{"type":"about:blank","title":"Service Unavailable","status":503,"#,
    r#""detail":"There are too many connections.","code":"CONNECTIONS_EXHAUSTED"}"#,
);

/// Answers a connection that is not taken, without waiting for its request.
fn refuse(stream: &TcpStream, full: Full) {
    tracing::debug!(?full, "a connection was refused");
    say(stream, SERVER_FULL);
}

/// Says something before the connection is closed, if it can be said at once.
fn say(stream: &TcpStream, text: &str) {
    // What has come already is taken off the wire, so that closing does not break the answer off.
    let mut rest = [0; 1_024];
    for _ in 0..REST_READS_MAX {
        if !stream.try_read(&mut rest).is_ok_and(|bytes| bytes > 0) {
            break;
        }
    }
    // A client that is gone needs no answer.
    drop(stream.try_write(text.as_bytes()));
}

/// The system has no more connections to give: waiting is all that can be done.
async fn pause_after(error: &std::io::Error) {
    use std::io::ErrorKind;
    if matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    ) {
        return;
    }
    tracing::warn!(%error, "connections cannot be taken just now");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}
