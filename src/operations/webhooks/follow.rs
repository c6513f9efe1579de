//! The consumers of a webhook: one in each stream that has subjects it wants, named by its id.

use app::Tx;
use eventlog::problems::CONSUMER_NOT_FOUND;
use eventlog::{ConsumerConfig, DeliverPolicy, NewConsumer, StreamInfo, overlap};
use kernel::Result;
use store::Snapshot;

use super::WebhookId;
use super::queries::all;

/// Has a webhook follow the streams that have subjects it wants, and no others.
pub(super) fn follow(tx: &mut Tx<'_>, webhook: WebhookId, filters: &[String]) -> Result<()> {
    for stream in eventlog::streams(tx)? {
        follow_one(tx, &stream, webhook, filters)?;
    }
    Ok(())
}

/// Has the webhooks that want subjects of a stream follow it, and no others.
pub(crate) fn follow_stream(tx: &mut Tx<'_>, stream: &str) -> Result<()> {
    let stream = eventlog::stream(tx, stream)?;
    for (webhook, there) in all(tx)?.iter() {
        follow_one(tx, &stream, *webhook, &there.filters)?;
    }
    Ok(())
}

/// How the consumer of a webhook in a stream is set up, if it has one.
pub(super) fn consumer_in(
    snapshot: &Snapshot,
    stream: &StreamInfo,
    webhook: WebhookId,
) -> Result<Option<ConsumerConfig>> {
    match eventlog::consumer(snapshot, stream, &webhook.to_string()) {
        Ok(there) => Ok(Some(there.config)),
        Err(error) if error.problem() == Some(CONSUMER_NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A consumer that is there keeps what administrators have set up of it.
fn follow_one(
    tx: &mut Tx<'_>,
    stream: &StreamInfo,
    webhook: WebhookId,
    filters: &[String],
) -> Result<()> {
    let (name, of) = (webhook.to_string(), stream.config.name.as_str());
    let wanted = filters.iter().filter(|filter| {
        let mut subjects = stream.config.subjects.iter();
        subjects.any(|subject| overlap(filter, subject))
    });
    let filters: Vec<String> = wanted.cloned().collect();
    match consumer_in(tx, stream, webhook)? {
        None if filters.is_empty() => Ok(()),
        None => {
            let config = ConsumerConfig {
                name,
                filters,
                deliver: DeliverPolicy::New,
                ..ConsumerConfig::default()
            };
            let new = NewConsumer::prepare(tx, of, config)?;
            eventlog::add_consumer(tx, new)
        }
        Some(_) if filters.is_empty() => eventlog::remove_consumer(tx, of, &name),
        Some(config) if config.filters == filters => Ok(()),
        Some(config) => eventlog::update_consumer(tx, of, ConsumerConfig { filters, ..config }),
    }
}
