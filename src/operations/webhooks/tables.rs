//! Where webhooks stand in the store.

use store::{Count, Index, Newest, Record, Table};

use super::attempts::{Attempt, Errand};
use super::model::Webhook;
use super::{AttemptId, ErrandId, WebhookId};

impl Record for Webhook {
    const VERSION: u8 = 1;
}

impl Record for Attempt {
    const VERSION: u8 = 1;
}

impl Record for Errand {
    const VERSION: u8 = 1;
}

pub(super) static WEBHOOKS: Table<WebhookId, Webhook> = Table::new(0x0601, "webhooks");

/// What was sent to each webhook, the oldest first.
pub(super) static ATTEMPTS: Table<(WebhookId, AttemptId), Attempt> =
    Table::new(0x0602, "webhook_attempts").derives(&[&ATTEMPTS_BY_TIME, &ATTEMPTS_OF_WEBHOOK]);

/// The attempts of each webhook, the newest first.
pub(super) static ATTEMPTS_BY_TIME: Index<(WebhookId, AttemptId), Attempt, (WebhookId, Newest)> =
    Index::new(
        0x0603,
        "webhook_attempts_by_time",
        |(webhook, _), attempt| Some((*webhook, Newest(attempt.at))),
    );

/// How many of them are kept.
pub(super) static ATTEMPTS_OF_WEBHOOK: Count<(WebhookId, AttemptId), Attempt, WebhookId> =
    Count::new(0x0604, "webhook_attempts_of_webhook", |(webhook, _), _| {
        Some(*webhook)
    });

/// What is to be sent out of turn, in the order in which it was asked for.
pub(super) static ERRANDS: Table<(WebhookId, ErrandId), Errand> =
    Table::new(0x0605, "webhook_errands").derives(&[&ERRANDS_OF_WEBHOOK]);

/// How many errands wait.
pub(super) static ERRANDS_OF_WEBHOOK: Count<(WebhookId, ErrandId), Errand, WebhookId> =
    Count::new(0x0606, "webhook_errands_of_webhook", |(webhook, _), _| {
        Some(*webhook)
    });
