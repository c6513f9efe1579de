//! The audit, for administrators.

use app::Actor;
use axum::extract::State;
use axum::{Extension, Json};
use kernel::{PageRequest, Timestamp, problems};
use people::audit::{AuditFilter, audit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Rest;
use crate::body::Parameters;
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;
use crate::streams::note_grades;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let says = "What happened, the newest first: what was changed and by whom, who signed in, and \
        who read the grades of others. For administrators.";
    let list = Operation::get("/api/admin/audit", says)
        .query::<Wanted>()
        .answers::<Events>(
            200,
            "A page of events, which may be short although more come.",
        )
        .refuses(&[403, 404]);
    vec![list.by(self::list)]
}

/// Which events are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    #[schemars(range(min = 1, max = 100))]
    first: Option<i64>,
    after: Option<String>,
    /// Done by this person, by their id, or by this part of the program, by its name.
    actor: Option<String>,
    /// About this person, or naming them.
    user: Option<String>,
    /// Not before this moment.
    #[schemars(with = "Option<shapes::Moment>")]
    since: Option<Timestamp>,
}

/// Some events.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Events {
    nodes: Vec<Event>,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// Something that happened.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Event {
    id: String,
    #[schemars(with = "shapes::Moment")]
    at: Timestamp,
    /// What: `edusphere.users.role_changed`.
    subject: String,
    /// Who did it: the id of a person, or the name of a part of the program.
    actor: String,
    /// The id of what it is about.
    key: String,
    /// The particulars.
    body: Value,
}

impl From<app::Message> for Event {
    fn from(message: app::Message) -> Self {
        Self {
            id: message.id.to_string(),
            at: message.time,
            subject: message.subject,
            actor: message.actor,
            key: message.key,
            // The log takes nothing but JSON.
            body: serde_json::from_slice(&message.body).unwrap_or(Value::Null),
        }
    }
}

/// `GET /api/admin/audit?first&after&actor&user&since`.
pub(crate) async fn list(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Events>, Problem> {
    actor.require_admin()?;
    let request = PageRequest::parse(wanted.first, wanted.after.as_deref())?;
    let user = wanted.user.map(|text| text.parse()).transpose();
    let filter = AuditFilter {
        actor: wanted.actor,
        user: user.map_err(|_| problems::NOT_FOUND.on("user"))?,
        since: wanted.since,
    };
    let page = audit(&rest.app.snapshot(), &actor, &filter, &request)?;
    let shown = page.entries.iter().map(|(_, event)| event);
    note_grades(&rest.app, &actor, shown.collect()).await?;
    let nodes = page.entries.into_iter().map(|(_, event)| event.into());
    Ok(Json(Events {
        nodes: nodes.collect(),
        has_next_page: page.next.is_some(),
        end_cursor: page.next.map(|next| next.to_string()),
    }))
}
