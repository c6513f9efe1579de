//! Consumers: how they are set up and how they fare, in the words of NATS.

use app::{Actor, App};
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use eventlog::{ConsumerConfig, NewConsumer, ReplayFrom};
use kernel::Timestamp;
use operations::streams::{
    AddConsumer, PauseConsumer, RemoveConsumer, ResetConsumer, UpdateConsumer, all_consumers,
    consumer_of, info_of,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::named;
use crate::body::{Body, IdInPath, IdsInPath};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::{INVALID_BODY, Problem};

/// The routes.
pub(super) fn routes<S>() -> Vec<Route<S>>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let all = "/api/admin/streams/{stream}/consumers";
    let one = "/api/admin/streams/{stream}/consumers/{consumer}";
    let list = "Lists the consumers of a stream, by name. For administrators.";
    let list = Operation::get(all, list)
        .answers::<Consumers>(200, "All of them.")
        .refuses(&[403]);
    let add = "Adds a consumer to a stream. One of the same name and settings may be there. For \
        administrators.";
    let new = json!({ "name": "printer", "filters": ["orders.*"], "deliverPolicy": "NEW" });
    let add = Operation::post(all, add)
        .takes::<ConsumerSettings>(new)
        .answers::<Consumer>(201, "The consumer.")
        .refuses(&[403, 409]);
    let show = "Shows how a consumer is set up and how it fares. For administrators.";
    let show = Operation::get(one, show)
        .answers::<Consumer>(200, "The consumer.")
        .refuses(&[403]);
    let update = "Sets a consumer up anew; what is left out gets its default. Where it begins and \
        what counts as an answer stay. For administrators.";
    let update = Operation::put(one, update)
        .takes::<ConsumerSettings>(json!({ "maxDeliver": 3, "backoffMs": [500, 5_000] }))
        .answers::<Consumer>(200, "The consumer as it is now.")
        .refuses(&[403]);
    let remove = "Removes a consumer with its dead letters. For administrators.";
    let remove = Operation::delete(one, remove)
        .answers_nothing(204, "It is gone.")
        .refuses(&[403]);
    let reset = "Has a consumer begin again at a sequence or a moment: everything from there on \
        is delivered as if for the first time. For administrators.";
    let path = "/api/admin/streams/{stream}/consumers/{consumer}/reset";
    let reset = Operation::post(path, reset)
        .takes::<Reset>(json!({ "sequence": 1 }))
        .answers::<Consumer>(200, "The consumer as it is now.")
        .refuses(&[403]);
    let pause = "Has a consumer deliver nothing until a moment, or go on. For administrators.";
    let path = "/api/admin/streams/{stream}/consumers/{consumer}/pause";
    let pause = Operation::post(path, pause)
        .takes::<Pause>(json!({ "until": "2027-01-01T00:00:00Z" }))
        .answers::<Consumer>(200, "The consumer as it is now.")
        .refuses(&[403]);
    vec![
        list.by(self::list),
        add.by(self::add),
        show.by(self::show),
        update.by(self::update),
        remove.by(self::remove),
        reset.by(self::reset),
        pause.by(self::pause),
    ]
}

/// How a consumer is set up.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct ConsumerSettings {
    /// Letters, digits, `_` and `-`.
    name: String,
    /// The subjects that it wants, with `*` and `>`; none for all.
    filters: Vec<String>,
    deliver_policy: DeliverPolicy,
    /// Where it begins, with `BY_START_SEQUENCE`.
    start_sequence: Option<u64>,
    /// Where it begins, with `BY_START_TIME`.
    #[schemars(with = "Option<shapes::Moment>")]
    start_time: Option<Timestamp>,
    #[serde(with = "AckPolicy")]
    ack_policy: eventlog::AckPolicy,
    /// How long an answer may take.
    ack_wait_ms: u64,
    /// How often a message is delivered at most; 0 without end.
    max_deliver: u32,
    /// How long a message waits after its first, second, ... failure. The last one stands for all
    /// further ones.
    backoff_ms: Vec<u64>,
    /// The most messages that may wait for an answer.
    max_ack_pending: u32,
    /// Nothing is delivered before this moment.
    #[schemars(with = "Option<shapes::Moment>")]
    paused_until: Option<Timestamp>,
    /// Whether retention keeps what is not acknowledged.
    guaranteed: bool,
}

/// Where a new consumer begins.
#[derive(Serialize, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeliverPolicy {
    All,
    Last,
    New,
    ByStartSequence,
    ByStartTime,
    LastPerSubject,
}

/// What counts as an answer.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(remote = "eventlog::AckPolicy", rename_all = "SCREAMING_SNAKE_CASE")]
enum AckPolicy {
    Explicit,
    All,
    None,
}

/// How far delivery is promised.
#[derive(Serialize, JsonSchema)]
#[serde(
    remote = "eventlog::DeliveryClass",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
enum DeliveryClass {
    Guaranteed,
    AtLeastOnce,
    AtMostOnce,
}

impl Default for ConsumerSettings {
    fn default() -> Self {
        Self::of(ConsumerConfig::default())
    }
}

impl ConsumerSettings {
    fn of(config: ConsumerConfig) -> Self {
        let (deliver_policy, start_sequence, start_time) = match config.deliver {
            eventlog::DeliverPolicy::All => (DeliverPolicy::All, None, None),
            eventlog::DeliverPolicy::Last => (DeliverPolicy::Last, None, None),
            eventlog::DeliverPolicy::New => (DeliverPolicy::New, None, None),
            eventlog::DeliverPolicy::ByStartSequence(sequence) => {
                (DeliverPolicy::ByStartSequence, Some(sequence), None)
            }
            eventlog::DeliverPolicy::ByStartTime(time) => {
                (DeliverPolicy::ByStartTime, None, Some(time))
            }
            eventlog::DeliverPolicy::LastPerSubject => (DeliverPolicy::LastPerSubject, None, None),
        };
        Self {
            name: config.name,
            filters: config.filters,
            deliver_policy,
            start_sequence,
            start_time,
            ack_policy: config.ack,
            ack_wait_ms: config.ack_wait_ms,
            max_deliver: config.max_deliver,
            backoff_ms: config.backoff_ms,
            max_ack_pending: config.max_ack_pending,
            paused_until: config.paused_until,
            guaranteed: config.guaranteed,
        }
    }

    fn config(self, name: &str) -> kernel::Result<ConsumerConfig> {
        let deliver = match (self.deliver_policy, self.start_sequence, self.start_time) {
            (DeliverPolicy::All, None, None) => eventlog::DeliverPolicy::All,
            (DeliverPolicy::Last, None, None) => eventlog::DeliverPolicy::Last,
            (DeliverPolicy::New, None, None) => eventlog::DeliverPolicy::New,
            (DeliverPolicy::LastPerSubject, None, None) => eventlog::DeliverPolicy::LastPerSubject,
            (DeliverPolicy::ByStartSequence, Some(sequence), None) => {
                eventlog::DeliverPolicy::ByStartSequence(sequence)
            }
            (DeliverPolicy::ByStartTime, None, Some(time)) => {
                eventlog::DeliverPolicy::ByStartTime(time)
            }
            (_, _, _) => {
                return Err(INVALID_BODY.because(
                    "`startSequence` goes with BY_START_SEQUENCE and `startTime` with \
                     BY_START_TIME, and with no other policy.",
                ));
            }
        };
        Ok(ConsumerConfig {
            name: name.to_owned(),
            filters: self.filters,
            deliver,
            ack: self.ack_policy,
            ack_wait_ms: self.ack_wait_ms,
            max_deliver: self.max_deliver,
            backoff_ms: self.backoff_ms,
            max_ack_pending: self.max_ack_pending,
            paused_until: self.paused_until,
            guaranteed: self.guaranteed,
        })
    }
}

/// A consumer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Consumer {
    stream: String,
    config: ConsumerSettings,
    #[serde(with = "DeliveryClass")]
    class: eventlog::DeliveryClass,
    #[schemars(with = "shapes::Moment")]
    created_at: Timestamp,
    /// The last delivery, and how far the stream was looked at for it.
    delivered: Place,
    /// Up to where everything is acknowledged.
    ack_floor: Place,
    /// How many messages are still to be delivered.
    num_pending: u64,
    /// How many wait for an answer or their next delivery.
    num_ack_pending: u64,
    /// How many of these were delivered more than once.
    num_redelivered: u64,
    dead_letters: u64,
    /// How many messages were answered since the program started.
    answered: u64,
    /// How long these took in all, from when each was handed out to its answer.
    processing_seconds: f64,
}

/// A place among the deliveries of a consumer and in its stream.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Place {
    consumer_sequence: u64,
    stream_sequence: u64,
}

impl Place {
    fn of((consumer_sequence, stream_sequence): (u64, u64)) -> Self {
        Self {
            consumer_sequence,
            stream_sequence,
        }
    }
}

impl Consumer {
    fn named(app: &App, actor: &Actor, names: (&str, &str)) -> kernel::Result<Self> {
        let info = info_of(app.consumers(), actor, names)?;
        let there = consumer_of(&app.snapshot(), actor, names)?;
        Ok(Self {
            stream: names.0.to_owned(),
            class: info.config.class(),
            config: ConsumerSettings::of(info.config),
            created_at: there.created,
            delivered: Place::of(info.delivered),
            ack_floor: Place::of(info.ack_floor),
            num_pending: info.pending,
            num_ack_pending: info.ack_pending,
            num_redelivered: info.redelivered,
            dead_letters: info.dead_letters,
            answered: info.answered,
            processing_seconds: info.handling.as_secs_f64(),
        })
    }
}

/// All consumers of a stream.
#[derive(Serialize, JsonSchema)]
struct Consumers {
    nodes: Vec<Consumer>,
}

/// `GET /api/admin/streams/{stream}/consumers`.
async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(stream): IdInPath<String>,
) -> Result<Json<Consumers>, Problem> {
    let consumers = all_consumers(&app.snapshot(), &actor, &stream)?.into_iter();
    let nodes =
        consumers.map(|consumer| Consumer::named(&app, &actor, (&stream, &consumer.config.name)));
    let nodes = nodes.collect::<Result<_, _>>()?;
    Ok(Json(Consumers { nodes }))
}

/// `POST /api/admin/streams/{stream}/consumers`.
async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdInPath(stream): IdInPath<String>,
    Body(mut settings): Body<ConsumerSettings>,
) -> Result<(StatusCode, Json<Consumer>), Problem> {
    // The command checks this again; here it keeps others from having a stream looked through.
    actor.require_admin()?;
    let name = std::mem::take(&mut settings.name);
    let config = settings.config(&name)?;
    let consumer = NewConsumer::prepare(&app.snapshot(), &stream, config)?;
    app.run(actor.clone(), AddConsumer { consumer }).await?;
    let added = Consumer::named(&app, &actor, (&stream, &name))?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// The names of a stream and of one of its consumers.
type Names = IdsInPath<(String, String)>;

/// `GET /api/admin/streams/{stream}/consumers/{consumer}`.
async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, name)): Names,
) -> Result<Json<Consumer>, Problem> {
    Ok(Json(Consumer::named(&app, &actor, (&stream, &name))?))
}

/// `PUT /api/admin/streams/{stream}/consumers/{consumer}`.
async fn update(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, name)): Names,
    Body(settings): Body<ConsumerSettings>,
) -> Result<Json<Consumer>, Problem> {
    let name = named(&name, &settings.name)?;
    let update = UpdateConsumer {
        stream: stream.clone(),
        consumer: settings.config(name)?,
    };
    app.run(actor.clone(), update).await?;
    Ok(Json(Consumer::named(&app, &actor, (&stream, name))?))
}

/// `DELETE /api/admin/streams/{stream}/consumers/{consumer}`.
async fn remove(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer)): Names,
) -> Result<StatusCode, Problem> {
    app.run(actor, RemoveConsumer { stream, consumer }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where to begin again: one of the two.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    sequence: Option<u64>,
    #[schemars(with = "Option<shapes::Moment>")]
    time: Option<Timestamp>,
}

/// `POST /api/admin/streams/{stream}/consumers/{consumer}/reset`.
async fn reset(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer)): Names,
    Body(reset): Body<Reset>,
) -> Result<Json<Consumer>, Problem> {
    let from = match (reset.sequence, reset.time) {
        (Some(sequence), None) => ReplayFrom::Sequence(sequence),
        (None, Some(time)) => ReplayFrom::Time(time),
        (_, _) => {
            return Err(INVALID_BODY
                .because("Give either `sequence` or `time`.")
                .into());
        }
    };
    let command = ResetConsumer {
        stream: stream.clone(),
        consumer: consumer.clone(),
        from,
    };
    app.run(actor.clone(), command).await?;
    Ok(Json(Consumer::named(&app, &actor, (&stream, &consumer))?))
}

/// Until when nothing is to be delivered; null to go on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Pause {
    #[schemars(with = "Option<shapes::Moment>")]
    until: Option<Timestamp>,
}

/// `POST /api/admin/streams/{stream}/consumers/{consumer}/pause`.
async fn pause(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    IdsInPath((stream, consumer)): Names,
    Body(Pause { until }): Body<Pause>,
) -> Result<Json<Consumer>, Problem> {
    let command = PauseConsumer {
        stream: stream.clone(),
        consumer: consumer.clone(),
        until,
    };
    app.run(actor.clone(), command).await?;
    Ok(Json(Consumer::named(&app, &actor, (&stream, &consumer))?))
}
