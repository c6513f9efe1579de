//! What the edge counts, for `/metrics`.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::admission::Full;
use super::pulse::Phase;

/// The upper ends of the classes of durations, in microseconds.
const BOUNDS_US: [u64; 13] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];
/// The statuses that are counted each; any other is counted as 0.
const STATUSES: [u16; 21] = [
    101, 200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503,
    507, 0,
];
/// The most routes that are counted each. Routes come from the program, not from clients.
const ROUTES_MAX: usize = 256;

/// One number that only grows.
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl Counter {
    fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The requests of one route.
#[derive(Debug, Default)]
struct Route {
    statuses: [Counter; STATUSES.len()],
    durations: [Counter; BOUNDS_US.len()],
    longer: Counter,
    total_us: Counter,
}

impl Route {
    fn note(&self, status: u16, took: Duration) {
        let place = STATUSES.iter().position(|counted| *counted == status);
        if let Some(counter) = self.statuses.get(place.unwrap_or(STATUSES.len() - 1)) {
            counter.add(1);
        }
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS_US.partition_point(|bound| *bound < us);
        self.durations.get(class).unwrap_or(&self.longer).add(1);
        self.total_us.add(us);
    }
}

/// The counts of the edge.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    graphql: Route,
    others: RwLock<HashMap<String, Arc<Route>>>,
    in_flight: AtomicI64,
    limited_users: Counter,
    limited_addresses: Counter,
    connections: AtomicI64,
    live: AtomicI64,
    accepted: Counter,
    full_server: Counter,
    full_address: Counter,
    cut_off: [Counter; Phase::ALL.len()],
}

/// Counts down when dropped.
#[derive(Debug)]
pub(crate) struct Running<'a>(&'a AtomicI64);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Meters {
    /// A request has come; it is in flight until this is dropped.
    pub(crate) fn begin(&self) -> Running<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Running(&self.in_flight)
    }

    /// A connection was taken; it is open until this is dropped.
    pub(crate) fn connected(&self) -> Running<'_> {
        self.accepted.add(1);
        self.connections.fetch_add(1, Ordering::Relaxed);
        Running(&self.connections)
    }

    /// A connection was taken over for live updates, until this is dropped.
    pub(crate) fn taken_over(&self) -> Running<'_> {
        self.live.fetch_add(1, Ordering::Relaxed);
        Running(&self.live)
    }

    /// A connection was not taken.
    pub(crate) fn refused(&self, full: Full) {
        match full {
            Full::Server => self.full_server.add(1),
            Full::Address => self.full_address.add(1),
        }
    }

    /// A connection was cut off while it waited for this.
    pub(crate) fn cut_off(&self, phase: Phase) {
        let place = Phase::ALL.iter().position(|one| *one == phase);
        if let Some(counter) = place.and_then(|place| self.cut_off.get(place)) {
            counter.add(1);
        }
    }

    /// A request was refused because there were too many.
    pub(crate) fn rate_limited(&self, of_user: bool) {
        if of_user {
            self.limited_users.add(1);
        } else {
            self.limited_addresses.add(1);
        }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        if route == "/graphql" {
            return self.graphql.note(status, took);
        }
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = others.get(route) {
            return known.note(status, took);
        }
        drop(others);
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        let name = if others.len() < ROUTES_MAX {
            route
        } else {
            "other"
        };
        let known = others.entry(name.to_owned()).or_default();
        known.note(status, took);
    }

    /// Writes everything in the text format of Prometheus.
    pub(crate) fn write(&self, text: &mut impl Write) -> fmt::Result {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        let mut routes: Vec<(&str, &Route)> = others
            .iter()
            .map(|(name, route)| (name.as_str(), &**route))
            .collect();
        routes.push(("/graphql", &self.graphql));
        routes.sort_by_key(|(name, _)| *name);
        head(
            text,
            "edusphere_http_requests_total",
            "counter",
            "Requests answered.",
        )?;
        for (name, route) in &routes {
            for (status, counter) in STATUSES.iter().zip(&route.statuses) {
                if counter.read() > 0 {
                    let count = counter.read();
                    writeln!(
                        text,
                        "edusphere_http_requests_total{{route=\"{name}\",status=\"{status}\"}} {count}"
                    )?;
                }
            }
        }
        let duration = "edusphere_http_request_duration_seconds";
        head(
            text,
            duration,
            "histogram",
            "From the headers of a request to its answer.",
        )?;
        for (name, route) in &routes {
            write_durations(text, duration, name, route)?;
        }
        self.write_connections(text)
    }

    fn write_connections(&self, text: &mut impl Write) -> fmt::Result {
        let gauges = [
            (
                "edusphere_http_requests_in_flight",
                "Requests being answered.",
                &self.in_flight,
            ),
            (
                "edusphere_connections",
                "Connections that are open.",
                &self.connections,
            ),
            (
                "edusphere_live_connections",
                "Those of them that are told of what happens.",
                &self.live,
            ),
        ];
        for (name, help, gauge) in gauges {
            head(text, name, "gauge", help)?;
            writeln!(text, "{name} {}", gauge.load(Ordering::Relaxed))?;
        }
        let name = "edusphere_connections_accepted_total";
        head(text, name, "counter", "Connections taken.")?;
        writeln!(text, "{name} {}", self.accepted.read())?;
        let shed = "edusphere_shed_total";
        head(
            text,
            shed,
            "counter",
            "Connections and requests turned away.",
        )?;
        for (reason, counter) in [
            ("connections", &self.full_server),
            ("connections_of_address", &self.full_address),
            ("rate_of_user", &self.limited_users),
            ("rate_of_address", &self.limited_addresses),
        ] {
            writeln!(text, "{shed}{{reason=\"{reason}\"}} {}", counter.read())?;
        }
        let cut_off = "edusphere_connections_timed_out_total";
        head(
            text,
            cut_off,
            "counter",
            "Connections cut off, by what they owed.",
        )?;
        for (phase, counter) in Phase::ALL.iter().zip(&self.cut_off) {
            let phase = phase.name();
            writeln!(
                text,
                "{cut_off}{{waited_for=\"{phase}\"}} {}",
                counter.read()
            )?;
        }
        Ok(())
    }
}

fn write_durations(text: &mut impl Write, metric: &str, name: &str, route: &Route) -> fmt::Result {
    let mut count = 0;
    for (bound, counter) in BOUNDS_US.iter().zip(&route.durations) {
        count += counter.read();
        let seconds = Duration::from_micros(*bound).as_secs_f64();
        writeln!(
            text,
            "{metric}_bucket{{route=\"{name}\",le=\"{seconds}\"}} {count}"
        )?;
    }
    count += route.longer.read();
    writeln!(
        text,
        "{metric}_bucket{{route=\"{name}\",le=\"+Inf\"}} {count}"
    )?;
    let seconds = Duration::from_micros(route.total_us.read()).as_secs_f64();
    writeln!(text, "{metric}_sum{{route=\"{name}\"}} {seconds}")?;
    writeln!(text, "{metric}_count{{route=\"{name}\"}} {count}")
}

/// The two lines that come before a metric.
pub(crate) fn head(text: &mut impl Write, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_written_as_prometheus_reads_it() {
        let meters = Meters::default();
        let _running = meters.begin();
        meters.answered("/graphql", 200, Duration::from_micros(700));
        meters.answered("/api/courses/{id}", 404, Duration::from_mins(1));
        meters.answered("/api/courses/{id}", 599, Duration::ZERO);
        meters.cut_off(Phase::Head);
        meters.rate_limited(true);
        let mut text = String::new();
        meters.write(&mut text).unwrap();
        for line in [
            r#"edusphere_http_requests_total{route="/graphql",status="200"} 1"#,
            r#"edusphere_http_requests_total{route="/api/courses/{id}",status="404"} 1"#,
            r#"edusphere_http_requests_total{route="/api/courses/{id}",status="0"} 1"#,
            r#"edusphere_http_request_duration_seconds_bucket{route="/graphql",le="0.0005"} 0"#,
            r#"edusphere_http_request_duration_seconds_bucket{route="/graphql",le="0.001"} 1"#,
            r#"edusphere_http_request_duration_seconds_bucket{route="/api/courses/{id}",le="10"} 1"#,
            r#"edusphere_http_request_duration_seconds_bucket{route="/api/courses/{id}",le="+Inf"} 2"#,
            r#"edusphere_http_request_duration_seconds_sum{route="/graphql"} 0.0007"#,
            "edusphere_http_requests_in_flight 1",
            r#"edusphere_connections_timed_out_total{waited_for="head"} 1"#,
            r#"edusphere_shed_total{reason="rate_of_user"} 1"#,
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_number_of_routes_is_bounded() {
        let meters = Meters::default();
        for number in 0..ROUTES_MAX + 50 {
            meters.answered(&format!("/{number}"), 200, Duration::ZERO);
        }
        assert!(meters.others.read().unwrap().len() <= ROUTES_MAX + 1);
    }
}
