//! Looking after somebody's account, for administrators: what they are, whether they may sign in,
//! and with which code.

use app::{Actor, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use kernel::Timestamp;
use people::codes::{Code, IssueSignInCode, ResetPassword};
use people::users::{ChangeRole, DisableUser, EnableUser, SchoolRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Rest;
use crate::body::{Body, IdInPath};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let says = "Gives somebody another role in the school. For administrators.";
    let change_role = Operation::put("/api/users/{id}/role", says)
        .takes::<Role>(json!({ "role": "STAFF" }))
        .answers_nothing(204, "They have the role.")
        .refuses(&[403, 409]);
    let says = "Ends somebody's sessions and lets them sign in no more. For administrators.";
    let disable = Operation::post("/api/users/{id}/disable", says)
        .answers_nothing(204, "They are disabled.")
        .refuses(&[403, 409]);
    let says = "Lets somebody sign in again. For administrators.";
    let enable = Operation::post("/api/users/{id}/enable", says)
        .answers_nothing(204, "They are enabled.")
        .refuses(&[403]);
    let says = "Issues a code for somebody to sign in with once. For administrators.";
    let issue_code = Operation::post("/api/users/{id}/sign-in-code", says)
        .answers::<Issued>(201, "The code. It is not shown again.")
        .refuses(&[403, 409]);
    let says = "Takes somebody's password away and issues a code. For administrators.";
    let reset_password = Operation::post("/api/users/{id}/password-reset", says)
        .answers::<Issued>(201, "The code. It is not shown again.")
        .refuses(&[403, 409]);
    vec![
        change_role.by(self::change_role),
        disable.by(self::disable),
        enable.by(self::enable),
        issue_code.by(self::issue_code),
        reset_password.by(self::reset_password),
    ]
}

/// What somebody is to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    #[schemars(with = "shapes::SchoolRole")]
    role: SchoolRole,
}

/// `PUT /api/users/{id}/role`.
pub(crate) async fn change_role(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
    Body(Role { role }): Body<Role>,
) -> Result<StatusCode, Problem> {
    rest.app.run(actor, ChangeRole { user, role }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/users/{id}/disable`.
pub(crate) async fn disable(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
) -> Result<StatusCode, Problem> {
    rest.app.run(actor, DisableUser { user }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/users/{id}/enable`.
pub(crate) async fn enable(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
) -> Result<StatusCode, Problem> {
    rest.app.run(actor, EnableUser { user }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A code that was issued. It is not shown again.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Issued {
    code: String,
    #[schemars(with = "shapes::Moment")]
    expires_at: Timestamp,
}

/// `POST /api/users/{id}/sign-in-code`.
pub(crate) async fn issue_code(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let code = Code::new(&rest.app.new_secret());
    let issue = IssueSignInCode {
        user,
        code: code.hash(),
    };
    let expires_at = rest.app.run(actor, issue).await?;
    let code = code.reveal();
    Ok((StatusCode::CREATED, Json(Issued { code, expires_at })))
}

/// `POST /api/users/{id}/password-reset`: takes the password away, and shows a code.
pub(crate) async fn reset_password(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(user): IdInPath<UserId>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let code = Code::new(&rest.app.new_secret());
    let issue = IssueSignInCode {
        user,
        code: code.hash(),
    };
    let expires_at = rest.app.run(actor, ResetPassword { issue }).await?;
    let code = code.reveal();
    Ok((StatusCode::CREATED, Json(Issued { code, expires_at })))
}
