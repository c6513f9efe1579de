//! Handing work in, looking it through, and grading it.

use app::{Actor, OrRefuse};
use assess::assignments::{AssignmentId, Change};
use assess::grading::{Grade, GradeSubmission};
use assess::submissions::{
    SUBMISSION_NOT_FOUND, SubmissionFilter, SubmissionId, SubmissionState, SubmitAssignment,
    Viewed, Work, submissions_of, view,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use courses::files::FileId;
use courses::modules::WebAddress;
use kernel::{Id, Kind, PageRequest, Result as Outcome, Timestamp, problems};
use serde::{Deserialize, Deserializer, Serialize};

use crate::Rest;
use crate::body::{Body, IdInPath, Parameters};
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

/// One submission.
#[derive(Serialize)]
pub(crate) struct Received {
    submission: Submission,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Submission {
    id: SubmissionId,
    attempt: u32,
    state: SubmissionState,
    submitted_at: Timestamp,
    late: bool,
}

impl Submission {
    fn of(viewed: &Viewed) -> Self {
        let submission = &viewed.submission;
        Self {
            id: viewed.id,
            attempt: submission.attempt,
            state: viewed.state(),
            submitted_at: submission.submitted_at,
            late: submission.late,
        }
    }
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
    let url = submit.url.as_deref().filter(|url| !url.trim().is_empty());
    let url = url.map(WebAddress::parse).transpose()?;
    let files = submit.file_ids.iter().map(|text| id(text, "fileIds"));
    let command = SubmitAssignment {
        assignment: id(&submit.assignment_id, "assignmentId")?,
        work: Work::new(submit.body, url, files.collect::<Outcome<_>>()?)?,
        idempotency_key: submit.idempotency_key,
    };
    let id = rest.app.run(actor.clone(), command).await?;
    let received = view(&rest.app.snapshot(), &actor, id)?.or_refuse(SUBMISSION_NOT_FOUND)?;
    let submission = Submission::of(&received);
    Ok((StatusCode::CREATED, Json(Received { submission })))
}

/// Which submissions are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    first: Option<i64>,
    after: Option<String>,
    #[serde(default)]
    ungraded: bool,
    #[serde(default)]
    late: bool,
}

/// A page of submissions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submissions {
    nodes: Vec<HandedIn>,
    total_count: u64,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A submission as those who grade see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HandedIn {
    #[serde(flatten)]
    submission: Submission,
    user_id: app::UserId,
    body: Option<String>,
    url: Option<String>,
    file_ids: Vec<FileId>,
    grade: Option<GradeInFull>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GradeInFull {
    score: f64,
    entered_score: f64,
    points_deducted: f64,
    feedback: Option<String>,
    grader_id: app::UserId,
    graded_at: Timestamp,
}

impl From<Viewed> for HandedIn {
    fn from(viewed: Viewed) -> Self {
        let work = &viewed.submission.work;
        Self {
            submission: Submission::of(&viewed),
            user_id: viewed.submission.user,
            body: work.body().map(str::to_owned),
            url: work.url().map(|url| url.as_str().to_owned()),
            file_ids: work.file_ids().to_vec(),
            grade: viewed.grade.map(GradeInFull::from),
        }
    }
}

impl From<Grade> for GradeInFull {
    fn from(grade: Grade) -> Self {
        Self {
            score: grade.score,
            entered_score: grade.entered_score(),
            points_deducted: grade.points_deducted(),
            feedback: grade.feedback,
            grader_id: grade.grader,
            graded_at: grade.graded_at,
        }
    }
}

/// `GET /api/assignments/{id}/submissions?first&after&ungraded&late`, for those who grade.
pub(crate) async fn list(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(assignment): IdInPath<AssignmentId>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Submissions>, Problem> {
    let request = PageRequest::parse(wanted.first, wanted.after.as_deref())?;
    let filter = SubmissionFilter {
        ungraded: wanted.ungraded,
        late: wanted.late,
    };
    let snapshot = rest.app.snapshot();
    let page = submissions_of(&snapshot, &actor, assignment, (filter, &request))?;
    let end_cursor = page.entries.last().map(|(cursor, _)| cursor.to_string());
    let nodes = page.entries.into_iter().map(|(_, seen)| seen.into());
    Ok(Json(Submissions {
        nodes: nodes.collect(),
        total_count: page.total,
        has_next_page: page.has_next,
        end_cursor,
    }))
}

/// What a submission is found to be worth. Without `feedback` the feedback stays, null takes it
/// away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Worth {
    score: f64,
    #[serde(default, deserialize_with = "said")]
    feedback: Change<Option<String>>,
}

/// A field that is there, if only to be null.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Change<Option<String>>, D::Error> {
    Option::deserialize(from).map(Change::To)
}

/// `PUT /api/submissions/{id}/grade`, for those who grade.
pub(crate) async fn grade(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(submission): IdInPath<SubmissionId>,
    Body(worth): Body<Worth>,
) -> Result<Json<HandedIn>, Problem> {
    let command = GradeSubmission {
        submission,
        score: worth.score,
        feedback: worth.feedback,
    };
    rest.app.run(actor.clone(), command).await?;
    let graded = view(&rest.app.snapshot(), &actor, submission)?;
    Ok(Json(graded.or_refuse(SUBMISSION_NOT_FOUND)?.into()))
}
