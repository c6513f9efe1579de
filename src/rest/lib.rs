//! The REST face: a few routes for scripts, other programs and downloads.
//!
//! Each handler extracts, calls a command or a query, and replies. Who asks is put into the
//! request by the server before it comes here. What is refused is answered with a problem
//! document (RFC 9457).

mod analytics;
mod body;
mod client;
mod courses;
mod files;
mod health;
mod problem;
mod sessions;
mod submissions;
mod users;

use std::sync::Arc;

use ::courses::files::{Blobs, Limits};
use ::courses::neighbours::Neighbours;
use app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};
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
    /// How much is taken of uploads.
    pub uploads: Limits,
    /// What the areas that build on courses do for a course as a whole.
    pub neighbours: Neighbours,
}

/// The routes, under `/api`.
pub fn routes(rest: Rest) -> Router {
    Router::new()
        .route("/api/health", get(health::health))
        .route("/api/auth/login", post(sessions::login))
        .route("/api/auth/code", post(sessions::use_code))
        .route("/api/auth/logout", post(sessions::logout))
        .route("/api/users", post(users::add))
        .route("/api/users/{id}/sign-in-code", post(users::issue_code))
        .route("/api/courses", get(courses::list))
        .route("/api/courses/{id}", get(courses::show))
        .route("/api/courses/{id}/copy", post(courses::copy))
        .route("/api/courses/{id}/archive", post(courses::archive))
        .route("/api/analytics/courses/{id}", get(analytics::show))
        .route("/api/assignments/submit", post(submissions::submit))
        .route("/api/assignments/{id}/submissions", get(submissions::list))
        .route("/api/submissions/{id}/grade", put(submissions::grade))
        .route("/api/files/{id}", get(files::download))
        // A file goes to the disk as it comes, and has limits of its own.
        .route(
            "/api/courses/{id}/files",
            post(files::upload).layer(DefaultBodyLimit::disable()),
        )
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(rest)
}
