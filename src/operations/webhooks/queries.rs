//! What administrators, and the server that sends, see of webhooks.

use std::sync::Arc;

use app::{Actor, OrRefuse};
use eventlog::Message;
use kernel::{Page, PageRequest, Result};
use store::{All, Range, Snapshot};

use super::attempts::{Attempt, Errand};
use super::follow::consumer_in;
use super::model::Webhook;
use super::problems::{DELIVERY_NOT_FOUND, WEBHOOK_NOT_FOUND};
use super::tables::{ATTEMPTS, ATTEMPTS_BY_TIME, ATTEMPTS_OF_WEBHOOK, ERRANDS, WEBHOOKS};
use super::{ErrandId, WebhookId};

/// All webhooks, whoever asks.
pub(super) fn all(snapshot: &Snapshot) -> Result<Arc<[(WebhookId, Webhook)]>> {
    snapshot.listed(&WEBHOOKS, &All)
}

/// All webhooks, the oldest first.
pub fn webhooks(snapshot: &Snapshot, actor: &Actor) -> Result<Arc<[(WebhookId, Webhook)]>> {
    actor.require_admin()?;
    all(snapshot)
}

/// A webhook.
pub fn one_webhook(snapshot: &Snapshot, actor: &Actor, id: WebhookId) -> Result<Webhook> {
    actor.require_admin()?;
    snapshot.get(&WEBHOOKS, &id)?.or_refuse(WEBHOOK_NOT_FOUND)
}

/// The streams that a webhook follows.
pub fn followed(snapshot: &Snapshot, actor: &Actor, id: WebhookId) -> Result<Vec<String>> {
    actor.require_admin()?;
    let mut followed = Vec::new();
    for stream in eventlog::streams(snapshot)? {
        if consumer_in(snapshot, &stream, id)?.is_some() {
            followed.push(stream.config.name);
        }
    }
    Ok(followed)
}

/// Who is to be sent what happens: each stream with a webhook that follows it and is not paused.
pub fn listeners(snapshot: &Snapshot, actor: &Actor) -> Result<Vec<(String, WebhookId)>> {
    let there = webhooks(snapshot, actor)?;
    let listens = |id: &WebhookId| {
        let found = there.iter().find(|(webhook, _)| webhook == id);
        found.is_some_and(|(_, webhook)| webhook.paused.is_none())
    };
    let mut listeners = Vec::new();
    if there.is_empty() {
        return Ok(listeners);
    }
    for stream in eventlog::streams(snapshot)? {
        for consumer in eventlog::consumers(snapshot, &stream)? {
            let webhook = consumer.config.name.parse().ok();
            if let Some(webhook) = webhook.filter(listens) {
                listeners.push((stream.config.name.clone(), webhook));
            }
        }
    }
    Ok(listeners)
}

/// The message of a stream that a webhook is to be sent again, if it is still there.
pub fn message_for(
    snapshot: &Snapshot,
    actor: &Actor,
    webhook: &Webhook,
    place: (&str, u64),
) -> Result<Message> {
    actor.require_admin()?;
    wanted(snapshot, webhook, place)
}

/// What was sent to a webhook, the newest first.
pub fn attempts_of(
    snapshot: &Snapshot,
    actor: &Actor,
    id: WebhookId,
    request: &PageRequest,
) -> Result<Page<Attempt>> {
    one_webhook(snapshot, actor, id)?;
    let total = snapshot.count(&ATTEMPTS_OF_WEBHOOK, &id)?;
    let page = snapshot.entries_page(&ATTEMPTS_BY_TIME, &id, request, total)?;
    page.read(|(_, key)| snapshot.get(&ATTEMPTS, &key))
}

/// What is to be sent out of turn, at most `max`, in the order in which it was asked for.
pub fn errands(
    snapshot: &Snapshot,
    actor: &Actor,
    max: usize,
) -> Result<Vec<((WebhookId, ErrandId), Errand)>> {
    actor.require_admin()?;
    let errands = snapshot.scan(&ERRANDS, &All, Range::ALL)?;
    errands.take(max).collect()
}

/// The message of a stream that a webhook wants; `DELIVERY_NOT_FOUND` where it is not there.
pub(super) fn wanted(
    snapshot: &Snapshot,
    webhook: &Webhook,
    (stream, sequence): (&str, u64),
) -> Result<Message> {
    let stream = eventlog::stream(snapshot, stream)?;
    let mut messages = eventlog::messages(snapshot, &stream, sequence.saturating_sub(1))?;
    let found = messages.next().transpose()?;
    let found = found.filter(|message| {
        let mut filters = webhook.filters.iter();
        let wants = filters.any(|filter| eventlog::matches(filter, &message.subject));
        message.sequence == sequence && wants
    });
    found.or_refuse(DELIVERY_NOT_FOUND)
}
