//! Webhooks: other programs that are told over HTTP of what happens.
//!
//! An administrator registers an address, the subjects that it wants, and a secret. In each stream
//! that has such subjects the webhook gets a durable consumer of its own, named by its id, so that
//! order, redelivery and dead letters are those of the event log. What is sent, and signed, and to
//! which addresses, is said here; the sending itself is the server's.

mod address;
mod attempts;
mod commands;
mod events;
mod follow;
mod model;
mod payload;
mod problems;
mod queries;
mod secret;
mod tables;
mod target;

use app::{EventType, Feature, Pairing, Removal};

pub use self::address::is_public;
pub use self::attempts::{Attempt, Errand, Occasion};
pub use self::commands::{
    AddWebhook, NoteAttempt, PauseWebhook, RemoveWebhook, ReplayDelivery, ResumeWebhook,
    RotateWebhookSecret, TestWebhook, UpdateWebhook,
};
pub use self::events::{
    WebhookAdded, WebhookDeliveryReplayed, WebhookPaused, WebhookRemoved, WebhookResumed,
    WebhookSecretRotated, WebhookTested, WebhookUpdated,
};
pub(crate) use self::follow::follow_stream;
pub use self::model::{NewWebhook, PauseReason, Webhook, WebhookChange};
pub use self::payload::{Payload, payload, ping};
pub use self::problems::*;
pub use self::queries::{
    attempts_of, errands, followed, listeners, message_for, one_webhook, webhooks,
};
pub use self::secret::{Signed, WebhookSecret};
pub use self::target::{AllowedHosts, Target};

kernel::id_kind!(pub WebhookKind, WebhookId, "webhook");
kernel::id_kind!(pub AttemptKind, AttemptId, "attempt");
kernel::id_kind!(pub ErrandKind, ErrandId, "errand");

static ADDED: Pairing<WebhookAdded, WebhookId, Webhook> =
    Pairing::new(&tables::WEBHOOKS, |event: &WebhookAdded| event.webhook).until(&REMOVED);
static REMOVED: Removal<WebhookRemoved, WebhookId> = Removal::new(|event| event.webhook);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::WEBHOOKS, &tables::ATTEMPTS, &tables::ERRANDS],
    events: &[
        EventType::of::<WebhookAdded>(),
        EventType::of::<WebhookUpdated>(),
        EventType::of::<WebhookSecretRotated>(),
        EventType::of::<WebhookPaused>(),
        EventType::of::<WebhookResumed>(),
        EventType::of::<WebhookTested>(),
        EventType::of::<WebhookDeliveryReplayed>(),
        EventType::of::<WebhookRemoved>(),
    ],
    problems: ALL,
    witnesses: &[&ADDED],
    ..Feature::named("webhooks")
};
