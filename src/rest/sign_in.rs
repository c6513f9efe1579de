//! Signing in and out.

use app::{Actor, UserId};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use kernel::Timestamp;
use people::sessions::{EndSession, Token};
use people::sign_in::SignedIn;
use people::users::SchoolRole;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Rest;
use crate::body::Body;
use crate::client::Sender;
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let login = Operation::post(
        "/api/auth/login",
        "Signs in: the token for all other requests.",
    )
    .open()
    .takes::<Login>(json!({ "username": "lena", "password": "edusphere" }))
    .answers::<LoggedIn>(200, "The token, and who has signed in.")
    .refuses(&[401, 429, 503]);
    let logout = Operation::post("/api/auth/logout", "Signs out.")
        .open()
        .answers_nothing(204, "There is no session of this token any more.");
    let says = "Signs in with a code that was issued, and sets a password.";
    let use_code = Operation::post("/api/auth/code", says)
        .open()
        .takes::<CodeLogin>(json!({
            "username": "lena",
            "code": "7KQF-2M9X-HT4R",
            "newPassword": "four words in a row",
        }))
        .answers::<LoggedIn>(200, "The token, and who has signed in.")
        .refuses(&[401, 429, 503]);
    let says = "Changes one's own password. All sessions end, and another one begins.";
    let change_password = Operation::post("/api/auth/password", says)
        .takes::<NewPassword>(json!({
            "current": "edusphere",
            "new": "four words in a row",
        }))
        .answers::<LoggedIn>(200, "The token of the new session.")
        .refuses(&[429, 503]);
    vec![
        login.by(self::login),
        use_code.by(self::use_code),
        change_password.by(self::change_password),
        logout.by(self::logout),
    ]
}

/// Who wants to sign in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    username: String,
    password: String,
}

/// What signing in answers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedIn {
    token: String,
    #[schemars(with = "shapes::Moment")]
    expires_at: Timestamp,
    user: SignedInUser,
}

impl From<SignedIn> for LoggedIn {
    fn from(signed_in: SignedIn) -> Self {
        let (id, user) = signed_in.user;
        Self {
            token: signed_in.token.reveal().to_owned(),
            expires_at: signed_in.expires_at,
            user: SignedInUser {
                id,
                username: user.username.clone(),
                display_name: user.display_name.clone(),
                role: user.role,
            },
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SignedInUser {
    #[schemars(with = "shapes::Id")]
    id: UserId,
    username: String,
    display_name: String,
    #[schemars(with = "shapes::SchoolRole")]
    role: SchoolRole,
}

/// `POST /api/auth/login`.
pub(crate) async fn login(
    State(rest): State<Rest>,
    Sender(client): Sender,
    Body(login): Body<Login>,
) -> Result<Json<LoggedIn>, Problem> {
    let Login { username, password } = &login;
    let sign_in = rest.sign_ins.with_password(username, password, &client);
    let signed_in = sign_in.await?;
    Ok(Json(LoggedIn::from(signed_in)))
}

/// Who wants to come in with a code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CodeLogin {
    username: String,
    code: String,
    /// The password to sign in with from then on.
    new_password: String,
}

/// `POST /api/auth/code`.
pub(crate) async fn use_code(
    State(rest): State<Rest>,
    Sender(client): Sender,
    Body(login): Body<CodeLogin>,
) -> Result<Json<LoggedIn>, Problem> {
    let signed_in = rest
        .sign_ins
        .with_code(&login.username, &login.code, &login.new_password, &client)
        .await?;
    Ok(Json(LoggedIn::from(signed_in)))
}

/// Another password for who is signed in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    current: String,
    new: String,
}

/// `POST /api/auth/password`: answers as signing in does, since all sessions end.
pub(crate) async fn change_password(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Sender(client): Sender,
    Body(NewPassword { current, new }): Body<NewPassword>,
) -> Result<Json<LoggedIn>, Problem> {
    let change = rest
        .sign_ins
        .change_password(&actor, (&current, &new), &client);
    Ok(Json(LoggedIn::from(change.await?)))
}

/// `POST /api/auth/logout`: 204 whether or not there was a session to end.
pub(crate) async fn logout(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    if let Some(token) = bearer(&headers) {
        rest.app.run(actor, EndSession { token }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn bearer(headers: &HeaderMap) -> Option<Token> {
    let value = headers
        .get(axum::http::header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    Token::in_authorization(value)
}
