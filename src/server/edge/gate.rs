//! The gate: what every request passes on its way to a face, and every answer on its way back.
//!
//! In: a name, a path that can be meant, an origin that may change things, who asks, and how many
//! requests they have left. Behind it `ConnectInfo` is the client's address, seen through our own
//! proxies. Out: the headers that every answer has, and a count. What is refused
//! here is told in the terms of the face that was asked.

use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Instant;

use app::{App, Who};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use axum::response::IntoResponse;
use kernel::{Fault, Problem, ProblemKind, RequestId, network};
use tower::Service;

use super::listen::Answer;
use super::meters::Meters;
use super::paths::{require_own_origin, require_plain};
use super::rates::{Left, Rate, Rates, Spender};
use crate::authenticate::actor;

/// Somebody sends more requests than they may.
pub(crate) const RATE_LIMITED: Problem = Problem::new(
    ProblemKind::TooMany,
    "RATE_LIMITED",
    "You send more requests than this server takes from one person or address; wait a moment.",
);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
// As in draft-ietf-httpapi-ratelimit-headers-10.
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What the operator may choose.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// The origins beside our own whose pages may change things: `https://school.example`.
    pub(crate) origins: Vec<String>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub(crate) proxies: Vec<IpAddr>,
    /// How many requests somebody may send who is signed in.
    pub(crate) of_user: Rate,
    /// How many requests may come from an address without a session.
    pub(crate) of_network: Rate,
}

/// The gate before all faces. A clone is the same one.
#[derive(Clone)]
pub(crate) struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    router: Router,
    rules: Rules,
    rates: Rates,
    /// The policies of the rates, as they are told.
    policies: [HeaderValue; 2],
    meters: Arc<Meters>,
    opened: Instant,
    /// What the names of requests begin with, and how many have been given.
    run: u64,
    named: AtomicU64,
}

impl Gate {
    #[expect(
        clippy::disallowed_methods,
        reason = "durations are measured from here"
    )]
    pub(crate) fn new(app: App, router: Router, rules: Rules, meters: Arc<Meters>) -> Self {
        let secret = app.new_secret();
        let run = secret.0.first_chunk().copied().map(u64::from_be_bytes);
        let policies = [("user", rules.of_user), ("address", rules.of_network)];
        let policies = policies.map(|(name, rate)| {
            let seconds = rate.burst.div_ceil(rate.per_second.max(1));
            let policy = format!("\"{name}\";q={};w={seconds}", rate.burst);
            HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(""))
        });
        Self {
            inner: Arc::new(Inner {
                rates: Rates::new(rules.of_user, rules.of_network),
                app,
                router,
                rules,
                policies,
                meters,
                opened: Instant::now(),
                run: run.unwrap_or_default(),
                named: AtomicU64::new(0),
            }),
        }
    }
}

impl Answer for Gate {
    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long an answer takes"
    )]
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let started = Instant::now();
        let gate = &*self.inner;
        let id = gate.name(request.headers());
        let graphql = request.uri().path() == GRAPHQL;
        let _running = gate.meters.begin();
        let mut response = {
            let mut passing = pin!(gate.pass(request, graphql, started));
            // A fault that is logged meanwhile is logged with the name of the request; one panic
            // costs one answer.
            poll_fn(|context| {
                id.during(|| {
                    catch_unwind(AssertUnwindSafe(|| passing.as_mut().poll(context)))
                        .unwrap_or_else(|_| {
                            let panicked = Fault::new("the work on a request panicked").into();
                            Poll::Ready(refused(graphql, panicked))
                        })
                })
            })
            .await
        };
        let route = response.extensions().get::<MatchedPath>();
        let route = if graphql {
            GRAPHQL
        } else {
            route.map_or("unmatched", MatchedPath::as_str)
        };
        gate.meters
            .answered(route, response.status().as_u16(), started.elapsed());
        dress(response.headers_mut(), &id);
        response
    }
}

/// Where the face of GraphQL is.
const GRAPHQL: &str = "/graphql";

impl Inner {
    /// The name that a request was given, or a new one.
    fn name(&self, headers: &HeaderMap) -> RequestId {
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        given.and_then(RequestId::parse).unwrap_or_else(|| {
            RequestId::numbered(self.run, self.named.fetch_add(1, Ordering::Relaxed))
        })
    }

    async fn pass(
        &self,
        mut request: Request<Body>,
        graphql: bool,
        now: Instant,
    ) -> Response<Body> {
        let client = self.client(&request);
        let headers = request.headers();
        let checked = require_plain(request.uri().path())
            .and_then(|()| require_own_origin(request.method(), headers, &self.rules.origins));
        if let Err(error) = checked {
            return refused(graphql, error);
        }
        let actor = match actor(&self.app, headers).await {
            Ok(actor) => actor,
            Err(error) => return refused(graphql, error),
        };
        let limited = !is_for_monitors(request.uri().path());
        let spender = match actor.who {
            Who::User { id, .. } => Spender::User(id),
            Who::Anonymous | Who::Program(_) => Spender::Network(network(client)),
        };
        let left = if limited {
            let now = now.saturating_duration_since(self.opened);
            match self.rates.spend(spender, now) {
                Ok(left) => Some(left),
                Err(wait) => {
                    self.meters
                        .rate_limited(matches!(spender, Spender::User(_)));
                    let mut response = refused(graphql, RATE_LIMITED.retry_after(wait));
                    let none = Left {
                        requests: 0,
                        full_in: wait,
                    };
                    self.tell_rate(response.headers_mut(), spender, none);
                    return response;
                }
            }
        } else {
            None
        };
        let port = peer(&request).map_or(0, |peer| peer.port());
        let seen = ConnectInfo(SocketAddr::new(client, port));
        request.extensions_mut().insert(seen);
        request.extensions_mut().insert(actor);
        let Ok(mut response) = self.router.clone().call(request).await;
        if let Some(left) = left {
            self.tell_rate(response.headers_mut(), spender, left);
        }
        response
    }

    /// The client's address: that of the connection, or what the nearest proxy of ours says.
    fn client(&self, request: &Request<Body>) -> IpAddr {
        let peer = peer(request).map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
        let ours = |address: &IpAddr| self.rules.proxies.contains(&address.to_canonical());
        if self.rules.proxies.is_empty() || !ours(&peer) {
            return peer;
        }
        let told = request.headers().get_all(FORWARDED_FOR);
        let mut told: Vec<IpAddr> = told
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map_while(|address| address.trim().parse().ok())
            .collect();
        while let Some(address) = told.pop() {
            if !ours(&address) {
                return address;
            }
        }
        peer
    }

    fn tell_rate(&self, headers: &mut HeaderMap, spender: Spender, left: Left) {
        let [user, address] = &self.policies;
        let (name, policy) = match spender {
            Spender::User(_) => ("user", user),
            Spender::Network(_) => ("address", address),
        };
        let seconds = left.full_in.as_secs() + u64::from(left.full_in.subsec_nanos() > 0);
        let told = format!("\"{name}\";r={};t={seconds}", left.requests);
        if let Ok(told) = HeaderValue::try_from(told) {
            headers.insert(RATE_LIMIT, told);
            headers.insert(RATE_LIMIT_POLICY, policy.clone());
        }
    }
}

/// Who is at the other end of the connection.
fn peer(request: &Request<Body>) -> Option<SocketAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| *peer)
}

/// Whether a path is for monitors, which are never too many.
fn is_for_monitors(path: &str) -> bool {
    path.starts_with("/health/") || matches!(path, "/api/health" | "/metrics")
}

/// A refusal in the terms of the face that was asked.
fn refused(graphql: bool, error: kernel::Error) -> Response<Body> {
    if graphql {
        graphql::refused(error)
    } else {
        rest::Problem::from(error).into_response()
    }
}

/// The headers that every answer has. A face that set one itself keeps it.
fn dress(headers: &mut HeaderMap, id: &RequestId) {
    const HEADERS: [(HeaderName, &str); 5] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (CACHE_CONTROL, "no-store"),
    ];
    headers.reserve(HEADERS.len() + 1);
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
}
