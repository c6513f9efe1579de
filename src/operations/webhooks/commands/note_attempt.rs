//! Notes what was sent to a webhook.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::{Range, Snapshot};

use crate::webhooks::attempts::{ATTEMPTS_MAX, Attempt};
use crate::webhooks::tables::{ATTEMPTS, ATTEMPTS_OF_WEBHOOK, ERRANDS, WEBHOOKS};
use crate::webhooks::{AttemptId, ErrandId, WebhookId};

/// Notes an attempt, for the server that made it; the oldest goes where there are too many. An
/// errand is done with it.
#[derive(Debug, Clone)]
pub struct NoteAttempt {
    /// The webhook, which may be gone.
    pub webhook: WebhookId,
    /// What was sent.
    pub attempt: Attempt,
    /// The errand that it was.
    pub errand: Option<ErrandId>,
}

impl Command for NoteAttempt {
    type Out = ();
    const NAME: &'static str = "webhooks.note_attempt";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_program()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        if let Some(errand) = self.errand {
            tx.remove(&ERRANDS, &(self.webhook, errand))?;
        }
        if !tx.has(&WEBHOOKS, &self.webhook)? {
            return Ok(());
        }
        let id: AttemptId = tx.new_id();
        tx.put(&ATTEMPTS, &(self.webhook, id), &self.attempt)?;
        if tx.count(&ATTEMPTS_OF_WEBHOOK, &self.webhook)? <= ATTEMPTS_MAX {
            return Ok(());
        }
        let mut attempts = tx.scan(&ATTEMPTS, &self.webhook, Range::ALL)?;
        let oldest = attempts.next().transpose()?.map(|(key, _)| key);
        drop(attempts);
        oldest.map_or(Ok(()), |key| tx.remove(&ATTEMPTS, &key).map(drop))
    }
}
