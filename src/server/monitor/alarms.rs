//! What the log of the program says unasked: for whom retention keeps messages beyond their limits.

use eventlog::Stalled;
use kernel::Result;
use tokio::sync::watch;

/// Warns of each consumer that begins to hold retention up, and says when it does so no longer,
/// until told to stop.
pub(crate) async fn keep_warning(
    mut stalled: watch::Receiver<Vec<Stalled>>,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let mut known: Vec<Stalled> = Vec::new();
    stalled.mark_changed();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
            changed = stalled.changed() => if changed.is_err() { return Ok(()) },
        }
        let now = stalled.borrow_and_update().clone();
        for Stalled {
            stream,
            consumer,
            sequence,
        } in begun(&known, &now)
        {
            tracing::warn!(
                %stream, %consumer, sequence,
                "a consumer does not acknowledge, and its stream keeps messages for it beyond its limits; mend the consumer or remove it"
            );
        }
        for Stalled {
            stream, consumer, ..
        } in begun(&now, &known)
        {
            tracing::info!(%stream, %consumer, "a consumer no longer holds its stream up");
        }
        known = now;
    }
}

/// Those among `after` that were not among `before`, however far they are.
fn begun<'a>(before: &'a [Stalled], after: &'a [Stalled]) -> impl Iterator<Item = &'a Stalled> {
    let is_known = |one: &Stalled| {
        let same =
            |other: &Stalled| (&other.stream, &other.consumer) == (&one.stream, &one.consumer);
        before.iter().any(same)
    };
    after.iter().filter(move |one| !is_known(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_consumer_that_was_not_told_of_begins() {
        let at = |consumer: &str, sequence| Stalled {
            stream: "LOANS".to_owned(),
            consumer: consumer.to_owned(),
            sequence,
        };
        let before = [at("ledger", 1), at("mail", 4)];
        let after = [at("ledger", 7), at("search", 2)];
        let names = |all: Vec<&Stalled>| {
            all.iter()
                .map(|one| one.consumer.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(begun(&before, &after).collect()), ["search"]);
        assert_eq!(names(begun(&after, &before).collect()), ["mail"]);
    }
}
