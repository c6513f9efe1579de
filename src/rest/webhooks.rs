//! Webhooks: other programs that are told of what happens, in the hands of administrators.

use app::{Actor, App};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use kernel::{PageRequest, Timestamp};
use operations::webhooks::{
    self as domain, AddWebhook, Attempt, NewWebhook, Occasion, PauseReason, PauseWebhook,
    RemoveWebhook, ReplayDelivery, ResumeWebhook, RotateWebhookSecret, TestWebhook, UpdateWebhook,
    WebhookChange, WebhookId, WebhookSecret, attempts_of, followed, one_webhook,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Rest;
use crate::body::{Body, IdInPath, Parameters};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let (all, one) = ("/api/admin/webhooks", "/api/admin/webhooks/{webhook}");
    let says = "Lists the webhooks, the oldest first. For administrators.";
    let list = Operation::get(all, says)
        .answers::<Webhooks>(200, "All of them.")
        .refuses(&[403]);
    let says = "Adds a webhook, which is sent what happens from now on. For administrators.";
    let new = json!({
        "url": "https://library.school.example/hooks/edusphere",
        "filters": ["edusphere.users.*", "edusphere.assignments.>"],
        "description": "The library's reminders",
    });
    let add = Operation::post(all, says)
        .takes::<WebhookAddition>(new)
        .answers::<AddedWebhook>(
            201,
            "The webhook with its secret, which is not shown again.",
        )
        .refuses(&[403, 409]);
    let show = Operation::get(one, "Shows a webhook. For administrators.")
        .answers::<Webhook>(200, "The webhook.")
        .refuses(&[403]);
    let says = "Changes what is given of a webhook. What waits of streams that it wants nothing of \
        any more is dropped. For administrators.";
    let update = Operation::patch(one, says)
        .takes::<WebhookUpdate>(json!({ "filters": ["edusphere.assignments.>"] }))
        .answers::<Webhook>(200, "The webhook as it is now.")
        .refuses(&[403]);
    let says = "Removes a webhook with its dead letters and what is known of its deliveries. For \
        administrators.";
    let remove = Operation::delete(one, says)
        .answers_nothing(204, "It is gone.")
        .refuses(&[403]);
    let mut routes = vec![
        list.by(self::list),
        add.by(self::add),
        show.by(self::show),
        update.by(self::update),
        remove.by(self::remove),
    ];
    routes.extend(verbs());
    routes
}

fn verbs() -> Vec<Route<Rest>> {
    let says = "Gives a webhook another secret, which counts from the next delivery on. For \
        administrators.";
    let rotate = Operation::post("/api/admin/webhooks/{webhook}/secret", says)
        .takes::<ChosenSecret>(json!({}))
        .answers::<ShownSecret>(200, "The secret, which is not shown again.")
        .refuses(&[403]);
    let says = "Has nothing sent to a webhook until it is resumed; what happens meanwhile waits. \
        For administrators.";
    let pause = Operation::post("/api/admin/webhooks/{webhook}/pause", says)
        .answers::<Webhook>(200, "The webhook as it is now.")
        .refuses(&[403]);
    let says = "Has a webhook that was paused sent what happened since. For administrators.";
    let resume = Operation::post("/api/admin/webhooks/{webhook}/resume", says)
        .answers::<Webhook>(200, "The webhook as it is now.")
        .refuses(&[403]);
    let says = "Has a ping sent to a webhook, once, also to one that is paused; what came of it is \
        among the deliveries. For administrators.";
    let test = Operation::post("/api/admin/webhooks/{webhook}/test", says)
        .answers_nothing(202, "It will be sent.")
        .refuses(&[403, 429]);
    let says = "Has a message sent to a webhook, once, whatever became of it before; what came of \
        it is among the deliveries. For administrators.";
    let replay = Operation::post("/api/admin/webhooks/{webhook}/replay", says)
        .takes::<MessagePlace>(json!({ "stream": "ORDERS", "sequence": 1 }))
        .answers_nothing(202, "It will be sent.")
        .refuses(&[403, 429]);
    let says = "Lists what was sent to a webhook, the newest first; the last 1,000 are kept. For \
        administrators.";
    let deliveries = Operation::get("/api/admin/webhooks/{webhook}/deliveries", says)
        .query::<Wanted>()
        .answers::<WebhookDeliveries>(200, "A page of them.")
        .refuses(&[403]);
    vec![
        rotate.by(self::rotate),
        pause.by(self::pause),
        resume.by(self::resume),
        test.by(self::test),
        replay.by(self::replay),
        deliveries.by(self::deliveries),
    ]
}

/// A webhook.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Webhook {
    #[schemars(with = "shapes::Id")]
    id: WebhookId,
    url: String,
    filters: Vec<String>,
    description: String,
    /// Whether it is sent what happens.
    enabled: bool,
    /// Why it is not, if it is not.
    #[schemars(with = "Option<shapes::PauseReason>")]
    pause_reason: Option<PauseReason>,
    /// The streams in which it has a consumer, which is named by its id.
    streams: Vec<String>,
    #[schemars(with = "shapes::Moment")]
    created_at: Timestamp,
    /// Who added it: the id of a person, or the name of a part of the program.
    created_by: String,
}

impl Webhook {
    fn with(app: &App, actor: &Actor, id: WebhookId) -> kernel::Result<Self> {
        let snapshot = app.snapshot();
        let webhook = one_webhook(&snapshot, actor, id)?;
        Ok(Self {
            id,
            url: webhook.url,
            filters: webhook.filters,
            description: webhook.description,
            enabled: webhook.paused.is_none(),
            pause_reason: webhook.paused,
            streams: followed(&snapshot, actor, id)?,
            created_at: webhook.created_at,
            created_by: webhook.created_by,
        })
    }
}

/// All webhooks.
#[derive(Serialize, JsonSchema)]
struct Webhooks {
    nodes: Vec<Webhook>,
}

/// `GET /api/admin/webhooks`.
async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<Webhooks>, Problem> {
    let all = domain::webhooks(&app.snapshot(), &actor)?;
    let nodes = all.iter().map(|(id, _)| Webhook::with(&app, &actor, *id));
    let nodes = nodes.collect::<kernel::Result<_>>()?;
    Ok(Json(Webhooks { nodes }))
}

/// A webhook that is to be added.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WebhookAddition {
    /// An address of a public host over HTTPS, or of a receiver that the operator allows.
    url: String,
    /// The subjects that it wants, with `*` for a word and `>` at the end; 1 to 32.
    filters: Vec<String>,
    #[serde(default)]
    description: String,
    /// `whsec_` and 24 to 64 bytes in base64; made when it is left out.
    secret: Option<String>,
    /// The same for each try of one addition: it then counts once.
    idempotency_key: Option<String>,
}

/// A webhook that was added.
#[derive(Serialize, JsonSchema)]
struct AddedWebhook {
    #[serde(flatten)]
    webhook: Webhook,
    /// What its deliveries are signed with. It is not shown again.
    secret: String,
}

/// `POST /api/admin/webhooks`.
async fn add(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Body(add): Body<WebhookAddition>,
) -> Result<(StatusCode, Json<AddedWebhook>), Problem> {
    let webhook = NewWebhook::to(&add.url, &rest.receivers, add.filters)?;
    let mut webhook = webhook.description(&add.description)?;
    if let Some(secret) = &add.secret {
        webhook = webhook.secret(WebhookSecret::parse(secret)?);
    }
    let command = AddWebhook {
        webhook,
        secret: WebhookSecret::new(&rest.app.new_secret()),
        idempotency_key: add.idempotency_key,
    };
    let id = rest.app.run(actor.clone(), command).await?;
    // Of an addition that was asked for twice, the secret is that of the first time.
    let there = one_webhook(&rest.app.snapshot(), &actor, id)?;
    let added = AddedWebhook {
        webhook: Webhook::with(&rest.app, &actor, id)?,
        secret: there.secret.reveal(),
    };
    Ok((StatusCode::CREATED, Json(added)))
}

/// `GET /api/admin/webhooks/{webhook}`.
async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<WebhookId>,
) -> Result<Json<Webhook>, Problem> {
    Ok(Json(Webhook::with(&app, &actor, id)?))
}

/// What is to change of a webhook.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookUpdate {
    url: Option<String>,
    filters: Option<Vec<String>>,
    description: Option<String>,
}

/// `PATCH /api/admin/webhooks/{webhook}`.
async fn update(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
    Body(update): Body<WebhookUpdate>,
) -> Result<Json<Webhook>, Problem> {
    let mut change = WebhookChange::default();
    if let Some(url) = &update.url {
        change = change.url(url, &rest.receivers)?;
    }
    if let Some(filters) = update.filters {
        change = change.filters(filters)?;
    }
    if let Some(description) = &update.description {
        change = change.description(description)?;
    }
    let command = UpdateWebhook { webhook, change };
    rest.app.run(actor.clone(), command).await?;
    Ok(Json(Webhook::with(&rest.app, &actor, webhook)?))
}

/// `DELETE /api/admin/webhooks/{webhook}`.
async fn remove(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
) -> Result<StatusCode, Problem> {
    app.run(actor, RemoveWebhook { webhook }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A secret that somebody chose, or none to have one made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChosenSecret {
    /// `whsec_` and 24 to 64 bytes in base64.
    secret: Option<String>,
}

/// What deliveries are signed with.
#[derive(Serialize, JsonSchema)]
struct ShownSecret {
    secret: String,
}

/// `POST /api/admin/webhooks/{webhook}/secret`.
async fn rotate(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
    Body(chosen): Body<ChosenSecret>,
) -> Result<Json<ShownSecret>, Problem> {
    let secret = match &chosen.secret {
        Some(text) => WebhookSecret::parse(text)?,
        None => WebhookSecret::new(&app.new_secret()),
    };
    let shown = secret.reveal();
    app.run(actor, RotateWebhookSecret { webhook, secret })
        .await?;
    Ok(Json(ShownSecret { secret: shown }))
}

/// `POST /api/admin/webhooks/{webhook}/pause`.
async fn pause(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
) -> Result<Json<Webhook>, Problem> {
    let reason = PauseReason::Asked;
    app.run(actor.clone(), PauseWebhook { webhook, reason })
        .await?;
    Ok(Json(Webhook::with(&app, &actor, webhook)?))
}

/// `POST /api/admin/webhooks/{webhook}/resume`.
async fn resume(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
) -> Result<Json<Webhook>, Problem> {
    app.run(actor.clone(), ResumeWebhook { webhook }).await?;
    Ok(Json(Webhook::with(&app, &actor, webhook)?))
}

/// `POST /api/admin/webhooks/{webhook}/test`.
async fn test(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
) -> Result<StatusCode, Problem> {
    app.run(actor, TestWebhook { webhook }).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Where a message is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MessagePlace {
    stream: String,
    sequence: u64,
}

/// `POST /api/admin/webhooks/{webhook}/replay`.
async fn replay(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
    Body(place): Body<MessagePlace>,
) -> Result<StatusCode, Problem> {
    let command = ReplayDelivery {
        webhook,
        stream: place.stream,
        sequence: place.sequence,
    };
    app.run(actor, command).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Which deliveries are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    first: Option<i64>,
    after: Option<String>,
}

/// Some of what was sent.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookDeliveries {
    nodes: Vec<WebhookDelivery>,
    total_count: u64,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// Something that was sent, or could not be.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct WebhookDelivery {
    #[schemars(with = "shapes::Moment")]
    at: Timestamp,
    #[schemars(with = "shapes::Occasion")]
    occasion: Occasion,
    /// The stream of the message, but for a test.
    stream: Option<String>,
    sequence: Option<u64>,
    subject: String,
    /// Its number among the tries since the message was given to the webhook, 1 for the first.
    attempt: u32,
    /// What the receiver answered, if it answered.
    status: Option<u16>,
    /// What went wrong, if something did.
    error: Option<String>,
    took_ms: u64,
}

impl WebhookDelivery {
    fn of(attempt: Attempt) -> Self {
        Self {
            at: attempt.at,
            occasion: attempt.occasion,
            stream: attempt.stream,
            sequence: attempt.sequence,
            subject: attempt.subject,
            attempt: attempt.number,
            status: attempt.status,
            error: attempt.error,
            took_ms: attempt.took_ms,
        }
    }
}

/// `GET /api/admin/webhooks/{webhook}/deliveries?first&after`.
async fn deliveries(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(webhook): IdInPath<WebhookId>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<WebhookDeliveries>, Problem> {
    let request = PageRequest::parse(wanted.first, wanted.after.as_deref())?;
    let page = attempts_of(&app.snapshot(), &actor, webhook, &request)?;
    let end = page.entries.last().map(|(cursor, _)| cursor.to_string());
    let nodes = page
        .entries
        .into_iter()
        .map(|(_, sent)| WebhookDelivery::of(sent));
    Ok(Json(WebhookDeliveries {
        nodes: nodes.collect(),
        total_count: page.total,
        has_next_page: page.has_next,
        end_cursor: end,
    }))
}
