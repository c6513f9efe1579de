//! Opens a topic again.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::require_author;
use crate::discussions::TopicId;
use crate::discussions::events::TopicReopened;
use crate::discussions::model::Topic;
use crate::discussions::problems::TOPIC_NOT_FOUND;
use crate::discussions::queries::topic;
use crate::discussions::tables::TOPICS;

/// Has a closed topic take posts again. One that is open stays so.
#[derive(Debug, Clone)]
pub struct ReopenTopic {
    /// The topic.
    pub topic: TopicId,
}

impl Command for ReopenTopic {
    type Out = ();
    const NAME: &'static str = "topics.reopen";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.topic)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = topic(tx, self.topic)?.or_refuse(TOPIC_NOT_FOUND)?;
        if !before.closed {
            return Ok(());
        }
        let after = Topic {
            closed: false,
            ..Topic::clone(&before)
        };
        tx.put(&TOPICS, &self.topic, &after)?;
        tx.emit(&TopicReopened {
            course: after.course,
            topic: self.topic,
        })
    }
}
