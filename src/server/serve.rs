//! Serving: the listener with all faces behind it, and the orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Request};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use people::sessions::Hashers;
use rest::Rest;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tower::ServiceExt;

use crate::authenticate::recognise;
use crate::config::Config;
use crate::edge::{Admission, Answer, Caps, Listening, Timeouts};
use crate::exit::Exit;
use crate::school::School;
use crate::supervise::Supervisor;

/// How long requests may take to end after the server was told to stop.
const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Serves a school until a signal ends it, or the disk does. `ready` is called once the port is
/// open.
pub(crate) fn serve(
    school: School,
    config: &Config,
    ready: impl FnOnce(&School, SocketAddr),
) -> Result<(), Exit> {
    school.go_by(&config.school.time_zone)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(run(&school, config, ready));
    // Whatever still runs may hold parts of the school; it has had its time.
    runtime.shutdown_timeout(Duration::from_secs(1));
    school.close();
    served
}

async fn run(
    school: &School,
    config: &Config,
    ready: impl FnOnce(&School, SocketAddr),
) -> Result<(), Exit> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        let sentence = format!(
            "cannot listen at {}: {error}; choose another address with --listen",
            config.listen
        );
        Exit::new(Exit::UNAVAILABLE, sentence)
    })?;
    let address = listener.local_addr()?;
    let mut signals = Signals::catch()?;
    let mut supervisor = Supervisor::new();
    for projection in school
        .app
        .features()
        .iter()
        .flat_map(|feature| feature.projections)
    {
        let store = school.app.store().clone();
        supervisor.keep(projection.name(), move |stop| {
            eventlog::follow(store.clone(), *projection, stop)
        });
    }
    let app = school.app.clone();
    supervisor.keep("course_reviews", move |stop| {
        insight::analytics::keep_reviewing(app.clone(), stop)
    });
    let mut failed = school.app.store().failed();
    let admission = Admission::new(Caps::default());
    let listening = Listening::new(
        Faces(routes(school, config)?),
        admission,
        Timeouts::default(),
    );
    let mut server = std::pin::pin!(listening.run(listener, supervisor.stopping()));
    ready(school, address);
    let ended = tokio::select! {
        () = &mut server => Ok(()),
        () = signals.next() => Ok(()),
        _ = failed.wait_for(|failed| *failed) => Err(disk_failed()),
    };
    tracing::info!("stopping: no new requests are taken");
    supervisor.end().await;
    let drained = tokio::select! {
        drained = tokio::time::timeout(DRAIN_MAX, server) => drained.is_ok(),
        () = signals.next() => false,
    };
    if !drained {
        tracing::warn!("some requests did not end in time and were cut off");
    }
    ended
}

fn disk_failed() -> Exit {
    Exit::new(
        Exit::IO,
        "the disk refused a write, so nothing more was acknowledged; look at the log above, see that there is space, and start again",
    )
}

/// The signals that ask the server to stop, caught from the moment this is made.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn catch() -> std::io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self {
            terminate,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The faces, for the listener.
#[derive(Clone)]
struct Faces(Router);

impl Answer for Faces {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let answered: Result<_, Infallible> = self.0.clone().oneshot(request).await;
        answered.unwrap_or_else(|never| match never {})
    }
}

/// All faces behind one another.
fn routes(school: &School, config: &Config) -> Result<Router, Exit> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let rest = Rest {
        app: school.app.clone(),
        hashers: Hashers::start(threads)?,
        blobs: school.blobs.clone(),
    };
    let options = graphql::Options {
        introspection: config.graphql_introspection,
    };
    Ok(rest::routes(rest)
        .merge(graphql::Api::with(school.app.clone(), options).routes())
        .fallback(rest::not_found)
        .layer(from_fn_with_state(school.app.clone(), recognise))
        .layer(map_response(harden)))
}

/// Headers that every answer has. A handler that set one itself keeps it.
async fn harden(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
