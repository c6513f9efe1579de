//! Handing work in.

use app::{Actor, OrRefuse};
use assess::submissions::{SUBMISSION_NOT_FOUND, SubmissionId, SubmitAssignment, Work, view};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use courses::modules::WebAddress;
use kernel::{Id, Kind, Result as Outcome, Timestamp, problems};
use serde::{Deserialize, Serialize};

use crate::Rest;
use crate::body::Body;
use crate::problem::Problem;

/// What is handed in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Submit {
    assignment_id: String,
    body: Option<String>,
    url: Option<String>,
    #[serde(default)]
    file_ids: Vec<String>,
    idempotency_key: Option<String>,
}

/// What was received.
#[derive(Serialize)]
pub(crate) struct Received {
    submission: Submission,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Submission {
    id: SubmissionId,
    attempt: u32,
    submitted_at: Timestamp,
    late: bool,
}

/// An id in a body. One that is malformed names nothing.
fn id<K: Kind>(text: &str, field: &'static str) -> Outcome<Id<K>> {
    text.parse().map_err(|_| problems::NOT_FOUND.on(field))
}

/// `POST /api/assignments/submit`.
pub(crate) async fn submit(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Body(submit): Body<Submit>,
) -> Result<(StatusCode, Json<Received>), Problem> {
    actor.require_user()?;
    let url = submit.url.as_deref().map(WebAddress::parse).transpose()?;
    let files = submit.file_ids.iter().map(|text| id(text, "fileIds"));
    let command = SubmitAssignment {
        assignment: id(&submit.assignment_id, "assignmentId")?,
        work: Work::new(submit.body, url, files.collect::<Outcome<_>>()?)?,
        idempotency_key: submit.idempotency_key,
    };
    let id = rest.app.run(actor.clone(), command).await?;
    let received = view(&rest.app.snapshot(), &actor, id)?.or_refuse(SUBMISSION_NOT_FOUND)?;
    let submission = Submission {
        id,
        attempt: received.submission.attempt,
        submitted_at: received.submission.submitted_at,
        late: received.submission.late,
    };
    Ok((StatusCode::CREATED, Json(Received { submission })))
}
