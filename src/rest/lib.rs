//! The REST face: a few routes for scripts, other programs and downloads.
//!
//! Each handler extracts, calls a command or a query, and replies. Who asks is put into the
//! request by the server before it comes here. What is refused is answered with a problem
//! document (RFC 9457).

mod accounts;
mod analytics;
mod audit;
mod body;
mod client;
mod courses;
mod events;
mod files;
mod health;
pub mod openapi;
mod problem;
mod search;
mod sessions;
mod sign_in;
mod streams;
mod submissions;
mod users;
mod webhooks;

use std::sync::Arc;

use ::courses::files::{Blobs, Uploads};
use ::courses::neighbours::Neighbours;
use app::App;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use insight::search::Search;
use live::Hub;
use operations::webhooks::AllowedHosts;
use people::sign_in::SignIns;

pub use problem::{PROBLEMS, Problem, not_found};

/// The longest body of a request, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// What the handlers need.
#[derive(Clone)]
pub struct Rest {
    /// The application.
    pub app: App,
    /// Where people sign in.
    pub sign_ins: SignIns,
    /// The bytes of files.
    pub blobs: Arc<Blobs>,
    /// The files on their way in.
    pub uploads: Arc<Uploads>,
    /// What tells of what happens as it happens.
    pub live: Arc<Hub>,
    /// What the areas that build on courses do for a course as a whole.
    pub neighbours: Neighbours,
    /// The receivers in the school's own network that webhooks may lead to.
    pub receivers: Arc<AllowedHosts>,
    /// What finds things in the school.
    pub search: Arc<Search>,
}

impl FromRef<Rest> for App {
    fn from_ref(rest: &Rest) -> Self {
        rest.app.clone()
    }
}

impl FromRef<Rest> for Arc<Search> {
    fn from_ref(rest: &Rest) -> Self {
        Self::clone(&rest.search)
    }
}

/// The routes, under `/api`.
pub fn routes(rest: Rest) -> Router {
    openapi::router(described())
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(rest)
}

/// The routes of the event log alone, for who has no server to ask.
pub fn event_log(app: App) -> Router {
    openapi::router(streams::routes()).with_state(app)
}

/// What administrators ask of search alone, for who has no server to ask.
pub fn search(app: App, search: Arc<Search>) -> Router {
    openapi::router(search::admin_routes()).with_state(search::Searched { app, search })
}

/// What the routes do.
pub fn operations() -> Vec<openapi::Operation> {
    let routes = described();
    let operations = routes.iter().map(|route| route.operation().clone());
    operations.collect()
}

fn described() -> Vec<openapi::Route<Rest>> {
    [
        health::routes(),
        sign_in::routes(),
        sessions::routes(),
        users::routes(),
        accounts::routes(),
        audit::routes(),
        streams::routes(),
        webhooks::routes(),
        events::routes(),
        courses::routes(),
        analytics::routes(),
        submissions::routes(),
        files::routes(),
        search::routes(),
        search::admin_routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
