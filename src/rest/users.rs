//! People: listing them, adding them, and what is known of them.

use app::{Actor, OrRefuse, UserId};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use kernel::{Change, PageRequest, Timestamp};
use people::sessions::Password;
use people::users::{
    self, AddUser, ExternalId, NewUser, SchoolRole, USER_NOT_FOUND, UpdateUser, UserChange,
    UserFilter,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Rest;
use crate::body::{Body, IdInPath, Parameters, said};
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
    let list = "Lists everybody, in the order in which they were added. For staff.";
    let list = Operation::get("/api/users", list)
        .query::<Wanted>()
        .answers::<Users>(200, "A page of people.")
        .refuses(&[403]);
    let says = "Changes one's own profile; for administrators anybody's, and all of it.";
    let update = Operation::patch("/api/users/{id}", says)
        .takes::<Update>(json!({ "displayName": "Countess Lovelace", "email": null }))
        .answers::<User>(200, "The person as they are now.")
        .refuses(&[403, 409]);
    vec![
        list.by(self::list),
        add.by(self::add),
        update.by(self::update),
    ]
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
    external_id: Option<String>,
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
        if let Some(external_id) = &self.external_id {
            user = user.external_id(ExternalId::parse(external_id)?);
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

/// Which people are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    #[schemars(range(min = 1, max = 100))]
    first: Option<i64>,
    after: Option<String>,
    search: Option<String>,
    #[schemars(with = "Option<shapes::SchoolRole>")]
    role: Option<SchoolRole>,
    disabled: Option<bool>,
}

/// A page of people.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Users {
    nodes: Vec<User>,
    total_count: u64,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A person, as staff and they themselves see them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    #[schemars(with = "shapes::Id")]
    id: UserId,
    username: String,
    display_name: String,
    email: Option<String>,
    #[schemars(with = "shapes::SchoolRole")]
    role: SchoolRole,
    locale: String,
    time_zone: String,
    #[schemars(with = "shapes::Moment")]
    created_at: Timestamp,
    disabled: bool,
    external_id: Option<String>,
}

impl User {
    fn of((id, user): (UserId, users::User)) -> Self {
        Self {
            id,
            username: user.username,
            display_name: user.display_name,
            email: user.email,
            role: user.role,
            locale: user.locale,
            time_zone: user.time_zone,
            created_at: user.created_at,
            disabled: user.disabled,
            external_id: user.external_id.map(Into::into),
        }
    }
}

/// `GET /api/users?first&after&search&role&disabled`, for staff.
pub(crate) async fn list(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Users>, Problem> {
    actor.require_signed_in()?;
    let request = PageRequest::parse(wanted.first, wanted.after.as_deref())?;
    let filter = UserFilter {
        search: wanted.search,
        role: wanted.role,
        disabled: wanted.disabled,
    };
    let page = users::users(&rest.app.snapshot(), &actor, &filter, &request)?;
    let end_cursor = page.entries.last().map(|(cursor, _)| cursor.to_string());
    let nodes = page.entries.into_iter().map(|(_, user)| User::of(user));
    Ok(Json(Users {
        nodes: nodes.collect(),
        total_count: page.total,
        has_next_page: page.has_next,
        end_cursor,
    }))
}

/// What is to change of a person. What is left out stays; null clears what may be empty.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Update {
    display_name: Option<String>,
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<String>")]
    email: Change<Option<String>>,
    locale: Option<String>,
    time_zone: Option<String>,
    username: Option<String>,
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<String>")]
    external_id: Change<Option<String>>,
}

impl Update {
    fn change(self) -> kernel::Result<UserChange> {
        let external_id = match self.external_id {
            Change::Keep => Change::Keep,
            Change::To(id) => Change::To(id.as_deref().map(ExternalId::parse).transpose()?),
        };
        Ok(UserChange {
            display_name: self.display_name,
            email: self.email,
            locale: self.locale,
            time_zone: self.time_zone,
            username: self.username,
            external_id,
        })
    }
}

/// `PATCH /api/users/{id}`: one's own profile; for administrators anybody, and all of it.
pub(crate) async fn update(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<UserId>,
    Body(update): Body<Update>,
) -> Result<Json<User>, Problem> {
    actor.require_signed_in()?;
    let update = UpdateUser {
        user: id,
        change: update.change()?,
    };
    rest.app.run(actor, update).await?;
    let user = users::user(&rest.app.snapshot(), id)?.or_refuse(USER_NOT_FOUND)?;
    Ok(Json(User::of((id, users::User::clone(&user)))))
}
