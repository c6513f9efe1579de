//! Handing work in, looking it through, and grading it.

use app::{Actor, OrRefuse};
use assess::assignments::{AssignmentId, Change};
use assess::grading::{Grade, GradeReads, GradeSubmission, NoteGradeReads};
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
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Rest;
use crate::body::{Body, IdInPath, Parameters, said};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let essay = json!({
        "assignmentId": "assignment_01h455vb4pex5vsknk084sn02q",
        "body": "Both have ribosomes.",
        "idempotencyKey": "5f0c3c1e-8f0e-4f8e-9a55-2f3f6d1f7b11",
    });
    let submit = Operation::post("/api/assignments/submit", "Hands work in. For students.")
        .takes::<Submit>(essay)
        .answers::<Received>(201, "What was received.")
        .refuses(&[403, 404, 409]);
    let list = "Lists what was handed in for an assignment. For those who grade.";
    let list = Operation::get("/api/assignments/{id}/submissions", list)
        .query::<Wanted>()
        .answers::<Submissions>(200, "A page of submissions, by learner and attempt.")
        .refuses(&[403]);
    let grade = "Grades a submission, or grades it again. For those who grade.";
    let grade = Operation::put("/api/submissions/{id}/grade", grade)
        .takes::<Worth>(json!({ "score": 8.5, "feedback": "Well said." }))
        .answers::<HandedIn>(200, "The submission with its grade.")
        .refuses(&[403]);
    vec![
        submit.by(self::submit),
        list.by(self::list),
        grade.by(self::grade),
    ]
}

/// What is handed in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Submit {
    assignment_id: String,
    body: Option<String>,
    url: Option<String>,
    #[serde(default)]
    file_ids: Vec<String>,
    #[schemars(length(min = 1, max = 255))]
    idempotency_key: Option<String>,
}

/// One submission.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Received {
    submission: Submission,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Submission {
    #[schemars(with = "shapes::Id")]
    id: SubmissionId,
    attempt: u32,
    #[schemars(with = "shapes::SubmissionState")]
    state: SubmissionState,
    #[schemars(with = "shapes::Moment")]
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
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    #[schemars(range(min = 1, max = 100))]
    first: Option<i64>,
    /// The `endCursor` of the page before.
    after: Option<String>,
    /// Only what waits for a grade.
    #[serde(default)]
    ungraded: bool,
    /// Only what came late.
    #[serde(default)]
    late: bool,
}

/// A page of submissions.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submissions {
    nodes: Vec<HandedIn>,
    total_count: u64,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A submission as those who grade see it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HandedIn {
    #[serde(flatten)]
    submission: Submission,
    #[schemars(with = "shapes::Id")]
    user_id: app::UserId,
    body: Option<String>,
    url: Option<String>,
    #[schemars(with = "Vec<shapes::Id>")]
    file_ids: Vec<FileId>,
    grade: Option<GradeInFull>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GradeInFull {
    score: f64,
    entered_score: f64,
    points_deducted: f64,
    feedback: Option<String>,
    #[schemars(with = "shapes::Id")]
    grader_id: app::UserId,
    #[schemars(with = "shapes::Moment")]
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
    actor.require_signed_in()?;
    let request = PageRequest::parse(wanted.first, wanted.after.as_deref())?;
    let filter = SubmissionFilter {
        ungraded: wanted.ungraded,
        late: wanted.late,
    };
    let snapshot = rest.app.snapshot();
    let page = submissions_of(&snapshot, &actor, assignment, (filter, &request))?;
    note_reads(&rest, actor, page.entries.iter().map(|(_, seen)| seen)).await?;
    let end_cursor = page.entries.last().map(|(cursor, _)| cursor.to_string());
    let nodes = page.entries.into_iter().map(|(_, seen)| seen.into());
    Ok(Json(Submissions {
        nodes: nodes.collect(),
        total_count: page.total,
        has_next_page: page.has_next,
        end_cursor,
    }))
}

/// Writes down whose grades an answer shows, before it leaves.
async fn note_reads(
    rest: &Rest,
    actor: Actor,
    shown: impl IntoIterator<Item = &Viewed>,
) -> Outcome<()> {
    let mut reads = GradeReads::default();
    for shown in shown.into_iter().filter(|shown| shown.grade.is_some()) {
        reads.add(&actor, shown);
    }
    if reads.is_empty() {
        return Ok(());
    }
    rest.app.run(actor, NoteGradeReads { reads }).await
}

/// What a submission is found to be worth. Without `feedback` the feedback stays, null takes it
/// away.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Worth {
    score: f64,
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<String>")]
    feedback: Change<Option<String>>,
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
    let graded = graded.or_refuse(SUBMISSION_NOT_FOUND)?;
    note_reads(&rest, actor, [&graded]).await?;
    Ok(Json(graded.into()))
}
