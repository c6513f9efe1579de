//! What administrators ask of search: how the index fares, that it be made anew or compared with
//! the records, and what somebody else would find.
//!
//! These routes need nothing but the application and search: the command line asks them without a
//! server.

use std::sync::Arc;

use app::{Actor, App};
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use insight::search::{self, Search};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Found, Index};
use super::{Wanted, answered};
use crate::body::WithKinds;
use crate::openapi::{Operation, Route};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes<S>() -> Vec<Route<S>>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
    Arc<Search>: FromRef<S>,
{
    let says = "Says how the indexes of search fare. For administrators.";
    let status = Operation::get("/api/admin/index", says)
        .answers::<Index>(200, "How they fare.")
        .refuses(&[403]);
    let says =
        "Has both indexes made anew from the records, in the background. For administrators.";
    let rebuild = Operation::post("/api/admin/index/rebuild", says)
        .answers::<Index>(202, "How they fare; `whole` says when they are done.")
        .refuses(&[403]);
    let says = "Compares the indexes with the records, which takes a while in a large school. For \
        administrators.";
    let verify = Operation::post("/api/admin/index/verify", says)
        .answers::<Report>(200, "What they have otherwise.")
        .refuses(&[403, 503]);
    let says = "What somebody else would find, as they are named by `as`. For administrators, who \
        may see all of it anyway, so that nothing is noted of it.";
    let find = Operation::get("/api/admin/search", says)
        .query::<Wanted>()
        .answers::<Found>(200, "A page of what they would find, best first.")
        .refuses(&[403, 404, 503]);
    vec![
        status.by(self::status),
        rebuild.by(self::rebuild),
        verify.by(self::verify),
        find.by(self::find),
    ]
}

/// `GET /api/admin/index`.
async fn status(
    State(search): State<Arc<Search>>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Index>, Problem> {
    actor.require_admin()?;
    Ok(Json(search.status()?.into()))
}

/// `POST /api/admin/index/rebuild`.
async fn rebuild(
    State(search): State<Arc<Search>>,
    Extension(actor): Extension<Actor>,
) -> Result<(StatusCode, Json<Index>), Problem> {
    actor.require_admin()?;
    search.rebuild();
    Ok((StatusCode::ACCEPTED, Json(search.status()?.into())))
}

/// What the indexes have otherwise than the records.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Whether they have all documents as they are, and no other.
    agrees: bool,
    /// Documents that were compared.
    documents: u64,
    /// Those that are not in the full-text index.
    missing: u64,
    /// Those whose text is another one there.
    stale: u64,
    /// Those that are there and in no record.
    left_over: u64,
    /// Passages without a vector: those that mean nothing have none.
    without_vector: u64,
}

impl From<search::Report> for Report {
    fn from(report: search::Report) -> Self {
        Self {
            agrees: report.agrees(),
            documents: report.documents,
            missing: report.missing,
            stale: report.stale,
            left_over: report.left_over,
            without_vector: report.without_vector,
        }
    }
}

/// `POST /api/admin/index/verify`.
async fn verify(
    State(search): State<Arc<Search>>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Report>, Problem> {
    actor.require_admin()?;
    Ok(Json(search.verify().await?.into()))
}

/// `GET /api/admin/search?q&as&first&after&course&kind&mode&fresh`.
async fn find(
    State(app): State<App>,
    State(search): State<Arc<Search>>,
    Extension(actor): Extension<Actor>,
    WithKinds(wanted): WithKinds<Wanted>,
) -> Result<Json<Found>, Problem> {
    actor.require_admin()?;
    let snapshot = app.snapshot();
    let found = answered(&search, (&snapshot, actor), wanted).await?;
    Ok(Json(found))
}
