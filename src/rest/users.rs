//! Adding people and letting them in, for administrators.

use app::{Actor, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use kernel::Timestamp;
use people::codes::{Code, IssueSignInCode};
use people::sessions::Password;
use people::users::{AddUser, NewUser, SchoolRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Rest;
use crate::body::{Body, IdInPath};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let ada = json!({
        "username": "ada",
        "displayName": "Ada Lovelace",
        "email": "ada@example.org",
        "role": "STAFF",
    });
    let add = Operation::post("/api/users", "Adds somebody. For administrators.")
        .takes::<Add>(ada)
        .answers::<Added>(201, "The id of whom was added.")
        .refuses(&[403, 409]);
    let says = "Issues a code for somebody to sign in with once. For administrators.";
    let issue_code = Operation::post("/api/users/{id}/sign-in-code", says)
        .answers::<Issued>(201, "The code. It is not shown again.")
        .refuses(&[403]);
    vec![add.by(self::add), issue_code.by(self::issue_code)]
}

/// Who is to be added.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Add {
    username: String,
    display_name: String,
    email: Option<String>,
    #[schemars(with = "Option<shapes::SchoolRole>")]
    role: Option<SchoolRole>,
    locale: Option<String>,
    time_zone: Option<String>,
    /// Without one they cannot sign in yet.
    password: Option<String>,
}

impl Add {
    fn user(&self) -> kernel::Result<NewUser> {
        let mut user = NewUser::named(&self.username, &self.display_name)?
            .role(self.role.unwrap_or(SchoolRole::Member));
        if let Some(email) = &self.email {
            user = user.email(email)?;
        }
        if let Some(locale) = &self.locale {
            user = user.locale(locale)?;
        }
        if let Some(time_zone) = &self.time_zone {
            user = user.time_zone(time_zone)?;
        }
        Ok(user)
    }
}

/// Who was added.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Added {
    #[schemars(with = "shapes::Id")]
    id: UserId,
}

/// `POST /api/users`.
pub(crate) async fn add(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Body(add): Body<Add>,
) -> Result<(StatusCode, Json<Added>), Problem> {
    // The command checks this again; here it keeps others from making the machine hash.
    actor.require_admin()?;
    let user = add.user()?;
    let password = match &add.password {
        Some(text) => {
            let password = Password::choose(text, &user.owner())?;
            Some(
                rest.sign_ins
                    .hashers()
                    .hash(password, rest.app.new_secret())
                    .await?,
            )
        }
        None => None,
    };
    let id = rest.app.run(actor, AddUser { user, password }).await?;
    Ok((StatusCode::CREATED, Json(Added { id })))
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
