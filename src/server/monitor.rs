//! What monitors are told: whether the program lives, whether it is ready, and how each part fares.
//!
//! `/metrics` is for programs on the same machine, for whoever has the token of the operator, and
//! for administrators; the detail of each part is for administrators. There is nothing about
//! people in either.

mod alarms;
mod log;
mod search;

use std::fmt::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use app::{Actor, App};
use axum::extract::{ConnectInfo, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, FORWARDED, VIA};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
use eventlog::Stalled;
use insight::search::Search;
use kernel::{Fault, problems};
use rest::Problem;
use rest::openapi::{Operation, Route, router};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::watch;

use crate::edge::{Meters, head};

pub(crate) use self::alarms::keep_warning;
use crate::search::Embeddings;
use crate::webhooks::Tally;

/// What the routes look at.
#[derive(Clone)]
pub(crate) struct Monitor {
    pub(crate) app: App,
    pub(crate) meters: Arc<Meters>,
    pub(crate) data_dir: PathBuf,
    /// Turns true when the server is to end.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Whom retention keeps messages for beyond the limits of their streams.
    pub(crate) stalled: watch::Receiver<Vec<Stalled>>,
    /// What came of what was sent to webhooks.
    pub(crate) sent: Arc<Tally>,
    pub(crate) search: Arc<Search>,
    /// The service that makes vectors for it, where one was configured.
    pub(crate) embeddings: Option<Embeddings>,
    /// Whoever sends it as a bearer token may read the metrics.
    pub(crate) token: Option<String>,
    pub(crate) started: Instant,
}

impl Monitor {
    pub(crate) fn routes(self) -> Router {
        router(described()).with_state(Arc::new(self))
    }

    /// Bytes that are free on the disk of the data, and all of them.
    fn disk(&self) -> Option<Disk> {
        let stat = rustix::fs::statvfs(&self.data_dir).ok()?;
        Some(Disk {
            free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
            total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
        })
    }

    /// Why no changes are taken, if they are not.
    fn refusal(&self) -> Option<&'static str> {
        let store = self.app.store();
        if *store.failed().borrow() {
            Some("writes_stopped")
        } else {
            store.loss().map(|_| "read_only")
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "how long the program has been running"
    )]
    fn uptime_s(&self) -> u64 {
        Instant::now()
            .saturating_duration_since(self.started)
            .as_secs()
    }
}

/// The routes, with what they do.
pub(crate) fn described() -> Vec<Route<Arc<Monitor>>> {
    let live = Operation::get("/health/live", "Says that the program runs.")
        .open()
        .answers::<Health>(200, "It does.");
    let ready = Operation::get(
        "/health/ready",
        "Says whether requests should be sent here.",
    )
    .open()
    .answers::<Health>(200, "They should.")
    .answers::<Health>(503, "The server stops, or takes no changes.");
    let parts = "Says how each part of the program fares. For administrators.";
    let detail = Operation::get("/api/health/detail", parts)
        .answers::<Detail>(200, "Each part.")
        .refuses(&[403]);
    let meters = "Tells Prometheus everything that is counted. For programs on the same machine, \
        for whoever has the token of the operator, and for administrators.";
    let metrics = Operation::get("/metrics", meters)
        .open()
        .answers_bytes(200, "The metrics.", "text/plain")
        .refuses(&[404]);
    vec![
        live.by(|| async { Json(Health::new("ok")) }),
        ready.by(self::ready),
        detail.by(self::detail),
        metrics.by(self::metrics),
    ]
}

#[derive(Serialize, JsonSchema)]
struct Health {
    status: &'static str,
    version: &'static str,
}

impl Health {
    fn new(status: &'static str) -> Self {
        Self {
            status,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// `GET /health/ready`: 503 while the server stops, or takes no changes.
async fn ready(State(monitor): State<Arc<Monitor>>) -> (StatusCode, Json<Health>) {
    let stopping = monitor.stopping.borrow().then_some("stopping");
    match stopping.or_else(|| monitor.refusal()) {
        Some(status) => (StatusCode::SERVICE_UNAVAILABLE, Json(Health::new(status))),
        None => (StatusCode::OK, Json(Health::new("ok"))),
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(flatten)]
    health: Health,
    uptime_seconds: u64,
    store: StoreDetail,
    log: log::Detail,
    projections: Vec<log::Projection>,
    search: search::SearchDetail,
    disk: Option<Disk>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StoreDetail {
    writable: bool,
    queue_depth: u64,
    queue_limit: u64,
    commands: u64,
    groups: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Disk {
    free_bytes: u64,
    total_bytes: u64,
}

/// `GET /api/health/detail`: each part, for administrators.
async fn detail(
    State(monitor): State<Arc<Monitor>>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Detail>, Problem> {
    actor.require_admin()?;
    let figures = monitor.log_figures()?;
    let writing = monitor.app.store().write_stats();
    let refusal = monitor.refusal();
    Ok(Json(Detail {
        health: Health::new(refusal.unwrap_or("ok")),
        uptime_seconds: monitor.uptime_s(),
        store: StoreDetail {
            writable: refusal.is_none(),
            queue_depth: writing.queued,
            queue_limit: writing.queue_limit,
            commands: writing.commands,
            groups: writing.groups,
        },
        log: figures.detail,
        projections: figures.projections,
        search: monitor.search_figures()?.into(),
        disk: monitor.disk(),
    }))
}

/// `GET /metrics`, in the text format of Prometheus. Whoever may not read it finds nothing.
async fn metrics(
    State(monitor): State<Arc<Monitor>>,
    Extension(actor): Extension<Actor>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // A proxy on this machine passes on what others ask.
    let passed_on = headers.contains_key(FORWARDED)
        || headers.contains_key(VIA)
        || headers.contains_key("x-forwarded-for")
        || headers.contains_key("x-real-ip");
    let local = peer.ip().to_canonical().is_loopback() && !passed_on;
    if !local && !actor.is_admin() && !has_token(&headers, monitor.token.as_deref()) {
        return Err(problems::NOT_FOUND.error().into());
    }
    let mut text = String::with_capacity(16 * 1024);
    let written = monitor.meters.write(&mut text).and_then(|()| {
        let figures = monitor.log_figures().map_err(|_| fmt::Error)?;
        monitor.write_store(&mut text)?;
        monitor.write_process(&mut text)?;
        monitor.write_webhooks(&mut text)?;
        let search = monitor.search_figures().map_err(|_| fmt::Error)?;
        search.write(&mut text)?;
        figures.write(&mut text)
    });
    written.map_err(|_| kernel::Error::from(Fault::new("the metrics cannot be written")))?;
    let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, text).into_response())
}

/// Whether the token of the operator was sent. Takes the same time for any wrong one.
fn has_token(headers: &HeaderMap, token: Option<&str>) -> bool {
    let sent = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
    let (Some(sent), Some(token)) = (sent, token) else {
        return false;
    };
    let differences = sent
        .bytes()
        .zip(token.bytes())
        .fold(0, |found, (a, b)| found | (a ^ b));
    sent.len() == token.len() && differences == 0
}

impl Monitor {
    fn write_store(&self, text: &mut String) -> fmt::Result {
        let writing = self.app.store().write_stats();
        let cache = self.app.store().cache_stats();
        let writable = u64::from(self.refusal().is_none());
        let counters = [
            (
                "edusphere_store_commands_total",
                "Commands run.",
                writing.commands,
            ),
            (
                "edusphere_store_groups_total",
                "Groups made durable.",
                writing.groups,
            ),
            (
                "edusphere_store_turned_away_total",
                "Commands refused by a full queue.",
                writing.turned_away,
            ),
            (
                "edusphere_record_cache_hits_total",
                "Reads from the cache.",
                cache.hits,
            ),
            (
                "edusphere_record_cache_misses_total",
                "Reads from the engine.",
                cache.misses,
            ),
        ];
        for (name, help, count) in counters {
            row(text, (name, COUNTER), help, whole(count))?;
        }
        let gauges = [
            (
                "edusphere_store_writable",
                "1 while changes are taken.",
                writable,
            ),
            (
                "edusphere_queue_depth",
                "Commands that wait for the committer.",
                writing.queued,
            ),
            (
                "edusphere_queue_limit",
                "The most commands that may wait.",
                writing.queue_limit,
            ),
            (
                "edusphere_record_cache_entries",
                "Records in the cache.",
                cache.entries,
            ),
            (
                "edusphere_record_cache_bytes",
                "Memory of the cache, about.",
                cache.bytes,
            ),
        ];
        for (name, help, count) in gauges {
            row(text, (name, GAUGE), help, whole(count))?;
        }
        let sync = ("edusphere_store_sync_seconds_total", COUNTER);
        row(
            text,
            sync,
            "Time spent making groups durable.",
            writing.syncing.as_secs_f64(),
        )
    }

    fn write_webhooks(&self, text: &mut String) -> fmt::Result {
        let name = "edusphere_webhook_requests_total";
        head(
            text,
            name,
            COUNTER,
            "Requests to webhooks, by what came of them.",
        )?;
        let (delivered, failed) = self.sent.read();
        writeln!(text, "{name}{{result=\"delivered\"}} {delivered}")?;
        writeln!(text, "{name}{{result=\"failed\"}} {failed}")
    }

    fn write_process(&self, text: &mut String) -> fmt::Result {
        let (rss, cpu) = process();
        let free = self.disk().map_or(0, |disk| disk.free_bytes);
        let gauges = [
            (
                "edusphere_uptime_seconds",
                "Time since the start.",
                self.uptime_s(),
            ),
            (
                "edusphere_disk_free_bytes",
                "Room on the disk of the data.",
                free,
            ),
            ("process_resident_memory_bytes", "Memory in use.", rss),
        ];
        for (name, help, count) in gauges {
            row(text, (name, GAUGE), help, whole(count))?;
        }
        let used = ("process_cpu_seconds_total", COUNTER);
        row(text, used, "Processor time used.", cpu)?;
        let info = "edusphere_build_info";
        head(text, info, GAUGE, "The version of the program.")?;
        let version = env!("CARGO_PKG_VERSION");
        writeln!(text, "{info}{{version=\"{version}\"}} 1")
    }
}

const COUNTER: &str = "counter";
const GAUGE: &str = "gauge";

/// A metric of one number, by its name and kind.
fn row(text: &mut String, (name, kind): (&str, &str), help: &str, value: f64) -> fmt::Result {
    head(text, name, kind, help)?;
    writeln!(text, "{name} {value}")
}

/// A count as Prometheus takes it: as a floating-point number.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^53 may be inexact"
)]
fn whole(count: u64) -> f64 {
    count as f64
}

/// Resident memory in bytes and processor time in seconds, as Linux tells them; 0 elsewhere.
fn process() -> (u64, f64) {
    /// Linux counts processor time in hundredths of a second, on every machine.
    const TICKS_PER_SECOND: f64 = 100.0;
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let rss = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or(0);
    let stat = fs_err::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in brackets before the numbers and may hold anything.
    let numbers = stat.rsplit_once(") ").map_or("", |(_, numbers)| numbers);
    let ticks: u64 = numbers
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    (rss.saturating_mul(1_024), whole(ticks) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_very_token_opens() {
        let sent = |value: &'static str, token: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            has_token(&headers, token)
        };
        assert!(sent("Bearer secret", Some("secret")));
        for (value, token) in [
            ("Bearer secre", Some("secret")),
            ("Bearer secrets", Some("secret")),
            ("Bearer sacret", Some("secret")),
            ("secret", Some("secret")),
            ("Bearer ", None),
        ] {
            assert!(!sent(value, token), "{value}");
        }
    }

    #[test]
    fn the_process_uses_memory() {
        assert!(process().0 > 1_000_000);
    }
}
