//! Serving: the listener with all faces behind it, and the orderly end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::App;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use courses::files::Uploads;
use eventlog::{Retention, Stalled};
use insight::search::{Search, keep_meaning, keep_words};
use people::sessions::Hashers;
use people::sign_in::SignIns;
use rest::Rest;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::describe;
use crate::edge::{Gate, Listening, Meters};
use crate::exit::Exit;
use crate::monitor::Monitor;
use crate::monitor::keep_warning;
use crate::port;
use crate::school::{NEIGHBOURS, School};
use crate::search::search;
use crate::supervise::Supervisor;
use crate::sweep::keep_sweeping;
use crate::webhooks::{Sender, Tally, keep_sending};

/// How long requests may take to end after the server was told to stop.
const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Serves a school until a signal ends it, or the disk does. `ready` is called once the port is
/// open.
pub(crate) fn serve(
    school: School,
    config: &Config,
    ready: impl FnOnce(&School, SocketAddr),
) -> Result<(), Exit> {
    // Nothing is changed in a school that can only be read.
    if school.app.store().loss().is_none() {
        school.go_by(&config.school.time_zone)?;
        school.limit_streams(config.streams.limits())?;
    }
    if rustix::process::geteuid().is_root() {
        tracing::warn!(
            "running as root, which nothing here needs: a user of its own can do less harm"
        );
    }
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
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| cannot_listen(config.listen, &error))?;
    let address = listener.local_addr()?;
    let mut signals = Signals::catch()?;
    let mut supervisor = Supervisor::new();
    let uploads = Arc::new(Uploads::new(school.blobs.clone(), config.files.limits()));
    let stalled = watch::Sender::new(Vec::new());
    let sent = Arc::new(Tally::default());
    if school.app.store().loss().is_none() {
        keep_up(&mut supervisor, &school.app, (&uploads, &stalled));
        let allowed = config.webhooks.allowed();
        let sender = Sender::new(school.app.clone(), allowed, Arc::clone(&sent));
        let sender = Arc::new(sender);
        supervisor.keep("webhooks", move |stop| {
            keep_sending(Arc::clone(&sender), stop)
        });
    }
    let options = graphql::Options {
        introspection: config.graphql_introspection,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (search, embeddings) = search(school, &config.search, threads)?;
    keep_searchable(&mut supervisor, &search);
    let found = Arc::clone(&search);
    let api = graphql::Api::with(school.app.clone(), options, NEIGHBOURS, found);
    let live = api.clone();
    supervisor.keep("live_updates", move |stop| {
        let live = live.clone();
        async move { live.follow(stop).await }
    });
    let mut failed = school.app.store().failed();
    let meters = Arc::new(Meters::default());
    let monitor = Monitor {
        app: school.app.clone(),
        meters: Arc::clone(&meters),
        data_dir: config.data_dir.clone(),
        stopping: supervisor.stopping(),
        stalled: stalled.subscribe(),
        sent,
        search,
        embeddings,
        token: config.metrics_token.clone(),
        started: now(),
    };
    let gate = gate(school, config, (&api, uploads, monitor))?;
    let listening = Listening::new(gate, config.doors(), meters);
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

/// Keeps what follows the event log (projections, consumers, retention, which tells for whom it
/// keeps messages beyond their limits), and what time alone changes.
fn keep_up(
    supervisor: &mut Supervisor,
    app: &App,
    (uploads, stalled): (&Arc<Uploads>, &watch::Sender<Vec<Stalled>>),
) {
    for projection in app.projections() {
        let store = app.store().clone();
        supervisor.keep(projection.name(), move |stop| {
            eventlog::follow(store.clone(), projection, stop)
        });
    }
    let consumers = app.consumers().clone();
    supervisor.keep("consumers", move |stop| consumers.clone().keep(stop));
    let held_up = stalled.subscribe();
    let (retained, stalled) = (app.clone(), stalled.clone());
    supervisor.keep("retention", move |stop| {
        let (store, clock) = (retained.store().clone(), retained.clock());
        let (followers, stalled) = (retained.followers().collect(), stalled.clone());
        async move {
            let retention = Retention::begin(store, clock, followers).await?;
            retention.telling(stalled).keep(stop).await
        }
    });
    supervisor.keep("alarms", move |stop| keep_warning(held_up.clone(), stop));
    let reviewed = app.clone();
    supervisor.keep("course_reviews", move |stop| {
        insight::analytics::keep_reviewing(reviewed.clone(), stop)
    });
    let (swept, held) = (app.clone(), Arc::clone(uploads));
    supervisor.keep("sweep", move |stop| {
        keep_sweeping(swept.clone(), Arc::clone(&held), stop)
    });
}

/// Keeps the indexes of search. Where the school can only be read, they are too.
fn keep_searchable(supervisor: &mut Supervisor, search: &Arc<Search>) {
    let kept = Arc::clone(search);
    supervisor.keep("search", move |stop| keep_words(Arc::clone(&kept), stop));
    let kept = Arc::clone(search);
    supervisor.keep("meaning", move |stop| keep_meaning(Arc::clone(&kept), stop));
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Exit {
    let taken = error.kind() == io::ErrorKind::AddrInUse;
    let holder = taken.then(|| port::holder(address)).flatten();
    let sentence = match holder {
        Some(holder) => format!(
            "cannot listen at {address}: {holder} listens there; stop it, or choose another address with --listen"
        ),
        None => {
            format!("cannot listen at {address}: {error}; choose another address with --listen")
        }
    };
    Exit::new(Exit::UNAVAILABLE, sentence)
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
    fn catch() -> io::Result<Self> {
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

/// The gate, with all faces behind it.
fn gate(
    school: &School,
    config: &Config,
    (api, uploads, monitor): (&graphql::Api, Arc<Uploads>, Monitor),
) -> Result<Gate, Exit> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let rest = Rest {
        app: school.app.clone(),
        sign_ins: SignIns::new(school.app.clone(), Hashers::start(threads)?)
            .failures_per_address(config.failed_sign_ins_per_address),
        blobs: school.blobs.clone(),
        uploads,
        live: Arc::clone(api.hub()),
        neighbours: NEIGHBOURS,
        receivers: Arc::new(config.webhooks.allowed()),
        search: Arc::clone(&monitor.search),
    };
    let meters = Arc::clone(&monitor.meters);
    let (app, router) = (school.app.clone(), faces(rest, monitor, api));
    Ok(Gate::new(app, router, config.rules(), meters))
}

/// All faces behind one another.
pub(crate) fn faces(rest: Rest, monitor: Monitor, api: &graphql::Api) -> Router {
    rest::routes(rest)
        .merge(monitor.routes())
        .merge(describe::routes())
        .route_layer(from_fn(name_route))
        .merge(api.routes())
        .fallback(rest::not_found)
}

#[expect(clippy::disallowed_methods, reason = "the start, to measure from")]
fn now() -> Instant {
    Instant::now()
}

/// Tells the gate which route answered, to be counted.
async fn name_route(route: MatchedPath, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.extensions_mut().insert(route);
    response
}
