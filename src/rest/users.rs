//! Adding people, for administrators.

use app::{Actor, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use people::sessions::Password;
use people::users::{AddUser, NewUser, SchoolRole};
use serde::{Deserialize, Serialize};

use crate::Rest;
use crate::body::Body;
use crate::problem::Problem;

/// Who is to be added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Add {
    username: String,
    display_name: String,
    email: Option<String>,
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
#[derive(Serialize)]
pub(crate) struct Added {
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
            let password = Password::choose(text)?;
            Some(rest.hashers.hash(password, rest.app.new_secret()).await?)
        }
        None => None,
    };
    let id = rest.app.run(actor, AddUser { user, password }).await?;
    Ok((StatusCode::CREATED, Json(Added { id })))
}
