//! Whether the server can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Rest;
use crate::openapi::{Operation, Route};

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let health = Operation::get("/api/health", "Says whether changes are taken.")
        .open()
        .answers::<Health>(200, "They are.")
        .answers::<Health>(503, "They are not.");
    vec![health.by(self::health)]
}

/// What a monitor is told.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
}

/// `GET /api/health`: 200 while changes are taken, 503 when they are not.
pub(crate) async fn health(State(rest): State<Rest>) -> (StatusCode, Json<Health>) {
    let store = rest.app.store();
    let (code, status) = if *store.failed().borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "writes_stopped")
    } else if store.loss().is_some() {
        (StatusCode::SERVICE_UNAVAILABLE, "read_only")
    } else {
        (StatusCode::OK, "ok")
    };
    (
        code,
        Json(Health {
            status,
            version: env!("CARGO_PKG_VERSION"),
        }),
    )
}
