//! What is done with webhooks, one verb a file.

mod add_webhook;
mod note_attempt;
mod pause_webhook;
mod remove_webhook;
mod replay_delivery;
mod resume_webhook;
mod rotate_webhook_secret;
mod test_webhook;
mod update_webhook;

use app::Tx;
use kernel::Result;

use super::attempts::{ERRANDS_MAX, Errand};
use super::problems::WEBHOOK_BUSY;
use super::tables::{ERRANDS, ERRANDS_OF_WEBHOOK};
use super::{ErrandId, WebhookId};

pub use self::add_webhook::AddWebhook;
pub use self::note_attempt::NoteAttempt;
pub use self::pause_webhook::PauseWebhook;
pub use self::remove_webhook::RemoveWebhook;
pub use self::replay_delivery::ReplayDelivery;
pub use self::resume_webhook::ResumeWebhook;
pub use self::rotate_webhook_secret::RotateWebhookSecret;
pub use self::test_webhook::TestWebhook;
pub use self::update_webhook::UpdateWebhook;

/// Has something sent out of turn.
fn send(tx: &mut Tx<'_>, webhook: WebhookId, errand: &Errand) -> Result<()> {
    if tx.count(&ERRANDS_OF_WEBHOOK, &webhook)? >= ERRANDS_MAX {
        return WEBHOOK_BUSY.refuse();
    }
    let id: ErrandId = tx.new_id();
    tx.put(&ERRANDS, &(webhook, id), errand)
}
